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

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.intervals import (
    BY_THE_HOUR,
    DAY,
    LAW_ZONE,
    LENGTHS,
    NOTHING,
    Interval,
    Target,
    Why,
    days_allowed,
    intervals,
)
from complaints.local_time import local_date
from complaints.pauses import Pauses, days_paused
from complaints.working_days import WorkingCalendar

__all__ = [
    "LAW_ZONE",
    "Interval",
    "Pauses",
    "Target",
    "Why",
    "allowance",
    "consumed",
    "due_at",
    "explain",
    "remaining",
    "warn_at",
]


def due_at(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar
) -> datetime | None:
    """The instant the allowance is used up, or None while an open pause holds it."""
    *_, last = intervals(target, started_at, pauses, calendar)
    return last.end


def consumed(
    target: Target, started_at: datetime, pauses: Pauses, calendar: WorkingCalendar, now: datetime
) -> timedelta:
    """What of the allowance is used at `now`: exact for hours and minutes, whole days for the rest.

    One counted day is timedelta(days=1), whatever its kind. Never more than the allowance.
    """
    used = NOTHING
    for interval in intervals(target, started_at, pauses, calendar):
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
    first = local_date(started_at, zone)
    resumed = (ends for begins, ends in days_paused(pauses, zone) if begins <= first < ends < date.max)
    first = next(resumed, first)
    return days_allowed(target, first) * DAY


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
    for interval in intervals(target, started_at, pauses, calendar):
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
    for interval in intervals(target, started_at, pauses, calendar):
        if joined and _is_alike(joined[-1], interval):
            joined[-1] = replace(joined[-1], end=interval.end, amount=joined[-1].amount + interval.amount)
        else:
            joined.append(interval)
    return joined


def _is_alike(one: Interval, other: Interval) -> bool:
    return (one.counted, one.why, one.name) == (other.counted, other.why, other.name)
