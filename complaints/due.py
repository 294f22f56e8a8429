"""What fell due, locked and read for a sweep: each complaint with all that an effect of its deadlines may touch."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ARRAY, BigInteger, Select, any_, literal, select
from sqlalchemy.orm import Session, selectinload, subqueryload
from sqlalchemy.orm.attributes import set_committed_value

from models.codes import OfferStatus
from models.complaint import Complaint
from models.deadline import Deadline
from models.organisations import Merchant
from models.settlement import Agreement, Compensation, Offer

Part = TypeVar("Part", Deadline, Offer)

# A batch is read in a fixed number of statements. A subquery binds the ids as one array; a list of hundreds is taken
# apart by the driver and planned anew in each statement.
WHOLE = (
    subqueryload(Complaint.deadlines).subqueryload(Deadline.pauses),
    subqueryload(Complaint.offers),
    subqueryload(Complaint.handovers),
    subqueryload(Complaint.agreements).selectinload(Agreement.offer),
    subqueryload(Complaint.compensation).joinedload(Compensation.payer).selectinload(Merchant.people),
    selectinload(Complaint.merchant).selectinload(Merchant.platform),
    selectinload(Complaint.department),
)


def claim(session: Session, now: datetime, limit: int, skip: Sequence[int] = ()) -> list[Deadline]:
    """Lock up to `limit` deadlines that fell due, the oldest first, with their complaints.

    What another sweeper or an officer holds is left to them. Nothing is changed; the locks go with the transaction.
    The objects belong to no session: what becomes of them is for complaints.changes to write.
    """
    due = select(Deadline.id, Deadline.complaint_id).join(Deadline.complaint).where(Deadline.next_at <= now)
    return _claim(session, Deadline, due.order_by(Deadline.next_at, Deadline.id), limit, skip)


def claim_offers(session: Session, now: datetime, limit: int, skip: Sequence[int] = ()) -> list[Offer]:
    """Lock up to `limit` open offers whose time is over, with their complaints, as `claim` does deadlines."""
    over = select(Offer.id, Offer.complaint_id).join(Offer.complaint)
    over = over.where(Offer.status == OfferStatus.OPEN, Offer.expires_at <= now)
    return _claim(session, Offer, over.order_by(Offer.expires_at), limit, skip)


def _claim(
    session: Session, model: type[Part], due: Select[int, int], limit: int, skip: Sequence[int]
) -> list[Part]:
    """The rows of `model` that `due` finds, in its order: locked, and hanging on complaints read whole."""
    query = due.limit(limit).with_for_update(of=(model, Complaint), skip_locked=True)
    if skip:
        query = query.where(model.id.not_in(skip))
    claimed = session.execute(query).all()
    complaints = _whole(session, {complaint_id for _, complaint_id in claimed})
    parts = [part for complaint in complaints for part in getattr(complaint, model.__tablename__)]
    by_id = {part.id: part for part in parts}
    return [by_id[id_] for id_, _ in claimed]


def _whole(session: Session, ids: Collection[int]) -> list[Complaint]:
    """The complaints just locked, as they are now, whatever `session` knew of them before."""
    if not ids:
        return []
    locked = Complaint.id == any_(literal(list(ids), ARRAY(BigInteger)))
    with Session(session.connection()) as reader:
        complaints = list(reader.scalars(select(Complaint).where(locked).options(*WHOLE)))
    for complaint in complaints:
        _take_as_empty(complaint)
        for part in (*complaint.deadlines, *complaint.offers):
            set_committed_value(part, "complaint", complaint)
    return complaints


def _take_as_empty(complaint: Complaint) -> None:
    """Spare reading what is only added to: no effect of the sweep looks back at the history of a complaint."""
    for name in ("events", "notices", "escalations"):
        set_committed_value(complaint, name, [])
