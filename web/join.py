"""A merchant asks to join the green channel: the form, the receipt of it, and how it stands."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from complaints import membership
from complaints.errors import Unknown
from extensions import limiter
from jobs import links
from jobs.queue import enqueue
from models.base import db
from models.organisations import MerchantApplication
from web.join_schemas import ApplicationIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again

bp = Blueprint("joining", __name__, url_prefix="/for-merchants")


@bp.get("/join")
def apply() -> str:
    return _page()


@bp.post("/join")
@limiter.limit("20 per hour")
@once
def send() -> Response:
    """Whoever applies twice with one licence number sees the same page, and nothing is doubled."""
    form_again(_page)
    candidate = ApplicationIn(locale=str(get_locale())).load(request.form.to_dict())
    application = membership.apply(db.session(), candidate, now=now())
    db.session.commit()
    enqueue("jobs.notices.send_due")
    session["applied"] = application.licence_no
    return redirect(url_for("joining.sent"), 303)


@bp.get("/join/sent")
def sent() -> str | Response:
    """Says only what the applicant typed: the number alone proves nothing about who is asking."""
    if "applied" not in session:
        return redirect(url_for("joining.apply"), 303)
    return render_template("join/sent.html", licence_no=session["applied"])


@bp.get("/applications/<token>")
@limiter.limit("60 per hour")
def standing(token: str) -> str:
    """How an application stands, for whoever holds the link of the letter."""
    number, submitted_at = links.opened(links.APPLICATION, token) or (0, now())
    application = db.session.get(MerchantApplication, number)
    if application is None or application.submitted_at != submitted_at:
        raise Unknown
    return render_template("join/standing.html", application=application)


def _page(errors: Messages | None = None) -> str:
    version = membership.PLEDGE_VERSION
    return render_template("join/apply.html", version=version, errors=errors or {}, value=request.form)
