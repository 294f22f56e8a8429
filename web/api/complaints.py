"""Complaints by API: file one, list those one may see, read one."""

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from complaints import (
    actors,
    intake,
    merchants,
    queries,
    receipts,
    rulebook,
    saving,
    workflow,
)
from complaints.errors import Invalid
from complaints.intake import Filing, Lodged, Person
from jobs.queue import enqueue
from jobs.reading import row_of
from models import db
from models.codes import Channel
from models.complaint import Complaint
from models.organisations import Merchant
from web import suggestions
from web.api import repeats
from web.api.keys import api_key, caller, needs_key
from web.api.schemas import ComplaintIn, ComplaintOut, ComplaintsOut, LodgedOut, PageIn, WholeComplaintOut
from web.filing import pepper
from web.moments import now

LODGED = LodgedOut()

blp = Blueprint("api_complaints", __name__, url_prefix="/api/v1/complaints", description="Complaints")


@blp.post("")
@needs_key
@blp.arguments(ComplaintIn())
@blp.response(201, LodgedOut)
def file(given: dict[str, Any]) -> Response:
    """File a complaint.

    It is classified, routed and, where both sides allow it, put into the green channel at once. Send an
    Idempotency-Key to be able to repeat the request safely; `source_ref` keeps your own number unique as well.
    """
    session = db.session()
    said = suggestions.of(given["text"])
    clock, rules, offices = rulebook.whole(session)
    lodged = intake.prepare(
        _filing(given, said.language),
        row_of(said, now()),
        caller(),
        now=now(),
        clock=clock,
        rules=rules,
        pepper=pepper(),
    )
    answer = current_app.json.dumps(LODGED.dump(_receipt(lodged, offices)))
    if not saving.save(session, lodged.complaint, repeats.row(answer)):
        return repeats.again()
    session.commit()
    enqueue("jobs.notices.send_due")
    return repeats.created(answer)


@blp.get("")
@needs_key
@blp.arguments(PageIn(), location="query", unknown=RAISE)
@blp.response(200, ComplaintsOut)
def listing(given: dict[str, Any]) -> dict[str, Any]:
    """List complaints, newest first."""
    wanted = []
    if given["status"] is not None:
        wanted.append(Complaint.status == given["status"])
    if given["after"].isdecimal():
        wanted.append(Complaint.id < int(given["after"]))
    query = queries.first(caller(), wanted, [Complaint.id.desc()], given["limit"] + 1)
    found = list(db.session().scalars(query))
    page = found[: given["limit"]]
    return {"complaints": page, "next": str(page[-1].id) if len(found) > len(page) else None}


@blp.get("/<string:receipt>")
@needs_key
@blp.response(200, WholeComplaintOut)
def show(receipt: str) -> dict[str, Any]:
    """Read one complaint."""
    return whole(receipt)


def find(receipt: str) -> Complaint:
    """The complaint, as far as the caller may see it. Raises Unknown."""
    return queries.one_for(db.session(), caller(), receipts.normalised(receipt))


def whole(receipt: str) -> dict[str, Any]:
    """One complaint with its parts, in the shape of WholeComplaintOut. Each event is for whom it was meant."""
    actor = caller()
    query = (
        queries.visible_to(actor)
        .where(Complaint.receipt == receipts.normalised(receipt))
        .options(
            selectinload(Complaint.events), selectinload(Complaint.deadlines), selectinload(Complaint.offers)
        )
    )
    complaint = db.session().scalar(query) or find(receipt)
    audiences = actors.shown_to(actor.role)
    shown = {
        field.attribute or name: getattr(complaint, field.attribute or name)
        for name, field in ComplaintOut().fields.items()
    }
    return shown | {
        "events": [e for e in complaint.events if e.audience in audiences],
        "deadlines": complaint.deadlines,
        "offers": complaint.offers,
        "actions": workflow.available_actions(complaint, actor),
    }


def _receipt(lodged: Lodged, offices: dict[int, str]) -> dict[str, Any]:
    complaint = lodged.complaint
    return {
        "receipt": complaint.receipt,
        "secret": lodged.secret,
        "status": complaint.status,
        "industry": complaint.industry,
        "department": offices.get(complaint.department_id or 0),
        "url": f"{current_app.config['SETTINGS'].base_url}/complaints/{complaint.receipt}",
        "deadlines": complaint.deadlines,
    }


def _filing(given: dict[str, Any], language: str) -> Filing:
    merchant = _merchant(given)
    return Filing(
        body=given["text"],
        merchant=merchant,
        merchant_name=merchant.name if merchant else given["merchant_name"],
        merchant_address=given["merchant_address"],
        district=given["district"],
        industry=given["industry"],
        issue=given["issue"],
        hazards=given["hazards"],
        remedies=given["remedies"],
        amount=given["amount"],
        currency=given["currency"],
        happened_on=given["happened_on"],
        order_no=given["order_no"],
        departs_at=given["departs_at"],
        language=language if language != "und" else "zh_Hans",
        opts_in=given["opts_in"],
        consents_to_publication=given["consents_to_publication"],
        consents_to_delegation=given["consents_to_delegation"],
        person=Person(**given["person"]),
        channel=Channel.API,
        source=api_key().organisation if given["source_ref"] else None,
        source_ref=given["source_ref"],
    )


def _merchant(given: dict[str, Any]) -> Merchant | None:
    if not given["licence_no"]:
        return None
    if not merchants.is_licence_no(given["licence_no"]):
        raise Invalid("licence_no", "not_a_licence")
    code = merchants.licence_no(given["licence_no"])
    merchant = db.session().scalar(select(Merchant).where(Merchant.licence_no == code))
    if merchant is None and not given["merchant_name"]:
        raise Invalid("licence_no", "unknown_merchant")
    return merchant
