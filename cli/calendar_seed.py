"""Special days of mainland China as rows for the calendar: announced by the State Council, or provisional."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module

from complaints.working_days import SpecialDay

YEARS = range(2024, 2029)

_SWAPPED = re.compile(r"Day off \(substituted from (\d\d)/(\d\d)/(\d{4})\)")
_OBSERVED = " (observed)"
_NAMES = {
    "Chinese New Year (Spring Festival)": "Spring Festival",
    "Chinese New Year's Eve": "Spring Festival Eve",
    "Labor Day": "Labour Day",
    "Mid-Autumn Festival; National Day": "Mid-Autumn Festival and National Day",
}


def seed_rows(years: range = YEARS) -> list[SpecialDay]:
    """The rows of all `years`, oldest first. Safe to repeat: the same package gives the same rows."""
    return [day for year in years for day in official_days(year)]


def official_days(year: int) -> list[SpecialDay]:
    """Every day of `year` that is not what its weekday says, or that the law names, with its festival.

    Days off are closed; weekend days made up for them (调休) are worked. Only the festival days
    themselves are statutory: a day moved or made up is free, but the law does not name it, and a
    deadline that rolls by Decree 121 art 45 takes the earlier date. Every announcement of recent years swaps
    some weekend, so a year without one is not announced yet and its rows are provisional.
    """
    # Loaded for the one command that asks it: its calendars of the whole world would cost each web process 17 MB.
    holidays = import_module("holidays")
    china = holidays.country_holidays("CN", years=year, language="en_US")
    names = {on: name for on, name in sorted(china.items()) if on.year == year}
    made_up = sorted(on for on in china.weekend_workdays if on.year == year)
    festivals = {on: _NAMES.get(name, name) for on, name in names.items() if _is_festival(name)}
    swapped_for = dict(_swaps(names))

    days = [SpecialDay(on, False, on in festivals, not made_up, _nearest(on, festivals)) for on in names] + [
        SpecialDay(on, True, False, False, _nearest(swapped_for.get(on, on), festivals)) for on in made_up
    ]
    return sorted(days)


def _is_festival(name: str) -> bool:
    return not _SWAPPED.fullmatch(name) and not name.endswith(_OBSERVED)


def _swaps(names: dict[date, str]) -> Iterator[tuple[date, date]]:
    """Each made-up day with the day off it pays for."""
    for off, name in names.items():
        if match := _SWAPPED.fullmatch(name):
            month, day, year = map(int, match.groups())
            yield date(year, month, day), off


def _nearest(on: date, festivals: dict[date, str]) -> str:
    return festivals[min(festivals, key=lambda festival: (abs(festival - on), festival))]


def covered_until(years: range = YEARS) -> date:
    """The last day the rows of `years` say something about."""
    return date(years[-1] + 1, 1, 1) - timedelta(days=1)
