"""A clue of illegality becomes a case of its own, out of the merchant's sight (Decree 121 arts 9, 27, 37)."""

from datetime import datetime

from sqlalchemy.orm import Session

from complaints import intake, receipts, workflow
from complaints.actors import SYSTEM, Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid
from models.codes import Action, Channel, Kind, Lane, Status
from models.complaint import Complaint, Contact

LONGEST = 10_000


def split(
    session: Session, complaint: Complaint, actor: Actor, clue: str, *, now: datetime, clock: Clock
) -> Complaint:
    """Make a report of `clue` and put it before the authority; the complaint goes on as it was.

    The report has no consumer, no secret that anybody knows and no notices to either side.
    """
    if not clue.strip():
        raise Invalid("clue", "required")
    if len(clue) > LONGEST:
        raise Invalid("clue", "too_long", most=LONGEST)
    report = _report(complaint, clue.strip(), now)
    workflow.perform(
        complaint, Action.SPLIT, actor, now=now, clock=clock, reason=clue, details={"report": report.receipt}
    )
    workflow.first_event(report, actor, now=now, clock=clock)
    details = {"rule_id": report.routing_rule_id, "department_id": report.department_id}
    workflow.perform(report, Action.ROUTE, SYSTEM, now=now, clock=clock, details=details)
    workflow.perform(report, Action.REQUEST_ACCEPTANCE, SYSTEM, now=now, clock=clock)
    session.add(report)
    return report


def _report(complaint: Complaint, clue: str, now: datetime) -> Complaint:
    report = Complaint(
        receipt=receipts.new_receipt(),
        secret_hash=receipts.hashed(receipts.new_secret()),
        kind=Kind.REPORT,
        parent_id=complaint.id,
        status=Status.SUBMITTED,
        channel=Channel.COUNTER,
        level=0,
        bounces=0,
        lane=Lane.ORDINARY,
        urgency=complaint.urgency,
        hazards=[],
        industry=complaint.industry,
        issue=complaint.issue,
        body=clue,
        language=complaint.language,
        happened_on=complaint.happened_on,
        order_no=complaint.order_no,
        remedies=[],
        merchant=complaint.merchant,
        merchant_id=complaint.merchant_id,
        merchant_name=complaint.merchant_name,
        merchant_address=complaint.merchant_address,
        district=complaint.district,
        department_id=complaint.authority_id or complaint.department_id,
        pool_id=complaint.pool_id,
        authority_id=complaint.authority_id or complaint.department_id,
        routing_rule_id=complaint.routing_rule_id,
        submitted_at=now,
        last_event_at=now,
    )
    report.contact = _same_person(complaint.contact)
    intake.make_findable(report)
    return report


def _same_person(contact: Contact) -> Contact:
    """Who reported, for the authority. Without the phone's hash: it is no second complaint of theirs."""
    return Contact(
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        address=contact.address,
        locale=contact.locale,
        timezone=contact.timezone,
    )
