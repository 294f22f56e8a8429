"""What a consumer does to their own complaint: each form is one verb of the rules and may be sent twice."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from complaints import agreements, compensation, green_channel, reach, rulebook, workflow
from complaints.actors import Actor
from extensions import limiter
from jobs.queue import enqueue
from models.base import db
from models.codes import Action
from models.complaint import Complaint
from web import readers, receipts
from web.desk_schemas import WhyNotIn
from web.filing import pepper
from web.filing_schemas import ReachIn
from web.merchant_schemas import OfferChoiceIn, TermsIn, WordsIn
from web.moments import now
from web.once import once
from web.validation import form_again

bp = Blueprint("consumer", __name__, url_prefix="/complaints/<receipt>")
limiter.limit("120/hour")(bp)


@bp.post("/accept-offer")
@once
def accept_offer(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    offer_id = OfferChoiceIn().load(_form())["offer_id"]
    green_channel.accept_offer(complaint, actor, offer_id, **_time())
    return _done(complaint, _("Agreed. We watch that it is done in time; please tell us here when it is."))


@bp.post("/counter-offer")
@once
def counter_offer(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    green_channel.make_offer(complaint, actor, TermsIn().load(_form("remedies")), **_time())
    return _done(complaint, _("Your counter-offer is with the merchant. It is open for 48 hours."))


@bp.post("/leave")
@once
def leave(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    green_channel.leave(complaint, actor, **_time())
    return _done(complaint, _("You have left the green channel. The whole file is with the authority now."))


@bp.post("/request-acceptance")
@once
def request_acceptance(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    workflow.perform(complaint, Action.REQUEST_ACCEPTANCE, actor, **_time())
    return _done(complaint, _("The authority has been asked to decide."))


@bp.post("/performed")
@once
def performed(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    agreements.confirm(complaint, actor, **_time())
    return _done(complaint, _("Thank you. The complaint is closed as performed."))


@bp.post("/not-performed")
@once
def not_performed(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    agreements.reopen(complaint, actor, reason=_words(), **_time())
    return _done(
        complaint, _("Your complaint is open again, one level higher. You do not have to file anew.")
    )


@bp.post("/withdraw")
@once
def withdraw(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    workflow.perform(complaint, Action.WITHDRAW, actor, reason=_words(), **_time())
    return _done(complaint, _("Your complaint is withdrawn."))


@bp.post("/message")
@once
def message(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    workflow.perform(complaint, Action.MESSAGE, actor, reason=_words(), **_time())
    return _done(complaint, _("Your message is sent."))


@bp.post("/ask-compensation")
@once
def ask_compensation(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    compensation.ask(complaint, actor, **_time())
    return _done(
        complaint,
        _("You have asked for advance compensation. The decision is due within three working days."),
    )


@bp.post("/compensation-missing")
@once
def compensation_missing(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    compensation.miss(complaint, actor, WhyNotIn().load(_form())["reason"], **_time())
    return _done(
        complaint, _("Whoever pays has been told, and so has the office. The time for paying starts anew.")
    )


@bp.post("/compensation-arrived")
@once
def compensation_arrived(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    compensation.confirm(complaint, actor, **_time())
    return _done(complaint, _("Thank you. The complaint is closed as compensated."))


@bp.post("/contact")
@once
def contact(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    reach.change(complaint, actor, **ReachIn().load(_form()), pepper=pepper(), **_time())
    return _done(complaint, _("Noted. This is how you can be reached from now on."))


@bp.post("/allow-contact")
@once
def allow_contact(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    reach.allow(complaint, actor, **_time())
    return _done(complaint, _("The merchant can see how to reach you until the agreement is carried out."))


@bp.post("/disallow-contact")
@once
def disallow_contact(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    reach.disallow(complaint, actor, **_time())
    return _done(complaint, _("The page no longer shows the merchant how to reach you."))


@bp.post("/supplement")
@once
def supplement(receipt: str) -> Response:
    complaint, actor = _own(receipt)
    workflow.perform(complaint, Action.SUPPLEMENT, actor, reason=_words(), **_time())
    return _done(complaint, _("Thank you. What you added is with the office."))


def _own(receipt: str) -> tuple[Complaint, Actor]:
    """The consumer's own complaint, with word left how its page is shown again when a form is refused."""
    complaint, actor = readers.find(receipt, as_consumer=True)
    form_again(lambda errors: receipts.page(complaint, actor, errors))
    return complaint, actor


def _words() -> str:
    return str(WordsIn().load(_form())["reason"])


def _form(*lists: str) -> dict[str, Any]:
    return {**request.form.to_dict(), **{name: request.form.getlist(name) for name in lists}}


def _time() -> dict[str, Any]:
    return {"now": now(), "clock": rulebook.current(db.session())}


def _done(complaint: Complaint, words: str) -> Response:
    db.session.commit()
    enqueue("jobs.notices.send_due")
    flash(words, "good")
    return redirect(url_for("receipts.show", receipt=complaint.receipt), 303)
