"""The stretches in which a clock stands still: sorted, united, read as instants or as local days."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from complaints.local_time import local_date, utc

FOREVER = datetime.max.replace(tzinfo=UTC)

T = TypeVar("T", date, datetime)
Pauses = Iterable[tuple[datetime, datetime | None]]


def instants_paused(pauses: Pauses) -> list[tuple[datetime, datetime]]:
    """The pauses as half-open stretches of UTC, sorted and apart; an open one reaches FOREVER."""
    return _united((begins, FOREVER if ends is None else ends) for begins, ends in _in_utc(pauses))


def days_paused(pauses: Pauses, zone: ZoneInfo) -> list[tuple[date, date]]:
    """The local days at whose end the clock stands still, as half-open ranges up to date.max if open."""
    return _united(
        (local_date(begins, zone), date.max if ends is None else local_date(ends, zone))
        for begins, ends in _in_utc(pauses)
    )


def still(standing: list[tuple[T, T]], never: T) -> T:
    """From when the clock stands still for good: the open pause is the last one, and reaches to `never`."""
    return standing[-1][0] if standing and standing[-1][1] == never else never


def is_within(on: date, ranges: list[tuple[date, date]]) -> bool:
    return any(begins <= on < ends for begins, ends in ranges)


def _united(stretches: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """The same stretches sorted, without the empty ones, and with those that touch or overlap made one."""
    united: list[tuple[T, T]] = []
    for begins, ends in sorted(stretches):
        if united and begins <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], ends))
        elif begins < ends:
            united.append((begins, ends))
    return united


def _in_utc(pauses: Pauses) -> Iterator[tuple[datetime, datetime | None]]:
    for begins, ends in pauses:
        if ends is not None and ends < begins:
            raise ValueError("a pause cannot end before it starts")
        yield utc(begins), ends if ends is None else utc(ends)
