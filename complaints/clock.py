"""How long a deadline has run and when it ends: arithmetic on instants, pauses and a frozen calendar.

No table and no clock is read here. Instants are aware; results are UTC. Rules that hold for every unit:

- Intervals are half-open. A deadline is missed at `due_at`, not a moment before it.
- Pauses are (started_at, ended_at or None) in any order. Overlapping ones are united, one of no length counts
  for nothing, one that ends before it starts raises ValueError.
- While a pause is open the deadline has no due instant, unless it had run out before the pause began.

Hours and minutes run around the clock, working hours through the intervals of the calendar. A pause
stops them to the microsecond.

Days, months and years are counted in whole local days (Decree 121 art 45; Civil Code arts 201 to 203).
The day of the start is excluded and the last day runs to its end, so `due_at` is the midnight that
follows it. Since a day cannot be halved, **a day counts when the clock was running at its end**: the
day on which a pause begins does not count, the day on which it ends does, and a pause within one day
changes nothing. A pause from the 1st to the 13th therefore moves a due date by twelve calendar days
whatever the hour, and one from Friday noon to Monday noon gives back one working day, not three. A
clock that stands still at the end of its first day starts on the day it is resumed. A deadline never
falls inside a pause.

Months and years end on the corresponding day, or on the last day of a shorter month; a pause adds its days.

A roll policy moves the last day, and only that, to the first following day that is no statutory
holiday, or that is worked.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from complaints.working_days import WorkingCalendar
from models.codes import RollPolicy, Unit

LAW_ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
NOTHING = timedelta(0)
FOREVER = datetime.max.replace(tzinfo=UTC)

T = TypeVar("T", date, datetime)
Pauses = Iterable[tuple[datetime, datetime | None]]

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


def due_at(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> datetime | None:
    """The instant the allowance is used up, or None while an open pause holds it."""
    *_, last = _intervals(target, started_at, pauses, calendar)
    return last.end


def consumed(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar, now: datetime
) -> timedelta:
    """What of the allowance is used at `now`: exact for hours and minutes, whole days for the rest.

    One counted day is timedelta(days=1), whatever its kind. Never more than the allowance.
    """
    used = NOTHING
    for interval in _intervals(target, started_at, pauses, calendar):
        if interval.start >= now:
            break
        if interval.end is not None and interval.end <= now:
            used += interval.amount
        elif interval.counted and target.unit in BY_THE_HOUR:
            used += now - interval.start
    return used


def remaining(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar, now: datetime
) -> timedelta:
    """What of the allowance is left at `now`; `consumed` and this make up the allowance."""
    pauses = list(pauses)
    used = consumed(target, started_at, pauses, calendar, now)
    return allowance(target, started_at, pauses) - used


def allowance(target: Target, started_at: datetime, pauses: Pauses = ()) -> timedelta:
    """The whole of what may be used. Only that of months and years depends on the start."""
    if target.unit in LENGTHS:
        return target.duration * LENGTHS[target.unit]
    zone = ZoneInfo(target.timezone)
    first = _local_date(started_at, zone)
    resumed = (ends for begins, ends in _days_paused(pauses, zone) if begins <= first < ends < date.max)
    first = next(resumed, first)
    return _days_allowed(target, first) * DAY


def warn_at(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar, pct: int
) -> datetime | None:
    """The instant from which more than `pct` per cent (1 to 99) of the allowance is used.

    Half of seven working days is noon of the fourth, half of ten the first moment of the sixth. Never
    after the due instant; None while an open pause keeps it away.
    """
    if not 0 < pct < 100:
        raise ValueError("a warning lies between the start and the end")
    pauses = list(pauses)
    wanted = allowance(target, started_at, pauses) * pct / 100
    for interval in _intervals(target, started_at, pauses, calendar):
        if interval.end is not None and interval.amount > wanted:
            return interval.start + wanted * ((interval.end - interval.start) / interval.amount)
        wanted -= interval.amount
    return None


def explain(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> list[Interval]:
    """Every stretch from the start to the due instant, counted or skipped; like neighbours are joined.

    The amounts of the counted ones add up to the allowance. With an open pause the last interval has no end.
    """
    joined: list[Interval] = []
    for interval in _intervals(target, started_at, pauses, calendar):
        if joined and _is_alike(joined[-1], interval):
            joined[-1] = replace(joined[-1], end=interval.end, amount=joined[-1].amount + interval.amount)
        else:
            joined.append(interval)
    return joined


def _is_alike(one: Interval, other: Interval) -> bool:
    return (one.counted, one.why, one.name) == (other.counted, other.why, other.name)


class _Opening(NamedTuple):
    """A stretch in which hours count, or do not, before it is known whether the allowance reaches so far."""

    start: datetime
    end: datetime
    why: Why
    name: str = ""


def _intervals(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> Iterator[Interval]:
    """The stretches from the start to the due instant, or to and with the pause that is still open."""
    count = _by_the_hour if target.unit in BY_THE_HOUR else _by_the_day
    return count(target, _utc(started_at), pauses, calendar)


def _by_the_hour(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> Iterator[Interval]:
    standing = _united((begins, FOREVER if ends is None else ends) for begins, ends in _in_utc(pauses))
    still_at = _still(standing, FOREVER)
    left = allowance(target, started_at)
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
    on = _local_date(started_at, zone)
    while True:
        for opening in _day_in_hours(on, zone, calendar):
            if opening.end > started_at:
                yield opening._replace(start=max(opening.start, started_at))
        on += DAY


def _day_in_hours(on: date, zone: ZoneInfo, calendar: WorkingCalendar) -> Iterator[_Opening]:
    at, midnight = _midnight(on, zone), _midnight(on + DAY, zone)
    if not calendar.is_working(on):
        yield _Opening(at, midnight, _why_free(on, calendar), calendar.name(on))
        return
    for opens, shuts in calendar.hours:
        opens_at, shuts_at = _at_minute(on, opens, zone), _at_minute(on, shuts, zone)
        if at < opens_at:
            yield _Opening(at, opens_at, Why.OUTSIDE_HOURS)
        yield _Opening(opens_at, shuts_at, Why.RUNNING)
        at = shuts_at
    if at < midnight:
        yield _Opening(at, midnight, Why.OUTSIDE_HOURS)


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
    standing = _days_paused(pauses, zone)
    still_on = _still(standing, date.max)
    start = started_at
    for on, why in _days(target, _local_date(started_at, zone), standing, calendar):
        if on >= still_on:
            yield Interval(start, None, False, Why.PAUSE)
            return
        end = _midnight(on + DAY, zone)
        is_counted = why in COUNTED
        yield Interval(
            start, end, is_counted, why, DAY if is_counted else NOTHING, _day_name(on, why, calendar)
        )
        start = end


def _days(
    target: Target, on: date, standing: list[tuple[date, date]], calendar: WorkingCalendar
) -> Iterator[tuple[date, Why]]:
    """Each local day from that of the start to the last one, with what it was."""
    while _is_within(on, standing):
        yield on, Why.PAUSE
        on += DAY
    yield on, Why.START_DAY
    left = _days_allowed(target, on)
    while left or _is_within(on, standing) or _rolls(target.roll_policy, on, calendar):
        on += DAY
        if _is_within(on, standing):
            why = Why.PAUSE
        elif left:
            why = _why(target.unit, on, calendar)
        else:
            why = Why.ROLLED
        left -= why in COUNTED
        yield on, why


def _days_allowed(target: Target, first: date) -> int:
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


def _days_paused(pauses: Pauses, zone: ZoneInfo) -> list[tuple[date, date]]:
    """The local days at whose end the clock stands still, as half-open ranges up to date.max if open."""
    return _united(
        (_local_date(begins, zone), date.max if ends is None else _local_date(ends, zone))
        for begins, ends in _in_utc(pauses)
    )


def _united(stretches: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """The same stretches sorted, without the empty ones, and with those that touch or overlap made one."""
    united: list[tuple[T, T]] = []
    for begins, ends in sorted(stretches):
        if united and begins <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], ends))
        elif begins < ends:
            united.append((begins, ends))
    return united


def _still(standing: list[tuple[T, T]], never: T) -> T:
    """From when the clock stands still for good: the open pause is the last one, and reaches to `never`."""
    return standing[-1][0] if standing and standing[-1][1] == never else never


def _is_within(on: date, ranges: list[tuple[date, date]]) -> bool:
    return any(begins <= on < ends for begins, ends in ranges)


def _in_utc(pauses: Pauses) -> Iterator[tuple[datetime, datetime | None]]:
    for begins, ends in pauses:
        if ends is not None and ends < begins:
            raise ValueError("a pause cannot end before it starts")
        yield _utc(begins), ends if ends is None else _utc(ends)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def _local_date(instant: datetime, zone: ZoneInfo) -> date:
    return _utc(instant).astimezone(zone).date()


@lru_cache(maxsize=4096)  # a sweep asks for the same few hundred midnights over and over
def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def _at_minute(on: date, minute: int, zone: ZoneInfo) -> datetime:
    return (datetime.combine(on, time.min, zone) + timedelta(minutes=minute)).astimezone(UTC)
