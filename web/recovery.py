"""A lost secret: a letter to the address the complaint was filed with, and the page its link leads to."""

from datetime import datetime

from flask import render_template, request
from marshmallow import validate

from complaints import receipts, recovery
from complaints.errors import Invalid
from extensions import limiter
from jobs import links
from jobs.queue import enqueue
from models import db
from models.complaint import Complaint
from web import readers
from web.auth_schemas import EmailIn, Trimmed
from web.filing import pepper
from web.moments import now
from web.receipts import bp
from web.validation import Messages, form_again


class LostIn(EmailIn):
    """Receipt and address, as they were typed."""

    receipt = Trimmed(required=True, validate=validate.Length(1, 40))


@bp.get("/lost-secret")
def lost_secret() -> str:
    return _lost_page({})


@bp.post("/lost-secret")
@limiter.limit("5 per hour")
def send_new_secret() -> str:
    """Write to the address of the complaint, if it is the one given. The answer is the same for any."""
    form_again(_lost_page)
    given = LostIn().load(request.form)
    if not receipts.is_receipt(given["receipt"]):
        raise Invalid("receipt", "no_receipt")
    if recovery.ask(db.session(), given["receipt"], given["email"], now=now()):
        db.session.commit()
        enqueue("jobs.notices.send_due")
    return render_template("receipts/lost_secret_sent.html", email=given["email"])


@bp.get("/new-secret/<token>")
@limiter.limit("30 per hour")
def before_new_secret(token: str) -> str:
    """What the link of the letter leads to. It changes nothing yet: programs look at links before people do."""
    _opened(token)
    return render_template("receipts/new_secret.html", token=token, complaint=None, secret="")


@bp.post("/new-secret/<token>")
@limiter.limit("30 per hour")
def make_new_secret(token: str) -> str:
    """Make the new secret and show it. Repeatable: the same link gives the same one."""
    complaint, asked_at = _opened(token)
    secret = recovery.renew(complaint, asked_at, pepper())
    db.session.commit()
    readers.remember(complaint)
    return render_template("receipts/new_secret.html", token=token, complaint=complaint, secret=secret)


def _opened(token: str) -> tuple[Complaint, datetime]:
    """The complaint a letter was about and the instant of the letter. Raises Gone."""
    return recovery.asked(db.session(), links.opened(links.SECRET, token), now=now())


def _lost_page(errors: Messages) -> str:
    return render_template("receipts/lost_secret.html", typed=request.form or request.args, errors=errors)
