"""The rows that seed the calendar, against the State Council's announcements."""

from datetime import date

import pytest

from cli.calendar_seed import YEARS, covered_until, official_days, seed_rows
from complaints.working_days import WorkingCalendar


def a_day(on):
    return next(day for day in official_days(on.year) if day.on == on)


# State Council notices for 2024, 2025 and 2026.
@pytest.mark.parametrize(
    ("year", "made_up"),
    [
        (2024, ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"]),
        (2025, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_every_announced_make_up_day_is_worked(year, made_up):
    worked = [day.on.strftime("%m-%d") for day in official_days(year) if day.is_working]

    assert worked == made_up


def test_the_spring_festival_of_2026_lasts_nine_days():
    calendar = WorkingCalendar.from_rows(seed_rows(), version=1)

    assert not any(calendar.is_working(date(2026, 2, day)) for day in range(15, 24))
    assert calendar.is_working(date(2026, 2, 14))
    assert calendar.is_working(date(2026, 2, 24))


def test_only_the_festival_itself_is_statutory():
    assert a_day(date(2026, 10, 3)).is_statutory
    assert not a_day(date(2026, 10, 5)).is_statutory  # made up for a Saturday
    assert not a_day(date(2026, 10, 7)).is_statutory  # swapped with 10 October


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2026, 2, 16), "Spring Festival Eve"),
        (date(2026, 2, 23), "Spring Festival"),
        (date(2026, 9, 20), "National Day"),  # worked for 6 October, though the Mid-Autumn Festival is nearer
        (date(2026, 5, 9), "Labour Day"),
        (date(2028, 10, 3), "Mid-Autumn Festival and National Day"),
    ],
)
def test_a_day_moved_bears_the_name_of_its_festival(on, name):
    assert a_day(on).name == name


def test_years_without_an_announcement_are_provisional():
    provisional = {day.on.year for day in seed_rows() if day.is_provisional}

    assert provisional & {2024, 2025, 2026} == set()
    assert 2028 in provisional


def test_the_rows_come_once_in_order_and_for_whole_years():
    rows = seed_rows()

    assert [day.on for day in rows] == sorted({day.on for day in rows})
    assert {day.on.year for day in rows} == set(YEARS)
    assert covered_until() == date(2028, 12, 31) == WorkingCalendar.from_rows(rows, version=1).covered_until
