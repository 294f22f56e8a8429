"""What a merchant finds in its inbox, a page at a time, most urgent first."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from complaints import lists, queries
from complaints.actors import Actor
from complaints.lists import DUE_FIRST, NEWEST, Conditions, Cursor, Keys
from complaints.queries import Sought
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


OPEN_TABS = (Tab.TO_ANSWER, Tab.TO_PERFORM, Tab.WITH_AUTHORITY)
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

    def some(zone: Conditions, keys: Keys, wanted: int) -> Select[Complaint]:
        if tab is Tab.ENDED:
            return queries.first(actor, [Complaint.closed_at.is_not(None), *zone], keys, wanted)
        return queries.first(actor, [Complaint.closed_at.is_(None), *zone], keys, wanted, _sought(tab))

    found = lists.gather(session, some, NEWEST if tab is Tab.ENDED else DUE_FIRST, Cursor.of(after), PAGE)
    return Page(list(found.rows), found.next or None)


def counts(session: Session, actor: Actor) -> dict[Tab, int]:
    """How many lie in each open drawer, counted up to a hundred: more than that says enough."""
    counted = [_counted(actor, tab).label(tab) for tab in OPEN_TABS]
    return dict(zip(OPEN_TABS, session.execute(select(*counted)).one(), strict=True))


def _counted(actor: Actor, tab: Tab) -> ColumnElement[int]:
    order: Keys = [Complaint.due_at.asc(), Complaint.id.asc()]
    some = queries.first_ids(actor, [Complaint.closed_at.is_(None)], order, MOST_COUNTED, _sought(tab))
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _sought(tab: Tab) -> Sought:
    return Sought(states={"status": sorted(STATUSES[tab])})
