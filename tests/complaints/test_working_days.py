"""The calendar on plain values."""

from datetime import date

import pytest

from complaints.working_days import MONDAY_TO_FRIDAY, WorkingCalendar

NATIONAL_DAY = date(2026, 10, 1)
SWAPPED_MONDAY = date(2026, 10, 5)
MAKE_UP_SATURDAY = date(2026, 10, 10)
PLAIN_SATURDAY = date(2026, 10, 17)
PLAIN_MONDAY = date(2026, 10, 12)

CALENDAR = WorkingCalendar.from_rows(
    [
        (NATIONAL_DAY, False, True, False, "National Day"),
        (SWAPPED_MONDAY, False, False, False, "National Day"),
        (MAKE_UP_SATURDAY, True, False, False, "National Day"),
        (date(2027, 1, 1), False, True, True, "New Year's Day"),
    ],
    version=3,
)


@pytest.mark.parametrize(
    ("on", "is_working", "is_statutory", "is_make_up", "name"),
    [
        (PLAIN_MONDAY, True, False, False, ""),
        (PLAIN_SATURDAY, False, False, False, ""),
        (NATIONAL_DAY, False, True, False, "National Day"),
        (SWAPPED_MONDAY, False, False, False, "National Day"),
        (MAKE_UP_SATURDAY, True, False, True, "National Day"),
    ],
)
def test_an_override_wins_over_the_weekly_pattern(on, is_working, is_statutory, is_make_up, name):
    assert CALENDAR.is_working(on) is is_working
    assert CALENDAR.is_statutory_holiday(on) is is_statutory
    assert CALENDAR.is_make_up_day(on) is is_make_up
    assert CALENDAR.name(on) == name


def test_a_year_not_yet_announced_and_whatever_follows_the_rows_is_provisional():
    assert not CALENDAR.is_provisional(NATIONAL_DAY)
    assert CALENDAR.is_provisional(date(2027, 6, 1))
    assert CALENDAR.covered_until == date(2027, 12, 31)
    assert CALENDAR.is_provisional(date(2028, 1, 1))


def test_a_calendar_may_say_itself_how_far_it_is_covered():
    calendar = WorkingCalendar.from_rows([], version=1, covered_until=date(2026, 6, 30))

    assert not calendar.is_provisional(date(2026, 6, 30))
    assert calendar.is_provisional(date(2026, 7, 1))


def test_a_calendar_without_rows_is_provisional_throughout():
    calendar = WorkingCalendar.from_rows([], version=1)

    assert calendar.is_provisional(date(2026, 1, 1))
    assert calendar.is_working(PLAIN_MONDAY)


def test_of_two_rows_for_a_date_the_later_wins():
    rows = [(PLAIN_MONDAY, False, False, False, "Flood"), (PLAIN_MONDAY, True, False, False, "")]

    assert WorkingCalendar.from_rows(rows, version=1).is_working(PLAIN_MONDAY)


def test_a_calendar_cannot_be_changed_and_can_be_a_key():
    with pytest.raises(TypeError):
        CALENDAR.special_days[PLAIN_MONDAY] = CALENDAR.special_days[NATIONAL_DAY]

    assert {CALENDAR: "known"}[CALENDAR] == "known"


@pytest.mark.parametrize("weekly", [(False,) * 7, (True,) * 6, ()])
def test_a_week_without_work_or_without_seven_days_is_refused(weekly):
    with pytest.raises(ValueError, match="weekly pattern"):
        WorkingCalendar.from_rows([], version=1, weekly=weekly)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((540, 540),),
        ((1080, 540),),
        ((540, 720), (700, 1080)),
        ((780, 1080), (540, 720)),
        ((540, 1441),),
        ((-1, 540),),
    ],
)
def test_hours_that_are_empty_backwards_overlapping_or_beyond_midnight_are_refused(hours):
    with pytest.raises(ValueError, match="hours"):
        WorkingCalendar.from_rows([], version=1, hours=hours)


def test_a_day_may_be_open_from_midnight_to_midnight():
    calendar = WorkingCalendar.from_rows([], version=1, weekly=(True,) * 7, hours=((0, 1440),))

    assert calendar.weekly != MONDAY_TO_FRIDAY
    assert calendar.hours == ((0, 1440),)
