"""What a business is asked to pay ahead, of complaints about itself or about those on its premises."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from complaints import queries
from complaints.actors import Actor
from complaints.merchant_inbox import Page
from models.codes import CompensationStatus
from models.complaint import Complaint
from models.settlement import Compensation

PAGE = 25
LONGEST_MARK = 18
ROW = (joinedload(Complaint.compensation), selectinload(Complaint.deadlines))


def page(session: Session, actor: Actor, after: str = "") -> Page:
    """One page of it, the newest complaint first. A mark of nonsense starts anew."""
    asked = select(Compensation.complaint_id).where(
        Compensation.payer_id == actor.merchant_id, Compensation.status != CompensationStatus.ELIGIBLE
    )
    query = queries.visible_to(actor).where(Complaint.id.in_(asked)).options(*ROW)
    if after.isascii() and after.isdecimal() and len(after) <= LONGEST_MARK:
        query = query.where(Complaint.id < int(after))
    found = list(session.scalars(query.order_by(Complaint.id.desc()).limit(PAGE + 1)))
    return Page(found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else None)
