"""What a supervisor sees first beside the drawers: how much falls due today, and whom our letters do not reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from complaints import deadlines, lists, queries
from complaints.actors import Actor
from complaints.lists import MOST_COUNTED, PAGE, Tab
from models.codes import Recipient
from models.complaint import Complaint
from models.notice import Notice

LATELY = timedelta(days=30)
MOST_LETTERS = (
    1_000  # of those given up, wherever they belong, so that a mail server that was down costs no more
)


@dataclass(frozen=True)
class Ahead:
    """Each to MOST_COUNTED + 1."""

    due_today: int
    unreached: int


def ahead(session: Session, actor: Actor, *, now: datetime) -> Ahead:
    """How many open ones fall due by midnight where the law counts, and of how many the consumer is not reached.

    One statement, of what `actor` may see alone.
    """
    conditions = [*lists.of_tab(Tab.OPEN, actor, now), *_today(now)]
    due = queries.first_ids(actor, conditions, [Complaint.due_at.asc()], MOST_COUNTED + 1)
    unreached = queries.owned_ids(actor, _unreached(actor, now), MOST_COUNTED + 1)
    counts = [
        select(func.count()).select_from(some.subquery()).scalar_subquery() for some in (due, unreached)
    ]
    return Ahead(*session.execute(select(*counts)).one())


def unreached(
    session: Session, actor: Actor, *, now: datetime, options: Sequence[ExecutableOption] = ()
) -> Sequence[Complaint]:
    """The open complaints `actor` looks after whose consumer a letter could not be brought to of late, due first."""
    query: Select[Any] = queries.owned(actor, _unreached(actor, now), [Complaint.due_at.asc()], PAGE)
    return session.scalars(query.options(*options)).all()


def _today(now: datetime) -> list[ColumnElement[bool]]:
    midnight = deadlines.end_of_day(now.astimezone(deadlines.LAW_ZONE).date())
    return [Complaint.due_at > now, Complaint.due_at < midnight]


def _unreached(actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    given_up = (
        select(Notice.complaint_id)
        .where(Notice.dead_at > now - LATELY, Notice.recipient == Recipient.CONTACT)
        .order_by(Notice.dead_at.desc())
        .limit(MOST_LETTERS)
    )
    return [*lists.of_tab(Tab.OPEN, actor, now), Complaint.id.in_(given_up)]
