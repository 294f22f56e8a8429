"""A deadline cut into intervals, each counted or skipped for a reason. The contract is complaints.clock."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from complaints.local_time import at_minute, local_date, midnight, utc
from complaints.pauses import FOREVER, Pauses, days_paused, instants_paused, is_within, still
from complaints.working_days import WorkingCalendar
from models.codes import RollPolicy, Unit

LAW_ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
NOTHING = timedelta(0)

LENGTHS = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.WORKING_HOURS: timedelta(hours=1),
    Unit.WORKING_DAYS: DAY,
    Unit.CALENDAR_DAYS: DAY,
}
MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}
BY_THE_HOUR = frozenset({Unit.MINUTES, Unit.HOURS, Unit.WORKING_HOURS})


@dataclass(frozen=True)
class Target:
    """How long something may take. Hours and minutes cannot roll; a duration is a whole number above zero."""

    duration: int
    unit: Unit
    roll_policy: RollPolicy = RollPolicy.NONE
    timezone: str = LAW_ZONE

    def __post_init__(self) -> None:
        if self.duration < 1:
            raise ValueError("a duration is at least one")
        if self.unit in BY_THE_HOUR and self.roll_policy != RollPolicy.NONE:
            raise ValueError("only days, months and years can roll")


class Why(StrEnum):
    """Why a stretch of time was counted or skipped."""

    RUNNING = "running"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    CALENDAR_DAY = "calendar_day"
    START_DAY = "start_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OUTSIDE_HOURS = "outside_hours"
    PAUSE = "pause"
    ROLLED = "rolled"


COUNTED = frozenset({Why.RUNNING, Why.WORKING_DAY, Why.MAKE_UP_DAY, Why.CALENDAR_DAY})


@dataclass(frozen=True)
class Interval:
    """A stretch of time, and what of the allowance it used. Only a pause that is still open has no `end`."""

    start: datetime
    end: datetime | None
    counted: bool
    why: Why
    amount: timedelta = NOTHING
    name: str = ""


class _Opening(NamedTuple):
    """A stretch in which hours count, or do not, before it is known whether the allowance reaches so far."""

    start: datetime
    end: datetime
    why: Why
    name: str = ""


def intervals(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> Iterator[Interval]:
    """The stretches from the start to the due instant, or to and with the pause that is still open."""
    count = _by_the_hour if target.unit in BY_THE_HOUR else _by_the_day
    return count(target, utc(started_at), pauses, calendar)


def _by_the_hour(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> Iterator[Interval]:
    standing = instants_paused(pauses)
    still_at = still(standing, FOREVER)
    left = target.duration * LENGTHS[target.unit]
    openings: Iterable[_Opening] = [_Opening(started_at, FOREVER, Why.RUNNING)]
    if target.unit == Unit.WORKING_HOURS:
        openings = _openings(target, started_at, calendar)
    pieces = (piece for opening in openings for piece in _cut(opening, standing))
    while left:
        start, end, why, name = next(pieces)
        if start >= still_at:
            yield Interval(start, None, False, Why.PAUSE)
            return
        amount = min(end - start, left) if why in COUNTED else NOTHING
        yield Interval(start, start + amount if amount else end, bool(amount), why, amount, name)
        left -= amount


def _openings(target: Target, started_at: datetime, calendar: WorkingCalendar) -> Iterator[_Opening]:
    """When the hours of the calendar run and when not, pauses aside, from the start onwards."""
    zone = ZoneInfo(target.timezone)
    on = local_date(started_at, zone)
    while True:
        for opening in _day_in_hours(on, zone, calendar):
            if opening.end > started_at:
                yield opening._replace(start=max(opening.start, started_at))
        on += DAY


def _day_in_hours(on: date, zone: ZoneInfo, calendar: WorkingCalendar) -> Iterator[_Opening]:
    at, day_ends = midnight(on, zone), midnight(on + DAY, zone)
    if not calendar.is_working(on):
        yield _Opening(at, day_ends, _why_free(on, calendar), calendar.name(on))
        return
    for opens, shuts in calendar.hours:
        opens_at, shuts_at = at_minute(on, opens, zone), at_minute(on, shuts, zone)
        if at < opens_at:
            yield _Opening(at, opens_at, Why.OUTSIDE_HOURS)
        yield _Opening(opens_at, shuts_at, Why.RUNNING)
        at = shuts_at
    if at < day_ends:
        yield _Opening(at, day_ends, Why.OUTSIDE_HOURS)


def _cut(opening: _Opening, standing: list[tuple[datetime, datetime]]) -> Iterator[_Opening]:
    """The opening in pieces, with the stretches in which the clock stood still taken out of it."""
    start, end = opening.start, opening.end
    for begins, ends in standing:
        if ends <= start or begins >= end:
            continue
        if start < begins:
            yield opening._replace(start=start, end=begins)
        start = min(ends, end)
        yield _Opening(max(begins, opening.start), start, Why.PAUSE)
    if start < end:
        yield opening._replace(start=start)


def _by_the_day(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> Iterator[Interval]:
    zone = ZoneInfo(target.timezone)
    standing = days_paused(pauses, zone)
    still_on = still(standing, date.max)
    start = started_at
    for on, why in _days(target, local_date(started_at, zone), standing, calendar):
        if on >= still_on:
            yield Interval(start, None, False, Why.PAUSE)
            return
        end = midnight(on + DAY, zone)
        is_counted = why in COUNTED
        yield Interval(
            start, end, is_counted, why, DAY if is_counted else NOTHING, _day_name(on, why, calendar)
        )
        start = end


def _days(
    target: Target, on: date, standing: list[tuple[date, date]], calendar: WorkingCalendar
) -> Iterator[tuple[date, Why]]:
    """Each local day from that of the start to the last one, with what it was."""
    while is_within(on, standing):
        yield on, Why.PAUSE
        on += DAY
    yield on, Why.START_DAY
    left = days_allowed(target, on)
    while left or is_within(on, standing) or _rolls(target.roll_policy, on, calendar):
        on += DAY
        if is_within(on, standing):
            why = Why.PAUSE
        elif left:
            why = _why(target.unit, on, calendar)
        else:
            why = Why.ROLLED
        left -= why in COUNTED
        yield on, why


def days_allowed(target: Target, first: date) -> int:
    """How many days follow `first`. Where a month has no corresponding day its last day takes the place."""
    if target.unit not in MONTHS:
        return target.duration
    years, month = divmod(first.month - 1 + target.duration * MONTHS[target.unit], 12)
    year, month = first.year + years, month + 1
    last = date(year, month, min(first.day, monthrange(year, month)[1]))
    return (last - first).days


def _rolls(policy: RollPolicy, on: date, calendar: WorkingCalendar) -> bool:
    if policy == RollPolicy.STATUTORY_HOLIDAY:
        return calendar.is_statutory_holiday(on)
    return policy == RollPolicy.NON_WORKING_DAY and not calendar.is_working(on)


def _why(unit: Unit, on: date, calendar: WorkingCalendar) -> Why:
    if unit != Unit.WORKING_DAYS:
        return Why.CALENDAR_DAY
    if not calendar.is_working(on):
        return _why_free(on, calendar)
    return Why.MAKE_UP_DAY if calendar.is_make_up_day(on) else Why.WORKING_DAY


def _why_free(on: date, calendar: WorkingCalendar) -> Why:
    return Why.HOLIDAY if on in calendar.special_days else Why.WEEKEND


def _day_name(on: date, why: Why, calendar: WorkingCalendar) -> str:
    """The festival behind a day; for one the deadline rolled on to, the festival it rolled from."""
    if why == Why.ROLLED:
        return calendar.name(on - DAY)
    return calendar.name(on) if why in {Why.HOLIDAY, Why.MAKE_UP_DAY} else ""
