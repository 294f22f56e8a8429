"""The merchant's answers by API: the same verbs as the pages."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from complaints import agreements, green_channel, rulebook, workflow
from complaints.green_channel import Terms
from models import db
from models.codes import Action
from web.api.complaints import find, whole
from web.api.keys import caller, needs_key
from web.api.repeats import repeatable
from web.api.schemas import DayIn, ProofIn, ReasonIn, TermsIn, WholeComplaintOut
from web.moments import now

blp = Blueprint(
    "api_answers",
    __name__,
    url_prefix="/api/v1/complaints/<string:receipt>",
    description="Answers in the green channel",
)


class NothingIn(Schema):
    """No fields."""


def _time() -> dict[str, Any]:
    return {"now": now(), "clock": rulebook.current(db.session())}


def _after(receipt: str) -> dict[str, Any]:
    db.session.flush()
    return whole(receipt)


@blp.post("/offers")
@needs_key
@blp.arguments(TermsIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def offer(terms: Terms, receipt: str) -> dict[str, Any]:
    """Make an offer, or a counter-offer where the consumer's is open. It stays open for 48 hours."""
    green_channel.make_offer(find(receipt), caller(), terms, **_time())
    return _after(receipt)


@blp.post("/offers/<int:offer_id>/accept")
@needs_key
@blp.arguments(NothingIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def accept_offer(nothing: dict[str, Any], receipt: str, offer_id: int) -> dict[str, Any]:
    """Accept the consumer's open offer."""
    green_channel.accept_offer(find(receipt), caller(), offer_id, **_time())
    return _after(receipt)


@blp.post("/accept")
@needs_key
@blp.arguments(DayIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def accept(given: dict[str, Any], receipt: str) -> dict[str, Any]:
    """Grant what the consumer asked for, as asked, to be done within three days. A later day is for an offer."""
    green_channel.accept_claim(find(receipt), caller(), given["perform_by"], **_time())
    return _after(receipt)


@blp.post("/pay")
@needs_key
@blp.arguments(ProofIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def pay(given: dict[str, Any], receipt: str) -> dict[str, Any]:
    """Report a clear claim within the instant-pay limit as paid in full."""
    green_channel.pay_at_once(find(receipt), caller(), given["proof"], **_time())
    return _after(receipt)


@blp.post("/answers")
@needs_key
@blp.arguments(ReasonIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def answer(given: dict[str, Any], receipt: str) -> dict[str, Any]:
    """Answer in words, before an offer."""
    green_channel.answer(find(receipt), caller(), given["reason"], **_time())
    return _after(receipt)


@blp.post("/disputes")
@needs_key
@blp.arguments(ReasonIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def dispute(given: dict[str, Any], receipt: str) -> dict[str, Any]:
    """See it differently, with reasons."""
    green_channel.dispute(find(receipt), caller(), given["reason"], **_time())
    return _after(receipt)


@blp.post("/performance")
@needs_key
@blp.arguments(ProofIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def performed(given: dict[str, Any], receipt: str) -> dict[str, Any]:
    """Report that what was agreed has been done. The consumer confirms, or says that it is not so."""
    agreements.report_performed(find(receipt), caller(), given["proof"], **_time())
    return _after(receipt)


@blp.post("/messages")
@needs_key
@blp.arguments(ReasonIn())
@blp.response(201, WholeComplaintOut)
@repeatable(WholeComplaintOut)
def message(given: dict[str, Any], receipt: str) -> dict[str, Any]:
    """Write to the other side."""
    workflow.perform(find(receipt), Action.MESSAGE, caller(), reason=given["reason"], **_time())
    return _after(receipt)
