"""Which language and which time zone a request is answered in."""

from zoneinfo import available_timezones

from flask import g, has_request_context, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from complaints.keys import Opened
from i18n import DEFAULT_LANGUAGE, LANGUAGES
from models.people import User

COOKIE = "language"
A_YEAR = 31_536_000
ZONES = frozenset(available_timezones())  # read from the disk once: every page asks
SPOKEN = {"zh-Hans-CN": "zh_Hans_CN", "zh-CN": "zh_Hans_CN", "zh": "zh_Hans_CN", "en": "en"}


def viewer() -> User | None:
    """Who is signed in, if anybody. Found once a request; g.viewer = None answers without the database."""
    if not has_request_context():  # a worker writes letters
        return None
    if "viewer" not in g:
        signed_in = "_user_id" in session and current_user.is_authenticated
        g.viewer = current_user._get_current_object() if signed_in else None
    return g.viewer


def account() -> User | Opened | None:
    """Whose language and zone count: those of a program's key, else of whoever is signed in."""
    return g.get("account") or viewer()


def language() -> str:
    """The language chosen here, else the one of the account, else what the browser asks for, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    person = account()
    if person is not None and person.locale in LANGUAGES:
        return person.locale
    return SPOKEN.get(request.accept_languages.best_match(SPOKEN) or "", DEFAULT_LANGUAGE)


def timezone() -> str | None:
    """The zone of the account; None leaves it to the service's own."""
    person = account()
    return person.timezone if person is not None and person.timezone in ZONES else None


def remember(response: Response, chosen: str) -> None:
    """Keep a choice of language in the browser. Call it at sign-in too, with the language of the account."""
    response.set_cookie(
        COOKIE, chosen, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
