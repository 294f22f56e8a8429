"""The reader's language and the light of the page: two small forms that lead back where they were used."""

from flask import Blueprint, Response, redirect, request, url_for

from i18n import LANGUAGES
from models.base import db
from web import languages
from web.security import safe_next

bp = Blueprint("preferences", __name__)

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


def theme() -> str:
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


@bp.post("/language")
def language() -> Response:
    answer = _back()
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        languages.remember(answer, chosen)
        person = languages.viewer()
        if person is not None and person.locale != chosen:
            person.locale = chosen
            db.session.commit()
    return answer


@bp.post("/theme")
def choose_theme() -> Response:
    answer = _back()
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=languages.A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return answer


def _back() -> Response:
    return redirect(safe_next(request.form.get("next"), url_for("home.index")), 303)  # type: ignore[return-value]
