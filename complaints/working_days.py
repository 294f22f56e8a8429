"""Which days are worked, as frozen values. Reading the rows and recounting deadlines are left to others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

MONDAY_TO_FRIDAY = (True, True, True, True, True, False, False)
DAY_IN_MINUTES = 24 * 60
OFFICE_HOURS = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))


class SpecialDay(NamedTuple):
    """A date that departs from the weekly pattern, or that the law names a holiday."""

    on: date
    is_working: bool
    is_statutory: bool = False
    is_provisional: bool = False
    name: str = ""


@dataclass(frozen=True)
class WorkingCalendar:
    """A weekly pattern with an override by date; the override wins.

    `weekly` says for Monday to Sunday whether the day is worked. `hours` are the half-open intervals of
    a worked day, in minutes after local midnight (1440 is the midnight that ends it); only the unit
    `working_hours` reads them. A date after `covered_until`, or in a provisional year, is counted by
    what is known and may change. A pattern without a worked day, or hours that overlap or run
    backwards, raise ValueError.
    """

    version: int
    special_days: Mapping[date, SpecialDay] = field(hash=False)
    covered_until: date
    provisional_years: frozenset[int] = frozenset()
    weekly: tuple[bool, ...] = MONDAY_TO_FRIDAY
    hours: tuple[tuple[int, int], ...] = OFFICE_HOURS

    def __post_init__(self) -> None:
        if len(self.weekly) != 7 or not any(self.weekly):
            raise ValueError("the weekly pattern needs seven days, one of them worked")
        bounds = [0, *(minute for interval in self.hours for minute in interval), DAY_IN_MINUTES]
        if not self.hours or bounds != sorted(bounds) or any(opens == shuts for opens, shuts in self.hours):
            raise ValueError("the hours need intervals in order, within one day, none of them empty")

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[date, bool, bool, bool, str]],
        *,
        version: int,
        covered_until: date | None = None,
        weekly: tuple[bool, ...] = MONDAY_TO_FRIDAY,
        hours: tuple[tuple[int, int], ...] = OFFICE_HOURS,
    ) -> "WorkingCalendar":
        """Build from rows of (date, is_working, is_statutory, is_provisional, name).

        Rows come by whole years, so unless `covered_until` is given the last year among them is covered
        to its end. Of two rows for one date the later wins.
        """
        special_days = {row[0]: SpecialDay(*row) for row in rows}
        last_year = max((on.year for on in special_days), default=None)
        return cls(
            version=version,
            special_days=MappingProxyType(special_days),
            covered_until=covered_until or (date(last_year, 12, 31) if last_year else date.min),
            provisional_years=frozenset(day.on.year for day in special_days.values() if day.is_provisional),
            weekly=weekly,
            hours=hours,
        )

    def is_working(self, on: date) -> bool:
        special = self.special_days.get(on)
        return self.weekly[on.weekday()] if special is None else special.is_working

    def is_statutory_holiday(self, on: date) -> bool:
        """Whether the law itself names the day; a day off swapped for a worked weekend is not one."""
        special = self.special_days.get(on)
        return special is not None and special.is_statutory

    def is_make_up_day(self, on: date) -> bool:
        """Whether the day is worked though its weekday is not (调休上班日)."""
        return self.is_working(on) and not self.weekly[on.weekday()]

    def is_provisional(self, on: date) -> bool:
        """Whether an announcement still to come may change the day."""
        return on > self.covered_until or on.year in self.provisional_years

    def name(self, on: date) -> str:
        """The festival of a special day, in English as the catalogue knows it; empty for an ordinary day."""
        special = self.special_days.get(on)
        return "" if special is None else special.name
