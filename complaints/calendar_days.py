"""Holidays and make-up days as administrators and the yearly announcement set them. Counting is complaints.clock."""

import csv
from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import admin_log, rulebook
from complaints.deadlines import Clock
from complaints.errors import Invalid
from complaints.working_days import SpecialDay, WorkingCalendar
from models.codes import AdminAction
from models.deadline import CalendarDay, ClockRevision

COVERED = timedelta(days=60)
EARLIEST, LATEST = 2020, 2099
LONGEST_NAME = 60


class DayKind(StrEnum):
    """What a date can be made. A statutory holiday is named by the law; a day off is swapped for a worked weekend."""

    HOLIDAY = "holiday"
    DAY_OFF = "day_off"
    MAKE_UP = "make_up"
    ORDINARY = "ordinary"


@dataclass(frozen=True)
class Change:
    """Dates to be set, and dates to be what their weekday says again."""

    days: tuple[SpecialDay, ...] = ()
    cleared: frozenset[date] = frozenset()

    @property
    def first(self) -> date | None:
        return min((*self.cleared, *(day.on for day in self.days)), default=None)


def special(on: date, kind: DayKind, name: str, *, is_provisional: bool = False) -> Change:
    """What makes `on` a day of this kind. Raises Invalid for a weekday made up, and for a year far away."""
    if not EARLIEST <= on.year <= LATEST:
        raise Invalid("on", "out_of_range")
    if kind is DayKind.ORDINARY:
        return Change(cleared=frozenset({on}))
    if kind is DayKind.MAKE_UP and on.weekday() < 5:
        raise Invalid("kind", "not_a_weekend")
    is_working, is_statutory = kind is DayKind.MAKE_UP, kind is DayKind.HOLIDAY
    return Change((SpecialDay(on, is_working, is_statutory, is_provisional, name.strip()[:LONGEST_NAME]),))


def kind_of(day: SpecialDay | None) -> DayKind:
    if day is None:
        return DayKind.ORDINARY
    if day.is_working:
        return DayKind.MAKE_UP
    return DayKind.HOLIDAY if day.is_statutory else DayKind.DAY_OFF


def changed(clock: Clock, change: Change) -> Clock:
    """The clock as it would stand: for a dry run."""
    days = {on: day for on, day in clock.calendar.special_days.items() if on not in change.cleared}
    days |= {day.on: day for day in change.days}
    calendar = WorkingCalendar.from_rows(
        (days[on] for on in sorted(days)),
        version=clock.version,
        weekly=clock.calendar.weekly,
        hours=clock.calendar.hours,
    )
    return replace(clock, calendar=calendar)


def apply(
    session: Session, change: Change, actor_id: int | None, note: str, *, now: datetime, action: AdminAction
) -> ClockRevision:
    """Write the days and announce the change; open deadlines are to be recomputed. Repeatable."""
    touched = change.cleared | {day.on for day in change.days}
    query = select(CalendarDay).where(CalendarDay.on.in_(touched)).with_for_update()
    rows = {row.on: row for row in session.scalars(query)}
    before = {on.isoformat(): _written(row) for on, row in sorted(rows.items())}
    for on in change.cleared & set(rows):
        session.delete(rows[on])
    for day in change.days:
        session.merge(CalendarDay(**day._asdict()))
    session.flush()
    after = {day.on.isoformat(): _written(day) for day in change.days}
    subject = "calendar" if len(touched) != 1 else f"calendar:{next(iter(touched))}"
    admin_log.note(session, actor_id, action, subject, now=now, before=before, after=after, reason=note)
    return rulebook.revise(session, note[:200], actor_id, now=now)


def from_csv(lines: Iterable[str], known: Mapping[date, SpecialDay]) -> tuple[Change, list[str]]:
    """A year's announcement: lines of date, kind, name. Whole years are replaced; what is wrong is told by line."""
    days: dict[date, SpecialDay] = {}
    problems: list[str] = []
    for number, row in enumerate(csv.DictReader(lines), start=2):
        problem = _read(row, days)
        if problem:
            problems.append(f"line {number}: {problem}")
    years = {on.year for on in days}
    cleared = frozenset(on for on in known if on.year in years and on not in days)
    fresh = tuple(day for on, day in sorted(days.items()) if known.get(on) != day)
    return Change(fresh, cleared), problems


def months(calendar: WorkingCalendar, year: int) -> list[list[list[date | None]]]:
    """The weeks of each month of `year`, Monday first; None pads the ends."""
    weeks = Calendar()
    return [
        [[on if on.month == month else None for on in week] for week in weeks.monthdatescalendar(year, month)]
        for month in range(1, 13)
    ]


def announced_until(calendar: WorkingCalendar) -> date:
    """The last day nothing will change any more: the end of the last year without provisional days."""
    first_open = min(calendar.provisional_years, default=calendar.covered_until.year + 1)
    return min(calendar.covered_until, date(first_open, 1, 1) - timedelta(days=1))


def is_running_out(calendar: WorkingCalendar, today: date) -> bool:
    """Whether fewer than sixty days are announced: time to enter the next year's announcement."""
    return announced_until(calendar) < today + COVERED


def revisions(session: Session, limit: int = 8) -> Sequence[ClockRevision]:
    """The latest changes of calendar and rules, newest first, with how far each is carried through."""
    return session.scalars(select(ClockRevision).order_by(ClockRevision.id.desc()).limit(limit)).all()


def _read(row: Mapping[str, str | None], days: dict[date, SpecialDay]) -> str:
    """Put one line among `days`; what is wrong with it, or nothing."""
    written = (row.get("date") or "").strip()
    try:
        on = date.fromisoformat(written)
    except ValueError:
        return f"“{written}” is not a date like 2027-02-06"
    kind = (row.get("kind") or "").strip()
    if kind not in set(DayKind) - {DayKind.ORDINARY}:
        return f"“{kind}” is none of holiday, day_off, make_up"
    if on in days:
        return f"{on} stands here twice"
    try:
        days[on] = special(on, DayKind(kind), row.get("name") or "").days[0]
    except Invalid as refusal:
        return f"{on}: {refusal.code.replace('_', ' ')}"
    return ""


def _written(day: CalendarDay | SpecialDay) -> str:
    kind = kind_of(SpecialDay(day.on, day.is_working, day.is_statutory, day.is_provisional, day.name))
    return f"{kind} {day.name}{' (provisional)' if day.is_provisional else ''}".strip()
