"""Reading. Every query for complaints begins from what the reader may see."""

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from complaints import receipts
from complaints.actors import Actor
from complaints.errors import Unknown
from models.codes import Kind, Role
from models.complaint import Complaint, Handover
from models.organisations import Department
from models.people import User

NOBODYS = receipts.hashed("")  # the hash of no secret that was ever given out


def visible_to(actor: Actor) -> Select[Complaint]:
    """The complaints `actor` may see: the one door of sight for lists, search, counts, exports and files."""
    return select(Complaint).where(_sight(actor))


def one_for(session: Session, actor: Actor, receipt: str) -> Complaint:
    """The complaint with this receipt. Raises Unknown where there is none, or none for this reader."""
    complaint = session.scalar(visible_to(actor).where(Complaint.receipt == receipt.upper()))
    if complaint is None:
        raise Unknown
    return complaint


def opened_by(session: Session, receipt: str, secret: str) -> Complaint | None:
    """The complaint that `receipt` and `secret` open together. A receipt that is not there takes as long as a wrong secret."""
    complaint = session.scalar(select(Complaint).where(Complaint.receipt == receipts.normalised(receipt)))
    is_right = receipts.opens(secret, complaint.secret_hash if complaint is not None else NOBODYS)
    return complaint if is_right else None


def departments_of(session: Session, user: User) -> frozenset[int]:
    """The departments `user` works for: their own, and for a supervisor every one below it."""
    if user.department_id is None:
        return frozenset()
    if user.role is not Role.SUPERVISOR:
        return frozenset({user.department_id})
    tree = select(Department.id).where(Department.id == user.department_id).cte(recursive=True)
    tree = tree.union_all(select(Department.id).where(Department.parent_id == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def _sight(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.CONSUMER:
        return _consumer_sight(actor)
    if actor.role is Role.MERCHANT:
        # A report of illegality never reaches the merchant it is about (Decree 121 arts 9 and 37).
        return (
            (Complaint.merchant_id == actor.merchant_id)
            & Complaint.merchant_told_at.is_not(None)
            & (Complaint.kind == Kind.COMPLAINT)
        )
    if actor.role is Role.MEDIATOR:
        return Complaint.mediator_id == actor.user_id
    if actor.role in {Role.OFFICER, Role.SUPERVISOR}:
        return or_(Complaint.department_id.in_(actor.departments), Complaint.id.in_(_handed_to(actor)))
    return false()


def _consumer_sight(actor: Actor) -> ColumnElement[bool]:
    if actor.user_id is not None:
        return Complaint.consumer_id == actor.user_id
    return Complaint.id == actor.complaint_id


def _handed_to(actor: Actor) -> Select[int]:
    return select(Handover.complaint_id).where(
        Handover.to_id.in_(actor.departments), Handover.answered_at.is_(None)
    )
