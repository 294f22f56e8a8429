"""The clock on plain values: the law's own examples, and cases that went wrong elsewhere."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints import clock
from complaints.clock import Interval, Target, Why
from complaints.intervals import DAY, NOTHING
from complaints.working_days import WorkingCalendar
from models.codes import RollPolicy, Unit

BEIJING = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)

DRAGON_BOAT = [(date(2026, 6, 19), False, True, False, "Dragon Boat Festival")]
NATIONAL_WEEK = [
    (date(2026, 10, day), False, day in {1, 2, 3}, False, "National Day") for day in (1, 2, 3, 5, 6, 7)
]
MAKE_UP = [(date(2026, 10, 10), True, False, False, "National Day")]
CALENDAR = WorkingCalendar.from_rows(DRAGON_BOAT + NATIONAL_WEEK + MAKE_UP, version=1)
PLAIN = WorkingCalendar.from_rows([], version=1)

SEVEN_WORKING_DAYS = Target(7, Unit.WORKING_DAYS)
SIXTY_DAYS = Target(60, Unit.CALENDAR_DAYS)
FOUR_HOURS = Target(4, Unit.HOURS)


def at(text: str) -> datetime:
    """An instant as a Beijing wall clock shows it: "2026-04-20 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def end_of(text: str) -> datetime:
    return at(text) + DAY


def due(target, started, pauses=(), calendar=CALENDAR):
    return clock.due_at(target, at(started), pauses, calendar)


# The start, the last day, and what it rolls to


@pytest.mark.parametrize(
    ("roll_policy", "last_day"),
    [
        (RollPolicy.NONE, "2026-06-19"),
        (RollPolicy.STATUTORY_HOLIDAY, "2026-06-20"),
        (RollPolicy.NON_WORKING_DAY, "2026-06-22"),
    ],
)
def test_sixty_days_from_20_april_end_on_the_dragon_boat_festival_or_where_it_rolls(roll_policy, last_day):
    assert due(Target(60, Unit.CALENDAR_DAYS, roll_policy), "2026-04-20 09:00") == end_of(last_day)


def test_a_last_day_that_is_no_holiday_stays_where_it_is():
    assert due(Target(59, Unit.CALENDAR_DAYS, RollPolicy.STATUTORY_HOLIDAY), "2026-04-20 09:00") == end_of(
        "2026-06-18"
    )


@pytest.mark.parametrize(("rows", "last_day"), [(MAKE_UP, "2026-10-15"), ([], "2026-10-16")])
def test_seven_working_days_over_the_national_holiday_count_the_make_up_saturday(rows, last_day):
    calendar = WorkingCalendar.from_rows(NATIONAL_WEEK + rows, version=1)

    assert due(SEVEN_WORKING_DAYS, "2026-09-30 09:00", calendar=calendar) == end_of(last_day)


def test_a_swapped_monday_does_not_count():
    rows = [(date(2026, 3, 7), True, False, False, ""), (date(2026, 3, 9), False, False, False, "")]
    calendar = WorkingCalendar.from_rows(rows, version=1)

    assert due(Target(1, Unit.WORKING_DAYS), "2026-03-06 09:00", calendar=calendar) == end_of("2026-03-07")
    assert due(Target(2, Unit.WORKING_DAYS), "2026-03-06 09:00", calendar=calendar) == end_of("2026-03-10")


@pytest.mark.parametrize("started", ["2026-04-20 00:00", "2026-04-20 09:00", "2026-04-20 23:59:59"])
def test_the_day_of_the_start_is_excluded_whatever_its_hour(started):
    assert due(Target(1, Unit.CALENDAR_DAYS), started) == end_of("2026-04-21")


def test_the_day_is_that_of_the_law_and_not_of_utc():
    started_at = datetime(2026, 4, 19, 16, 30, tzinfo=UTC)  # 20 April, half past midnight in Beijing

    assert clock.due_at(Target(1, Unit.CALENDAR_DAYS), started_at, [], PLAIN) == end_of("2026-04-21")
    elsewhere = Target(1, Unit.CALENDAR_DAYS, timezone="Europe/London")
    assert clock.due_at(elsewhere, started_at, [], PLAIN) == datetime(2026, 4, 20, 23, tzinfo=UTC)


def test_an_officer_two_zones_away_sees_the_same_instant():
    in_berlin = at("2026-04-20 09:00").astimezone(ZoneInfo("Europe/Berlin"))

    answer = clock.due_at(SEVEN_WORKING_DAYS, in_berlin, [], CALENDAR)

    assert answer == due(SEVEN_WORKING_DAYS, "2026-04-20 09:00")
    assert answer.tzinfo is UTC


def test_a_day_in_which_the_clocks_change_counts_as_one_day():
    target = Target(1, Unit.CALENDAR_DAYS, timezone="Europe/Berlin")
    berlin = ZoneInfo("Europe/Berlin")
    started_at = datetime(2026, 3, 28, 12, tzinfo=berlin)

    assert clock.due_at(target, started_at, [], PLAIN) == datetime(2026, 3, 30, tzinfo=berlin)
    assert clock.warn_at(target, started_at, [], PLAIN, 50) == datetime(2026, 3, 29, 12, 30, tzinfo=berlin)


@pytest.mark.parametrize(
    ("target", "started", "last_day"),
    [
        (Target(6, Unit.MONTHS), "2026-04-20 09:00", "2026-10-20"),
        (Target(6, Unit.MONTHS), "2026-08-31 09:00", "2027-02-28"),
        (Target(1, Unit.MONTHS), "2026-12-31 09:00", "2027-01-31"),
        (Target(3, Unit.YEARS), "2026-04-20 09:00", "2029-04-20"),
        (Target(1, Unit.YEARS), "2028-02-29 09:00", "2029-02-28"),
        (Target(6, Unit.MONTHS, RollPolicy.NON_WORKING_DAY), "2026-04-03 09:00", "2026-10-08"),
    ],
)
def test_months_and_years_end_on_the_corresponding_day(target, started, last_day):
    assert due(target, started) == end_of(last_day)


# Hours


@pytest.mark.parametrize(
    ("target", "finish"),
    [
        (Target(90, Unit.MINUTES), "2026-10-01 00:30"),
        (FOUR_HOURS, "2026-10-01 03:00"),
        (Target(48, Unit.HOURS), "2026-10-02 23:00"),
    ],
)
def test_hours_and_minutes_run_around_the_clock_through_midnight_and_holidays(target, finish):
    assert due(target, "2026-09-30 23:00") == at(finish)


NINE_TO_SIX = WorkingCalendar.from_rows(NATIONAL_WEEK, version=1, hours=((9 * 60, 18 * 60),))


def test_four_working_hours_filed_an_hour_before_closing_are_due_at_eleven_and_warned_of_at_ten():
    target = Target(4, Unit.WORKING_HOURS)
    filed_at = at("2026-04-20 17:00")

    assert clock.due_at(target, filed_at, [], NINE_TO_SIX) == at("2026-04-21 12:00")
    assert clock.warn_at(target, filed_at, [], NINE_TO_SIX, 75) == at("2026-04-21 11:00")


def test_working_hours_skip_the_night_the_lunch_break_the_weekend_and_the_holiday():
    target = Target(10, Unit.WORKING_HOURS)

    stretches = clock.explain(target, at("2026-09-30 12:30"), [], CALENDAR)

    assert [(stretch.why, stretch.amount) for stretch in stretches] == [
        (Why.OUTSIDE_HOURS, NOTHING),
        (Why.RUNNING, 5 * HOUR),
        (Why.OUTSIDE_HOURS, NOTHING),
        (Why.HOLIDAY, NOTHING),
        (Why.WEEKEND, NOTHING),
        (Why.HOLIDAY, NOTHING),
        (Why.OUTSIDE_HOURS, NOTHING),
        (Why.RUNNING, 3 * HOUR),
        (Why.OUTSIDE_HOURS, NOTHING),
        (Why.RUNNING, 2 * HOUR),
    ]
    assert stretches[-1].end == at("2026-10-08 15:00")


def test_a_calendar_open_day_and_night_adds_nothing_at_midnight():
    always = WorkingCalendar.from_rows([], version=1, weekly=(True,) * 7, hours=((0, 1440),))
    target = Target(30, Unit.WORKING_HOURS)

    assert due(target, "2026-04-20 23:59", calendar=always) == at("2026-04-22 05:59")
    assert clock.explain(target, at("2026-04-20 23:59"), [], always) == [
        Interval(at("2026-04-20 23:59"), at("2026-04-22 05:59"), True, Why.RUNNING, 30 * HOUR)
    ]


def test_a_pause_through_closing_time_takes_only_the_hours_that_were_open():
    paused = [(at("2026-04-20 17:30"), at("2026-04-21 09:30"))]

    assert due(Target(4, Unit.WORKING_HOURS), "2026-04-20 17:00", paused, NINE_TO_SIX) == at(
        "2026-04-21 13:00"
    )


def test_pauses_outside_the_hours_that_matter_take_nothing_from_working_hours():
    target = Target(12, Unit.WORKING_HOURS)
    paused = [
        (at("2026-04-19 09:00"), at("2026-04-19 18:00")),
        (at("2026-04-20 19:00"), at("2026-04-20 23:00")),
        (at("2026-05-04 09:00"), at("2026-05-05 18:00")),
    ]

    assert due(target, "2026-04-20 09:00", paused, NINE_TO_SIX) == at("2026-04-21 12:00")


# Pauses


def test_an_appraisal_of_twelve_days_moves_mediation_by_twelve_days():
    paused = [(at("2026-05-04 15:00"), at("2026-05-16 10:00"))]

    assert due(SIXTY_DAYS, "2026-04-20 09:00", paused) == end_of("2026-07-01")


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-04-20 10:00", "2026-05-02 10:00"),  # from the day of acceptance
        ("2026-05-04 00:00", "2026-05-16 00:00"),  # whole days
        ("2026-06-19 23:00", "2026-07-01 01:00"),  # from the last day
    ],
)
def test_twelve_days_are_twelve_days_wherever_they_lie(begins, ends):
    assert due(SIXTY_DAYS, "2026-04-20 09:00", [(at(begins), at(ends))]) == end_of("2026-07-01")


@pytest.mark.parametrize(
    ("target", "last_day"),
    [(Target(3, Unit.WORKING_DAYS), "2026-04-28"), (Target(5, Unit.CALENDAR_DAYS), "2026-04-30")],
)
def test_a_pause_from_friday_noon_to_monday_noon_gives_back_one_working_day_or_three_days(target, last_day):
    started, weekend = "2026-04-22 09:00", (at("2026-04-24 12:00"), at("2026-04-27 12:00"))

    assert due(target, started, [weekend]) == end_of(last_day)


def test_a_pause_within_one_day_leaves_days_alone_and_moves_hours():
    lunch = [(at("2026-04-21 12:00"), at("2026-04-21 13:00"))]

    assert due(SEVEN_WORKING_DAYS, "2026-04-20 09:00", lunch) == due(SEVEN_WORKING_DAYS, "2026-04-20 09:00")
    assert due(Target(48, Unit.HOURS), "2026-04-20 09:00", lunch) == at("2026-04-22 10:00")


def test_a_pause_of_one_whole_monday_takes_that_monday():
    monday = [(at("2026-04-27 00:00"), at("2026-04-28 00:00"))]

    assert due(Target(3, Unit.WORKING_DAYS), "2026-04-24 09:00", monday) == end_of("2026-04-30")


def test_pauses_add_their_days_to_months():
    paused = [(at("2026-05-04 09:00"), at("2026-05-14 09:00"))]

    assert due(Target(1, Unit.MONTHS), "2026-04-20 09:00", paused) == end_of("2026-05-30")


def test_a_month_that_stands_still_on_its_first_day_begins_when_it_is_resumed():
    paused = [(at("2026-01-20 10:00"), at("2026-01-31 10:00"))]
    target = Target(1, Unit.MONTHS)

    assert due(target, "2026-01-20 09:00", paused) == end_of("2026-02-28")
    assert clock.allowance(target, at("2026-01-20 09:00"), paused) == 28 * DAY


@pytest.mark.parametrize("target", [SEVEN_WORKING_DAYS, SIXTY_DAYS, Target(200, Unit.HOURS)])
def test_overlapping_touching_and_empty_pauses_count_once(target):
    first, second = at("2026-04-21 12:00"), at("2026-04-23 12:00")
    third, fourth = at("2026-04-24 12:00"), at("2026-04-25 12:00")
    whole = [(first, fourth)]

    assert due(target, "2026-04-20 09:00", [(first, third), (second, fourth)]) == due(
        target, "2026-04-20 09:00", whole
    )
    assert due(target, "2026-04-20 09:00", [(first, second), (second, fourth)]) == due(
        target, "2026-04-20 09:00", whole
    )
    assert due(target, "2026-04-20 09:00", [(first, fourth), (second, third)]) == due(
        target, "2026-04-20 09:00", whole
    )
    assert due(target, "2026-04-20 09:00", [(first, first)]) == due(target, "2026-04-20 09:00")


@pytest.mark.parametrize(
    "target", [SEVEN_WORKING_DAYS, FOUR_HOURS, Target(1, Unit.MONTHS), Target(8, Unit.WORKING_HOURS)]
)
def test_while_a_pause_is_open_nothing_is_due(target):
    paused = [(at("2026-04-20 10:00"), None)]

    assert due(target, "2026-04-20 09:30", paused) is None
    assert clock.warn_at(target, at("2026-04-20 09:30"), paused, CALENDAR, 50) is None
    assert clock.explain(target, at("2026-04-20 09:30"), paused, CALENDAR)[-1].end is None


@pytest.mark.parametrize("target", [SEVEN_WORKING_DAYS, FOUR_HOURS])
def test_what_had_run_out_before_the_pause_stays_due(target):
    overdue = due(target, "2026-04-20 09:00")

    assert due(target, "2026-04-20 09:00", [(overdue, None)]) == overdue
    assert due(target, "2026-04-20 09:00", [(overdue - timedelta(seconds=1), None)]) is None


def test_a_warning_before_an_open_pause_stands():
    paused = [(at("2026-04-20 12:30"), None)]

    assert clock.warn_at(FOUR_HOURS, at("2026-04-20 09:00"), paused, CALENDAR, 50) == at("2026-04-20 11:00")


def test_a_day_the_deadline_rolled_on_to_can_be_paused_too():
    target = Target(60, Unit.CALENDAR_DAYS, RollPolicy.STATUTORY_HOLIDAY)
    paused = [(at("2026-06-20 12:00"), at("2026-06-24 12:00"))]

    assert due(target, "2026-04-20 09:00", paused) == end_of("2026-06-24")


# What is used and what is left


@pytest.mark.parametrize(
    ("target", "now", "used"),
    [
        (SEVEN_WORKING_DAYS, "2026-04-19 09:00", 0 * DAY),
        (SEVEN_WORKING_DAYS, "2026-04-20 23:59", 0 * DAY),
        (SEVEN_WORKING_DAYS, "2026-04-22 12:00", 1 * DAY),
        (SEVEN_WORKING_DAYS, "2026-04-27 12:00", 4 * DAY),
        (SEVEN_WORKING_DAYS, "2026-12-31 12:00", 7 * DAY),
        (FOUR_HOURS, "2026-04-20 09:00", 0 * HOUR),
        (FOUR_HOURS, "2026-04-20 10:15", 1.25 * HOUR),
        (FOUR_HOURS, "2026-12-31 12:00", 4 * HOUR),
        (Target(1, Unit.MONTHS), "2026-04-30 12:00", 9 * DAY),
    ],
)
def test_days_are_used_whole_and_hours_exactly_and_never_more_than_there_are(target, now, used):
    started_at = at("2026-04-20 09:00")

    assert clock.consumed(target, started_at, [], CALENDAR, at(now)) == used
    assert (
        clock.remaining(target, started_at, [], CALENDAR, at(now))
        == clock.allowance(target, started_at) - used
    )


def test_a_case_resolved_while_paused_reports_only_the_time_that_ran():
    started_at, resolved_at = at("2026-02-02 09:00"), at("2026-08-20 17:00")
    paused = [(at("2026-02-02 11:00"), resolved_at)]  # resumed and resolved in one write

    assert clock.consumed(Target(24, Unit.HOURS), started_at, paused, PLAIN, resolved_at) == 2 * HOUR
    assert clock.consumed(SEVEN_WORKING_DAYS, started_at, paused, PLAIN, resolved_at) == NOTHING


def test_another_rule_taken_up_while_paused_keeps_the_pause():
    started, pause_began = "2026-04-20 09:00", at("2026-04-22 09:00")
    resumed = [(pause_began, at("2026-04-27 09:00"))]

    assert (
        due(SIXTY_DAYS, started, [(pause_began, None)])
        is due(SEVEN_WORKING_DAYS, started, [(pause_began, None)])
        is None
    )
    assert due(SIXTY_DAYS, started, resumed) == due(SIXTY_DAYS, started) + 5 * DAY
    assert due(Target(6, Unit.WORKING_DAYS), started, resumed) == end_of("2026-05-01")


def test_a_holiday_announced_later_moves_a_running_deadline():
    announced = WorkingCalendar.from_rows([(date(2026, 4, 23), False, False, False, "Flood")], version=2)

    assert due(SEVEN_WORKING_DAYS, "2026-04-20 09:00", calendar=PLAIN) == end_of("2026-04-29")
    assert due(SEVEN_WORKING_DAYS, "2026-04-20 09:00", calendar=announced) == end_of("2026-04-30")


# Warnings


@pytest.mark.parametrize(
    ("target", "pct", "warned"),
    [
        (SEVEN_WORKING_DAYS, 50, "2026-04-24 12:00"),
        (Target(10, Unit.WORKING_DAYS), 50, "2026-04-28 00:00"),
        (Target(5, Unit.WORKING_DAYS), 80, "2026-04-27 00:00"),  # Monday, not the Saturday before it
        (FOUR_HOURS, 50, "2026-04-20 11:00"),
        (Target(24, Unit.HOURS), 80, "2026-04-21 04:12"),
    ],
)
def test_a_warning_comes_when_so_much_is_used(target, pct, warned):
    assert clock.warn_at(target, at("2026-04-20 09:00"), [], CALENDAR, pct) == at(warned)


@pytest.mark.parametrize("pct", [-1, 0, 100, 101])
def test_a_warning_at_the_start_or_the_end_is_refused(pct):
    with pytest.raises(ValueError, match="warning"):
        clock.warn_at(FOUR_HOURS, at("2026-04-20 09:00"), [], CALENDAR, pct)


# The explanation


def test_every_stretch_counted_and_skipped_is_listed_with_its_reason():
    paused = [(at("2026-10-12 12:00"), at("2026-10-14 12:00"))]

    assert clock.explain(SEVEN_WORKING_DAYS, at("2026-09-30 09:00"), paused, CALENDAR) == [
        Interval(at("2026-09-30 09:00"), at("2026-10-01"), False, Why.START_DAY),
        Interval(at("2026-10-01"), at("2026-10-04"), False, Why.HOLIDAY, name="National Day"),
        Interval(at("2026-10-04"), at("2026-10-05"), False, Why.WEEKEND),
        Interval(at("2026-10-05"), at("2026-10-08"), False, Why.HOLIDAY, name="National Day"),
        Interval(at("2026-10-08"), at("2026-10-10"), True, Why.WORKING_DAY, 2 * DAY),
        Interval(at("2026-10-10"), at("2026-10-11"), True, Why.MAKE_UP_DAY, DAY, "National Day"),
        Interval(at("2026-10-11"), at("2026-10-12"), False, Why.WEEKEND),
        Interval(at("2026-10-12"), at("2026-10-14"), False, Why.PAUSE),
        Interval(at("2026-10-14"), at("2026-10-17"), True, Why.WORKING_DAY, 3 * DAY),
        Interval(at("2026-10-17"), at("2026-10-19"), False, Why.WEEKEND),
        Interval(at("2026-10-19"), at("2026-10-20"), True, Why.WORKING_DAY, DAY),
    ]


def test_a_deadline_that_rolled_names_the_holiday_it_rolled_from():
    target = Target(60, Unit.CALENDAR_DAYS, RollPolicy.STATUTORY_HOLIDAY)

    assert clock.explain(target, at("2026-04-20 09:00"), [], CALENDAR) == [
        Interval(at("2026-04-20 09:00"), at("2026-04-21"), False, Why.START_DAY),
        Interval(at("2026-04-21"), at("2026-06-20"), True, Why.CALENDAR_DAY, 60 * DAY),
        Interval(at("2026-06-20"), at("2026-06-21"), False, Why.ROLLED, name="Dragon Boat Festival"),
    ]


def test_hours_are_explained_by_their_runs_and_pauses():
    paused = [(at("2026-04-20 10:00"), at("2026-04-20 11:30")), (at("2026-04-20 12:00"), None)]

    assert clock.explain(FOUR_HOURS, at("2026-04-20 09:00"), paused, CALENDAR) == [
        Interval(at("2026-04-20 09:00"), at("2026-04-20 10:00"), True, Why.RUNNING, HOUR),
        Interval(at("2026-04-20 10:00"), at("2026-04-20 11:30"), False, Why.PAUSE),
        Interval(at("2026-04-20 11:30"), at("2026-04-20 12:00"), True, Why.RUNNING, HOUR / 2),
        Interval(at("2026-04-20 12:00"), None, False, Why.PAUSE),
    ]


# What is refused


def test_a_duration_of_nothing_and_hours_that_roll_are_refused():
    with pytest.raises(ValueError, match="duration"):
        Target(0, Unit.HOURS)
    with pytest.raises(ValueError, match="roll"):
        Target(4, Unit.HOURS, RollPolicy.STATUTORY_HOLIDAY)


@pytest.mark.parametrize("target", [SEVEN_WORKING_DAYS, FOUR_HOURS])
def test_an_instant_without_a_zone_and_a_pause_that_runs_backwards_are_refused(target):
    naive = datetime(2026, 4, 20, 9)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        clock.due_at(target, naive, [], CALENDAR)
    with pytest.raises(ValueError, match="pause"):
        due(target, "2026-04-20 09:00", [(at("2026-04-22 09:00"), at("2026-04-21 09:00"))])
