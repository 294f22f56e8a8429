"""Changing holidays and time limits: what is asked first, what is written, and what must not be touched."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from complaints import calendar_days, rulebook, time_limits
from complaints.calendar_days import Change, DayKind
from complaints.errors import Invalid, Unknown
from complaints.working_days import SpecialDay, WorkingCalendar
from models.admin_event import AdminEvent
from models.codes import AdminAction, RollPolicy, Unit
from models.deadline import CalendarDay, ClockRevision, SlaRule
from tests.factories import NOW, a_clock, lodged

MONDAY, SATURDAY = date(2026, 11, 30), date(2026, 12, 5)


def test_each_kind_makes_the_day_it_says():
    holiday = calendar_days.special(MONDAY, DayKind.HOLIDAY, "Spring Festival").days[0]
    assert (holiday.is_working, holiday.is_statutory) == (False, True)
    off = calendar_days.special(MONDAY, DayKind.DAY_OFF, "").days[0]
    assert (off.is_working, off.is_statutory) == (False, False)
    made_up = calendar_days.special(SATURDAY, DayKind.MAKE_UP, "", is_provisional=True).days[0]
    assert (made_up.is_working, made_up.is_provisional) == (True, True)
    assert calendar_days.special(MONDAY, DayKind.ORDINARY, "").cleared == {MONDAY}
    for day in (holiday, off, made_up):
        kind = calendar_days.kind_of(day)
        assert calendar_days.special(day.on, kind, day.name, is_provisional=day.is_provisional).days == (day,)
    assert calendar_days.kind_of(None) is DayKind.ORDINARY


@pytest.mark.parametrize(("on", "kind"), [(MONDAY, DayKind.MAKE_UP), (date(1999, 1, 1), DayKind.HOLIDAY)])
def test_a_weekday_is_not_made_up_and_far_years_are_refused(on, kind):
    with pytest.raises(Invalid):
        calendar_days.special(on, kind, "")


def test_a_changed_clock_counts_otherwise_and_the_first_stays_as_it_was():
    clock = a_clock()
    changed = calendar_days.changed(clock, calendar_days.special(MONDAY, DayKind.HOLIDAY, ""))
    assert clock.calendar.is_working(MONDAY)
    assert not changed.calendar.is_working(MONDAY)
    back = calendar_days.changed(changed, Change(cleared=frozenset({MONDAY})))
    assert back.calendar.is_working(MONDAY)


def test_applying_writes_the_day_announces_it_and_may_be_repeated(session):
    change = calendar_days.special(MONDAY, DayKind.HOLIDAY, "Spring Festival")
    for _ in range(2):
        before = rulebook.current(session).version
        calendar_days.apply(session, change, None, "假日", now=NOW, action=AdminAction.CHANGE_CALENDAR)
        session.flush()
        assert rulebook.current(session).version > before
    assert session.get(CalendarDay, MONDAY).name == "Spring Festival"
    assert not rulebook.current(session).calendar.is_working(MONDAY)
    calendar_days.apply(
        session,
        Change(cleared=frozenset({MONDAY})),
        None,
        "撤销",
        now=NOW,
        action=AdminAction.CHANGE_CALENDAR,
    )
    assert session.get(CalendarDay, MONDAY) is None
    subjects = set(session.scalars(select(AdminEvent.subject)))
    assert subjects == {f"calendar:{MONDAY}"}


def test_an_announcement_replaces_its_year_and_reading_it_again_is_nothing():
    known = {
        date(2027, 1, 1): SpecialDay(date(2027, 1, 1), False, True, True, "New Year"),
        date(2027, 5, 3): SpecialDay(date(2027, 5, 3), False, False, True, "Labour Day"),
        date(2026, 10, 1): SpecialDay(date(2026, 10, 1), False, True, False, "National Day"),
    }
    lines = ["date,kind,name", "2027-01-01,holiday,New Year", "2027-02-20,make_up,Spring Festival"]
    change, problems = calendar_days.from_csv(lines, known)
    assert not problems
    assert change.cleared == {date(2027, 5, 3)}
    assert [day.on for day in change.days] == [date(2027, 1, 1), date(2027, 2, 20)]
    assert change.first == date(2027, 1, 1)
    assert not any(day.is_provisional for day in change.days)

    after = {day.on: day for day in change.days}
    assert calendar_days.from_csv(lines, after)[0].first is None


def test_what_is_wrong_with_a_file_is_told_by_line():
    lines = ["date,kind,name", "2027-13-01,holiday,x", "2027-01-04,make_up,x", "2027-01-01,party,x"]
    lines += ["2027-01-01,holiday,x", "2027-01-01,holiday,x"]
    _, problems = calendar_days.from_csv(lines, {})
    assert [problem.partition(":")[0] for problem in problems] == ["line 2", "line 3", "line 4", "line 6"]


def test_the_months_of_a_year_hold_each_day_once():
    months = calendar_days.months(a_clock().calendar, 2028)
    days = [on for month in months for week in month for on in week if on]
    assert len(days) == len(set(days)) == 366
    assert all(len(week) == 7 for month in months for week in month)


def test_the_calendar_runs_out_where_a_year_is_not_announced():
    announced = WorkingCalendar.from_rows([(date(2026, 10, 1), False, True, False, "")], version=1)
    provisional = WorkingCalendar.from_rows(
        [(date(2026, 10, 1), False, True, False, ""), (date(2027, 1, 1), False, True, True, "")], version=1
    )
    assert calendar_days.announced_until(announced) == date(2026, 12, 31)
    assert calendar_days.announced_until(provisional) == date(2026, 12, 31)
    assert calendar_days.is_running_out(provisional, date(2026, 11, 23))
    assert not calendar_days.is_running_out(provisional, date(2026, 10, 1))


def renewed(rule, **values):
    return {**{name: getattr(rule, name) for name in time_limits.CHANGEABLE}, **values}


def test_a_new_version_begins_where_the_old_ends_and_the_old_keeps_its_words(session):
    newest = time_limits.versions(session, "S-11")[0]
    duration, begins = newest.duration, NOW.date() + timedelta(days=9)
    rule = time_limits.renew(
        session, "S-11", renewed(newest, duration=5, unit=Unit.HOURS), begins, None, "试行", now=NOW
    )
    assert (rule.version, rule.valid_from, rule.valid_to) == (newest.version + 1, begins, None)
    assert (newest.duration, newest.valid_to) == (duration, begins)
    assert rule.starts_on == newest.starts_on
    assert (
        session.scalars(select(ClockRevision.note).order_by(ClockRevision.id.desc()))
        .first()
        .startswith("S-11")
    )
    event = session.scalars(select(AdminEvent)).one()
    assert event.after["duration"] == 5


def test_running_clocks_keep_the_version_they_started_under(session):
    complaint = lodged(session).complaint
    code = complaint.deadlines[0].rule_code
    due, rule_id = complaint.deadlines[0].due_at, complaint.deadlines[0].rule_id
    assert time_limits.effect(session, code, now=NOW).running == 1
    newest = time_limits.versions(session, code)[0]
    time_limits.renew(
        session, code, renewed(newest, duration=1), NOW.date() + timedelta(days=1), None, "试行", now=NOW
    )
    assert (complaint.deadlines[0].due_at, complaint.deadlines[0].rule_id) == (due, rule_id)


@pytest.mark.parametrize("days", [-1, 0])
def test_no_version_begins_in_the_past_or_today(session, days):
    newest = time_limits.versions(session, "S-11")[0]
    with pytest.raises(Invalid, match="too_early"):
        time_limits.check(newest, renewed(newest), NOW.date() + timedelta(days=days), now=NOW)


def test_hours_do_not_roll(session):
    newest = time_limits.versions(session, "S-11")[0]
    given = renewed(newest, unit=Unit.HOURS, roll_policy=RollPolicy.NON_WORKING_DAY)
    with pytest.raises(Invalid, match="cannot_roll"):
        time_limits.check(newest, given, NOW.date() + timedelta(days=2), now=NOW)


def test_a_rule_nobody_wrote_is_unknown(session):
    with pytest.raises(Unknown):
        time_limits.versions(session, "S-999")
    assert {rule.code for rule in time_limits.listed(session)} == set(session.scalars(select(SlaRule.code)))
