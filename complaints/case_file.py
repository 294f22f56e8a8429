"""One complaint with everything that is shown of it, read in a fixed number of statements however long its story is."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, selectinload

from complaints import queries, receipts
from complaints.actors import Actor
from complaints.errors import Unknown
from models.codes import Urgency
from models.complaint import Complaint, Event, Handover
from models.deadline import Deadline
from models.people import User
from models.suggestion import Suggestion

NAME_ONLY = (lazyload(User.department), lazyload(User.merchant))
# Of readings, which grow with every model: the first, the newest, and the last that suspects danger.
_OTHER = aliased(Suggestion)
_OF_ONE = select(func.max(_OTHER.id)).where(_OTHER.complaint_id == Suggestion.complaint_id)
_TELLING = or_(
    Suggestion.id == _OF_ONE.with_only_columns(func.min(_OTHER.id)).scalar_subquery(),
    Suggestion.id == _OF_ONE.scalar_subquery(),
    Suggestion.id == _OF_ONE.where(_OTHER.urgency == Urgency.EMERGENCY).scalar_subquery(),
)
# What there is one of, or hardly ever more, comes with the row; what grows comes in a statement of its own.
WHOLE = (
    joinedload(Complaint.contact),
    joinedload(Complaint.merchant),
    joinedload(Complaint.department),
    joinedload(Complaint.pool),
    joinedload(Complaint.authority),
    joinedload(Complaint.routing_rule),
    joinedload(Complaint.compensation),
    joinedload(Complaint.officer).options(*NAME_ONLY),
    joinedload(Complaint.mediator).options(*NAME_ONLY),
    joinedload(Complaint.handovers).options(joinedload(Handover.origin), joinedload(Handover.target)),
    joinedload(Complaint.agreements),
    selectinload(Complaint.events).joinedload(Event.actor).options(*NAME_ONLY),
    selectinload(Complaint.deadlines).joinedload(Deadline.rule),
    selectinload(Complaint.offers),
    selectinload(Complaint.attachments),
    selectinload(Complaint.suggestions.and_(_TELLING)),
)


def read(session: Session, actor: Actor, receipt: str) -> Complaint:
    """The complaint with this receipt, whole. Raises Unknown where there is none, or none for this reader."""
    query = queries.visible_to(actor).where(Complaint.receipt == receipts.normalised(receipt))
    complaint = session.scalars(query.options(*WHOLE)).unique().one_or_none()
    if complaint is None:
        raise Unknown
    return complaint
