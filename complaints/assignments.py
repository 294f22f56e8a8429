"""Which officer of the owning office handles a complaint."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid
from models.codes import STAFF, Action
from models.complaint import Complaint, Event
from models.people import User


def assign(complaint: Complaint, actor: Actor, officer: User, *, now: datetime, clock: Clock) -> Event | None:
    """Give `complaint` to `officer`; None when it is theirs already, so that it may be repeated.

    Raises Invalid for somebody who does not work in the office that owns it.
    """
    workflow.demand(complaint, Action.ASSIGN, actor)
    if not _may_handle(officer, complaint):
        raise Invalid("officer", "not_of_this_office")
    if complaint.officer_id == officer.id:
        return None
    event = workflow.perform(
        complaint, Action.ASSIGN, actor, now=now, clock=clock, details={"officer_id": officer.id}
    )
    complaint.officer_id = officer.id
    return event


def candidates(session: Session, complaint: Complaint) -> Sequence[User]:
    """Everybody who may handle `complaint`, by name."""
    query = select(User).where(
        User.department_id == complaint.department_id, User.role.in_(STAFF), User.is_enabled
    )
    return session.scalars(query.order_by(User.name, User.id)).all()


def _may_handle(officer: User, complaint: Complaint) -> bool:
    return officer.is_enabled and officer.role in STAFF and officer.department_id == complaint.department_id
