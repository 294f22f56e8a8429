"""The desk's lists: drawers, filters, and pages that go on from the last row: a deep one costs no more."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, bindparam, case, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ExecutableOption

from complaints import queries
from complaints.actors import Actor
from complaints.queries import Sought, Values
from models.codes import ENDED, OPEN, Industry, Lane, Status, Urgency
from models.complaint import Complaint, Handover
from models.reclassification import Doubt

Conditions = Sequence[ColumnElement[bool]]
Keys = Sequence[UnaryExpression[Any]]

PAGE = 25
MOST_COUNTED = 99
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
# Written into the statement, not bound to it: only then is the index of what waits for a person recognised.
UNROUTED: Any = bindparam("unrouted", ["submitted", "triage"], expanding=True, literal_execute=True)


class Tab(StrEnum):
    """The drawers of the desk."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    TRIAGE = "triage"
    ASKED = "asked"
    OVERDUE = "overdue"
    DANGER = "danger"
    DOUBTED = "doubted"
    ENDED = "ended"
    ALL = "all"


STATUSES: dict[Tab, Collection[Status]] = {
    Tab.TRIAGE: (Status.SUBMITTED, Status.TRIAGE),
    Tab.ENDED: ENDED,
    Tab.ALL: frozenset(Status),
}  # of the others: OPEN
# What the indexes of some drawers begin with, and every value of it.
STATES: dict[str, Sequence[Any]] = {
    "status": list(Status),
    "level": range(6),
    "lane": list(Lane),
    "urgency": list(Urgency),
}
BY_STATE = frozenset({Tab.OPEN, Tab.TRIAGE, Tab.OVERDUE, Tab.ENDED, Tab.ALL})
BY_STATE_OF_CITY = BY_STATE | {Tab.UNASSIGNED}
COUNTED = (Tab.MINE, Tab.UNASSIGNED, Tab.TRIAGE, Tab.ASKED, Tab.OVERDUE, Tab.DANGER, Tab.DOUBTED)
# Empty but for the days after a newer model has read everything anew: counted only while there is any doubt at all.
OF_DOUBT = {Tab.DANGER: Doubt.suspects_danger, Tab.DOUBTED: Doubt.disputes}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. None leaves it open."""

    industry: Industry | None = None
    status: Status | None = None
    level: int | None = None
    district: str | None = None
    urgency: Urgency | None = None
    lane: Lane | None = None

    def conditions(self, besides: Collection[str] = ()) -> list[ColumnElement[bool]]:
        """What each that is set asks for, but for those in `besides`."""
        given = (
            (field.name, getattr(self, field.name)) for field in fields(self) if field.name not in besides
        )
        return [getattr(Complaint, name) == value for name, value in given if value is not None]


@dataclass(frozen=True)
class Cursor:
    """The row a page ends at. `at` is the instant it is sorted by, None where there is none."""

    at: datetime | None
    id: int
    is_back: bool = False

    def __str__(self) -> str:
        instant = "" if self.at is None else str((self.at - EPOCH) // timedelta(microseconds=1))
        return f"{'-' if self.is_back else ''}{self.id}.{instant}"

    @classmethod
    def of(cls, text: str) -> "Cursor | None":
        """The cursor that `text` writes; None, hence the first page, for anything else."""
        number, dot, instant = text.removeprefix("-").partition(".")
        if not (dot and _is_number(number) and (not instant or _is_number(instant))):
            return None
        if instant and int(instant) > LATEST:
            return None
        at = EPOCH + timedelta(microseconds=int(instant)) if instant else None
        return cls(at, int(number), text.startswith("-"))


@dataclass(frozen=True)
class Page:
    """Some rows, and where the next and the previous ones are found."""

    rows: Sequence[Complaint]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Order:
    """By `column`, those without one last, and then by id; `newest` first or oldest first."""

    column: InstrumentedAttribute[Any] | None
    newest: bool
    has_undated: bool = False


DUE_FIRST = Order(Complaint.due_at, newest=False, has_undated=True)
LAST_ENDED = Order(Complaint.closed_at, newest=True)
NEWEST = Order(None, newest=True)
ORDERS = {Tab.ENDED: LAST_ENDED, Tab.ALL: NEWEST}


def page(
    session: Session,
    actor: Actor,
    tab: Tab,
    filters: Filters,
    cursor: Cursor | None,
    *,
    now: datetime,
    options: Sequence[ExecutableOption] = (),
    limit: int = PAGE,
) -> Page:
    """One page of `tab` as `actor` may see it."""
    if filters.status is not None and filters.status not in _statuses(tab):
        return Page([])

    def some(zone: Conditions, keys: Keys, wanted: int) -> Select[Complaint]:
        return _first(actor, tab, filters, zone, keys, wanted, now).options(*options)

    return gather(session, some, ORDERS.get(tab, DUE_FIRST), cursor, limit)


def gather(
    session: Session,
    some: Callable[[Conditions, Keys, int], Select[Complaint]],
    order: Order,
    cursor: Cursor | None,
    limit: int,
) -> Page:
    """A page out of what `some` selects: given conditions, what to order by, and how many are wanted."""
    keys = _keys(order, is_back=cursor is not None and cursor.is_back)
    rows: list[Complaint] = []
    for zone in _zones(order, cursor):
        rows += session.scalars(some(zone, keys, limit + 1 - len(rows))).all()
        if len(rows) > limit:
            break
    return cut(rows, cursor, order, limit)


def _first(
    actor: Actor, tab: Tab, filters: Filters, zone: Conditions, keys: Keys, wanted: int, now: datetime
) -> Select[Complaint]:
    if tab in OF_DOUBT:
        return queries.owned(actor, [*of_tab(tab, actor, now), *zone, *filters.conditions()], keys, wanted)
    sought = Sought(_states(actor, tab, filters), _occurring(tab, filters))
    # Of what is to be sorted the statuses say all, once they are sought.
    belongs = of_tab(Tab.OPEN if sought.states and tab is Tab.TRIAGE else tab, actor, now)
    narrowed = filters.conditions(besides=sought.states)
    return queries.first(actor, [*belongs, *zone, *narrowed], keys, wanted, sought)


def _states(actor: Actor, tab: Tab, filters: Filters) -> Values:
    """The states to seek, where they are asked for and the drawer has an index of them."""
    is_asked = any(getattr(filters, name) is not None for name in STATES)
    if not is_asked or tab not in (BY_STATE_OF_CITY if queries.is_citywide(actor) else BY_STATE):
        return {}
    return _given(filters, STATES | {"status": _statuses(tab)})


def _occurring(tab: Tab, filters: Filters) -> Values:
    """What an office must have at all before its complaints are looked through."""
    if filters.district is None and filters.industry is None:
        return {}
    matter: dict[str, Sequence[Any]] = {"industry": list(Industry), "status": _statuses(tab)}
    return _given(filters, matter if filters.district is None else {**matter, "district": []})


def _given(filters: Filters, every: Values) -> Values:
    """What `filters` ask for, and `every` value where they leave it open."""
    given = {name: getattr(filters, name) for name in every}
    return {name: values if given[name] is None else [given[name]] for name, values in every.items()}


def _statuses(tab: Tab) -> list[Status]:
    return sorted(STATUSES.get(tab, OPEN))


def cut(rows: list[Complaint], cursor: Cursor | None, order: Order, limit: int) -> Page:
    """A page of `rows`, of which one more than `limit` says that there are others beyond."""
    is_back = cursor is not None and cursor.is_back
    goes_on, rows = len(rows) > limit, rows[:limit]
    if is_back:
        rows.reverse()
    if not rows:
        return Page(rows)
    has_next = is_back or goes_on
    has_previous = goes_on if is_back else cursor is not None
    return Page(
        rows,
        next=str(_mark(rows[-1], order, is_back=False)) if has_next else "",
        previous=str(_mark(rows[0], order, is_back=True)) if has_previous else "",
    )


def counts(session: Session, actor: Actor, *, now: datetime) -> dict[Tab, int]:
    """How many wait in the drawers that should be empty: one statement that counts to MOST_COUNTED + 1."""
    each = [_count(actor, tab, now).label(tab) for tab in COUNTED]
    return dict(zip(COUNTED, session.execute(select(*each)).one(), strict=True))


def of_tab(tab: Tab, actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    """What makes a complaint belong into the drawer."""
    is_open = Complaint.closed_at.is_(None)
    match tab:
        case Tab.MINE:
            return [is_open, Complaint.officer_id == actor.user_id]
        case Tab.UNASSIGNED:
            return [is_open, Complaint.officer_id.is_(None)]
        case Tab.TRIAGE:
            return [is_open, Complaint.status.in_(UNROUTED)]
        case Tab.ASKED:
            return [is_open, Complaint.id.in_(_asked(actor))]
        case Tab.OVERDUE:
            return [is_open, Complaint.due_at <= now]
        case Tab.DANGER | Tab.DOUBTED:
            doubted = select(Doubt.complaint_id).where(OF_DOUBT[tab])
            return [is_open, Complaint.id.in_(doubted)]
        case Tab.ENDED:
            return [Complaint.closed_at.is_not(None)]
    return [] if tab is Tab.ALL else [is_open]


def _count(actor: Actor, tab: Tab, now: datetime) -> ColumnElement[int]:
    belongs = of_tab(tab, actor, now)
    if tab not in OF_DOUBT:
        some = queries.first_ids(actor, belongs, _keys(DUE_FIRST, is_back=False), MOST_COUNTED + 1)
        return select(func.count()).select_from(some.subquery()).scalar_subquery()
    doubtful = queries.owned_ids(actor, belongs, MOST_COUNTED + 1)
    number = select(func.count()).select_from(doubtful.subquery()).scalar_subquery()
    return case((select(Doubt.complaint_id).limit(1).exists(), number), else_=0)


def _asked(actor: Actor) -> Any:
    return select(Handover.complaint_id).where(
        Handover.to_id.in_(actor.departments), Handover.answered_at.is_(None)
    )


def _zones(order: Order, cursor: Cursor | None) -> list[Conditions]:
    """The stretches of the order that a page may draw from, one after the other, beyond `cursor`.

    Beyond a mark, rows with an instant and rows without are two stretches: each is one range of the index.
    """
    if cursor is None:
        return [[]]
    is_back = cursor.is_back
    if order.column is None:
        return [[_beyond(Complaint.id, cursor.id, order, is_back)]]
    dated, undated = order.column.is_not(None), order.column.is_(None)
    if cursor.at is not None:
        here = [_beyond(tuple_(order.column, Complaint.id), (cursor.at, cursor.id), order, is_back)]
        return [here, [undated]] if order.has_undated and not is_back else [here]
    here = [undated, _beyond(Complaint.id, cursor.id, order, is_back)]
    return [here, [dated]] if is_back else [here]


def _beyond(column: Any, value: Any, order: Order, is_back: bool) -> ColumnElement[bool]:
    return column < value if order.newest is not is_back else column > value


def _keys(order: Order, is_back: bool) -> list[UnaryExpression[Any]]:
    columns: list[Any] = [Complaint.id] if order.column is None else [order.column, Complaint.id]
    return [column.desc() if order.newest is not is_back else column.asc() for column in columns]


def _mark(row: Complaint, order: Order, *, is_back: bool) -> Cursor:
    return Cursor(None if order.column is None else getattr(row, order.column.key), row.id, is_back)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
