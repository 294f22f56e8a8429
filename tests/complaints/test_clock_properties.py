"""What holds for the clock whatever the calendar, the pauses and the rule."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from complaints import clock
from complaints.clock import Target
from complaints.intervals import BY_THE_HOUR, MONTHS, NOTHING
from complaints.working_days import WorkingCalendar
from models.codes import RollPolicy, Unit

MONDAY = date(2026, 9, 14)
SECOND = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)
LONGEST = {Unit.MINUTES: 3000, Unit.HOURS: 200, Unit.WORKING_HOURS: 60, Unit.MONTHS: 4, Unit.YEARS: 1}

instants = st.integers(0, 90 * 24 * 60).map(
    lambda minutes: datetime(2026, 9, 14, tzinfo=UTC) + timedelta(minutes=minutes)
)
days = st.integers(0, 120).map(lambda day: MONDAY + timedelta(days=day))
units = st.sampled_from(Unit)
units_of_fixed_length = st.sampled_from([unit for unit in Unit if unit not in MONTHS])
special_days = st.lists(st.tuples(days, st.booleans(), st.booleans()), max_size=25)
ended_pauses = st.lists(
    st.tuples(instants, st.integers(0, 20 * 24 * 60)).map(
        lambda it: (it[0], it[0] + timedelta(minutes=it[1]))
    ),
    max_size=4,
)
open_pauses = st.lists(instants.map(lambda at: (at, None)), max_size=1)
pauses = st.builds(lambda ended, still_open: ended + still_open, ended_pauses, open_pauses)
percents = st.integers(1, 99)


@st.composite
def targets(draw, units=units):
    unit = draw(units)
    rolls = RollPolicy.NONE if unit in BY_THE_HOUR else draw(st.sampled_from(RollPolicy))
    return Target(draw(st.integers(1, LONGEST.get(unit, 70))), unit, rolls)


def rows(days):
    return [
        (on, is_working, is_statutory and not is_working, False, "") for on, is_working, is_statutory in days
    ]


@st.composite
def calendars(draw):
    return WorkingCalendar.from_rows(rows(draw(special_days)), version=1)


def due(target, started_at, pauses, calendar):
    return clock.due_at(target, started_at, pauses, calendar) or NEVER


@given(targets(), instants, pauses, special_days, days, st.booleans())
def test_a_holiday_more_never_makes_anything_due_earlier_nor_one_less_later(
    target, started_at, pauses, special, holiday, is_statutory
):
    without = WorkingCalendar.from_rows(rows(day for day in special if day[0] != holiday), version=1)
    with_it = WorkingCalendar.from_rows(
        [*without.special_days.values(), (holiday, False, is_statutory, False, "")], version=2
    )

    assert due(target, started_at, pauses, with_it) >= due(target, started_at, pauses, without)


@given(targets(), instants, pauses, special_days, days)
def test_adding_a_make_up_day_never_makes_anything_due_later(target, started_at, pauses, special, made_up):
    without = WorkingCalendar.from_rows(rows(day for day in special if day[0] != made_up), version=1)
    with_it = WorkingCalendar.from_rows(
        [*without.special_days.values(), (made_up, True, False, False, "")], version=2
    )

    assert due(target, started_at, pauses, with_it) <= due(target, started_at, pauses, without)


@given(targets(), instants, pauses, calendars(), instants, instants)
def test_what_is_used_and_what_is_left_make_up_the_allowance(
    target, started_at, pauses, calendar, one, other
):
    allowance = clock.allowance(target, started_at, pauses)
    earlier, later = sorted([one, other])
    used = [clock.consumed(target, started_at, pauses, calendar, now) for now in (earlier, later)]
    left = [clock.remaining(target, started_at, pauses, calendar, now) for now in (earlier, later)]

    assert [used[0] + left[0], used[1] + left[1]] == [allowance, allowance]
    assert NOTHING <= used[0] <= used[1] <= allowance


@given(targets(), instants, ended_pauses, calendars())
def test_the_allowance_is_used_up_when_it_is_due_and_not_before(target, started_at, pauses, calendar):
    due_at = clock.due_at(target, started_at, pauses, calendar)

    assert clock.remaining(target, started_at, pauses, calendar, due_at) == NOTHING
    if target.roll_policy == RollPolicy.NONE:
        assert clock.remaining(target, started_at, pauses, calendar, due_at - SECOND) > NOTHING


@given(targets(), instants, pauses, calendars(), st.randoms(use_true_random=False))
def test_the_order_of_pauses_does_not_matter(target, started_at, pauses, calendar, random):
    shuffled = random.sample(pauses, len(pauses))

    assert clock.explain(target, started_at, shuffled, calendar) == clock.explain(
        target, started_at, pauses, calendar
    )


@given(targets(), instants, pauses, instants, st.integers(0, 9 * 24 * 60), calendars())
def test_one_more_pause_never_makes_anything_due_earlier(
    target, started_at, pauses, began_at, minutes, calendar
):
    more = [*pauses, (began_at, began_at + timedelta(minutes=minutes))]

    assert due(target, started_at, more, calendar) >= due(target, started_at, pauses, calendar)


@given(
    targets(units_of_fixed_length),
    instants,
    instants,
    pauses,
    calendars(),
)
def test_what_starts_later_is_never_due_earlier(target, one, other, pauses, calendar):
    earlier, later = sorted([one, other])

    assert due(target, earlier, pauses, calendar) <= due(target, later, pauses, calendar)


# Without pauses: terms from 28 and from 29 January both end on 28 February. A pause from the 29th to the 30th
# moves the end of the first alone, since the second then starts on the 30th and still ends on 28 February.
@given(targets(st.sampled_from(sorted(MONTHS))), instants, instants, calendars())
def test_of_two_terms_in_months_the_one_that_starts_later_is_never_due_earlier(target, one, other, calendar):
    earlier, later = sorted([one, other])

    assert due(target, earlier, [], calendar) <= due(target, later, [], calendar)


@given(targets(), instants, pauses, calendars())
def test_nothing_falls_due_while_the_clock_stands_still(target, started_at, pauses, calendar):
    due_at = clock.due_at(target, started_at, pauses, calendar)

    assert due_at is None or not any(began < due_at <= (ended or NEVER) for began, ended in pauses)


@given(targets(), instants, pauses, calendars())
def test_the_explanation_has_no_gap_and_adds_up(target, started_at, pauses, calendar):
    stretches = clock.explain(target, started_at, pauses, calendar)
    due_at = clock.due_at(target, started_at, pauses, calendar)
    counted = sum((stretch.amount for stretch in stretches), NOTHING)

    assert stretches[0].start == started_at
    assert stretches[-1].end == due_at
    assert all(before.end == after.start for before, after in pairwise(stretches))
    assert all(stretch.counted == (stretch.amount > NOTHING) for stretch in stretches)
    assert counted <= clock.allowance(target, started_at, pauses)
    assert due_at is None or counted == clock.allowance(target, started_at, pauses)


@given(targets(), instants, pauses, calendars(), percents, percents)
def test_warnings_come_in_order_between_start_and_end(target, started_at, pauses, calendar, one, other):
    low, high = sorted([one, other])
    first, second = (clock.warn_at(target, started_at, pauses, calendar, pct) or NEVER for pct in (low, high))
    due_at = due(target, started_at, pauses, calendar)

    assert started_at < first <= second
    assert second <= due_at or due_at == NEVER
