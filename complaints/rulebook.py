"""The time limits, the calendar and the dispatch catalogue in force, read once for each change and kept by the process."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints import routing
from complaints.deadlines import Clock, Rule
from complaints.working_days import WorkingCalendar
from models.deadline import CalendarDay, ClockRevision, SlaRule
from models.organisations import Department
from models.routing import RoutingRule

Kept = TypeVar("Kept")

# One clock and one catalogue for the process, each with the version it was read at.
_kept: dict[str, tuple[Hashable, Any]] = {}


def current(session: Session) -> Clock:
    """The clock as it stands. One small query when nothing changed since the last call."""
    return _clock(session, session.scalar(_CLOCKS_VERSION) or 0)


def routes(session: Session) -> tuple[routing.Rule, ...]:
    """The dispatch catalogue as it stands, in the order in which it is tried; kept like the clock."""
    return _routes(session, session.execute(_ROUTES_VERSION).one())


class Rulebook(NamedTuple):
    """All that is needed to take a complaint in. `offices` are the names of the departments by id."""

    clock: Clock
    routes: tuple[routing.Rule, ...]
    offices: dict[int, str]


def whole(session: Session) -> Rulebook:
    """Clock, catalogue and names for one query."""
    clocks, names, *catalogues = session.connection().execute(_WHOLE_VERSION).one()
    offices = _keep(session, "offices", names, lambda: _names(session))
    return Rulebook(_clock(session, clocks or 0), _routes(session, catalogues), offices)


_CLOCKS_VERSION = select(func.max(ClockRevision.id))
_ROUTES_VERSION = select(func.max(RoutingRule.changed_at), func.count(RoutingRule.id))
# Names carry no date of their change, but there are few of them.
_NAMES_VERSION = select(func.sum(func.hashtext(func.concat(Department.id, Department.name_zh))))
_WHOLE_VERSION = _ROUTES_VERSION.with_only_columns(
    _CLOCKS_VERSION.scalar_subquery(),
    _NAMES_VERSION.scalar_subquery(),
    func.max(RoutingRule.changed_at),
    func.count(RoutingRule.id),
)


def _clock(session: Session, version: int) -> Clock:
    return _keep(session, "clock", version, lambda: read(session, version))


def _routes(session: Session, version: Sequence[Any]) -> tuple[routing.Rule, ...]:
    return _keep(session, "routes", tuple(version), lambda: routing.load(session))


def _names(session: Session) -> dict[int, str]:
    return {row.id: row.name_zh for row in session.execute(select(Department.id, Department.name_zh))}


def _keep(session: Session, name: str, version: Hashable, build: Callable[[], Kept]) -> Kept:
    key = (version, session.get_bind().engine.url)
    kept = _kept.get(name)
    if kept is None or kept[0] != key:
        kept = _kept[name] = (key, build())
    return kept[1]


def read(session: Session, version: int) -> Clock:
    """Build the clock from its rows."""
    rules = session.scalars(select(SlaRule).where(SlaRule.is_active).order_by(SlaRule.code, SlaRule.version))
    return Clock(tuple(Rule.of(row) for row in rules), _calendar(session, version), version)


def revise(session: Session, note: str, actor_id: int | None, *, now: datetime) -> ClockRevision:
    """Announce a change of rules or calendar: every process reads them anew, and open deadlines are to be recomputed."""
    last = session.scalar(select(func.max(CalendarDay.on))) or date(now.year, 12, 31)
    revision = ClockRevision(
        at=now, actor_id=actor_id, note=note, covered_until=last, moves_from_id=0, moved=0
    )
    session.add(revision)
    return revision


def _calendar(session: Session, version: int) -> WorkingCalendar:
    rows = session.execute(
        select(
            CalendarDay.on,
            CalendarDay.is_working,
            CalendarDay.is_statutory,
            CalendarDay.is_provisional,
            CalendarDay.name,
        ).order_by(CalendarDay.on)
    )
    return WorkingCalendar.from_rows(rows, version=version)
