"""What a merchant finds in its inbox, a page at a time, most urgent first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from complaints import queries
from complaints.actors import Actor
from models.codes import ENDED, Status
from models.complaint import Complaint

PAGE = 25
MOST_COUNTED = 100


class Tab(StrEnum):
    """The drawers of the inbox."""

    TO_ANSWER = "to_answer"
    TO_PERFORM = "to_perform"
    WITH_AUTHORITY = "with_authority"
    ENDED = "ended"


STATUSES: dict[Tab, frozenset[Status]] = {
    Tab.TO_ANSWER: frozenset({Status.NEGOTIATING}),
    Tab.TO_PERFORM: frozenset({Status.AGREED}),
    Tab.WITH_AUTHORITY: frozenset(Status) - ENDED - {Status.NEGOTIATING, Status.AGREED},
    Tab.ENDED: ENDED,
}


@dataclass(frozen=True)
class Page:
    """One page, and the mark behind which the next begins; None on the last."""

    complaints: list[Complaint]
    next: str | None


def page(session: Session, actor: Actor, tab: Tab, after: str = "") -> Page:
    """One page of `tab`: open drawers by what is due first, the ended one newest first. A mark of nonsense starts anew."""
    query = queries.visible_to(actor).where(Complaint.status.in_(STATUSES[tab]))
    query = _newest(query, after) if tab is Tab.ENDED else _most_urgent(query, after)
    found = list(session.scalars(query.limit(PAGE + 1)))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], _mark(last, tab) if last else None)


def counts(session: Session, actor: Actor) -> dict[Tab, int]:
    """How many lie in each open drawer, counted up to a hundred: more than that says enough."""
    counted = [
        select(func.count())
        .select_from(
            queries.visible_to(actor)
            .with_only_columns(Complaint.id)
            .where(Complaint.status.in_(STATUSES[tab]), Complaint.closed_at.is_(None))
            .limit(MOST_COUNTED)
            .subquery()
        )
        .scalar_subquery()
        for tab in OPEN_TABS
    ]
    return dict(zip(OPEN_TABS, session.execute(select(*counted)).one(), strict=True))


OPEN_TABS = (Tab.TO_ANSWER, Tab.TO_PERFORM, Tab.WITH_AUTHORITY)


def _most_urgent(query: Select[Complaint], after: str) -> Select[Complaint]:
    query = query.where(Complaint.closed_at.is_(None)).order_by(
        Complaint.due_at.asc().nulls_last(), Complaint.id
    )
    due, _, last_id = after.partition("~")
    if not _is_id(last_id):
        return query
    if due == "-":
        return query.where(Complaint.due_at.is_(None), Complaint.id > int(last_id))
    try:
        at = datetime.fromtimestamp(float(due), UTC)
    except (ValueError, OverflowError, OSError):
        return query
    later = or_(Complaint.due_at > at, and_(Complaint.due_at == at, Complaint.id > int(last_id)))
    return query.where(or_(later, Complaint.due_at.is_(None)))


def _newest(query: Select[Complaint], after: str) -> Select[Complaint]:
    query = query.order_by(Complaint.id.desc())
    return query.where(Complaint.id < int(after)) if _is_id(after) else query


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _mark(last: Complaint, tab: Tab) -> str:
    if tab is Tab.ENDED:
        return str(last.id)
    return f"{last.due_at.timestamp() if last.due_at else '-'}~{last.id}"
