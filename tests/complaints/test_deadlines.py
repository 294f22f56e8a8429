"""Deadlines start, pause, are met and dropped as the events of a complaint call for."""

from datetime import timedelta

import pytest

from complaints import deadlines, green_channel, workflow
from complaints.actors import SYSTEM
from complaints.clock import Target
from complaints.working_days import WorkingCalendar
from models.codes import Action, Status, Step, Unit, Urgency
from tests.factories import (
    NOW,
    a_clock,
    a_complaint,
    a_rule,
    an_officer,
    terms,
    the_consumer,
    the_merchant,
)

DAY = timedelta(days=1)
HOURS = Target(24, Unit.HOURS)
ANSWER = a_rule(
    "S-11",
    target=HOURS,
    starts_on=("status:negotiating",),
    stops_on=frozenset({"action:answer", "action:offer"}),
    drops_on=frozenset({"action:leave_green_channel"}),
    warn_at=(50, 80),
)
TERM = a_rule(
    "S-04",
    target=Target(60, Unit.CALENDAR_DAYS),
    starts_on=("status:accepted",),
    pause_in=frozenset({"suspended"}),
)
PROMISE = a_rule("S-13", target=Target(3, Unit.CALENDAR_DAYS), starts_on=("action:agree@perform_by",))
CLOCK = a_clock(ANSWER, TERM, PROMISE)


def in_green_channel(clock=CLOCK, **values):
    complaint = a_complaint(Status.WITH_FIRST_RECEIVER, **values)
    workflow.perform(complaint, Action.OPEN_GREEN_CHANNEL, SYSTEM, now=NOW, clock=clock)
    return complaint


def test_entering_a_status_starts_its_clock_and_the_complaint_keeps_the_earliest():
    complaint = in_green_channel()
    deadline = complaint.deadlines[0]

    assert deadline.due_at == NOW + DAY
    assert (deadline.next_step, deadline.next_at) == (Step.WARN_50, NOW + DAY / 2)
    assert complaint.due_at == NOW + DAY


def test_answering_stops_the_clock():
    complaint = in_green_channel()

    green_channel.answer(complaint, the_merchant(complaint), "核实中", now=NOW + DAY / 4, clock=CLOCK)

    deadline = complaint.deadlines[0]
    assert deadline.met_at == deadline.ended_at == NOW + DAY / 4
    assert deadline.next_at is None
    assert deadline.breached_at is None
    assert complaint.due_at is None


def test_answering_too_late_is_still_a_breach_stamped_with_the_due_time():
    complaint = in_green_channel()

    green_channel.answer(complaint, the_merchant(complaint), "核实中", now=NOW + 2 * DAY, clock=CLOCK)

    deadline = complaint.deadlines[0]
    assert deadline.breached_at == NOW + DAY
    assert deadline.met_at == NOW + 2 * DAY


def test_what_is_no_longer_owed_is_dropped_and_counts_as_neither():
    complaint = in_green_channel()

    green_channel.leave(complaint, the_consumer(complaint), now=NOW + DAY / 4, clock=CLOCK)

    deadline = complaint.deadlines[0]
    assert (deadline.met_at, deadline.breached_at) == (None, None)
    assert deadline.ended_at == NOW + DAY / 4


def test_ending_a_complaint_ends_every_clock():
    complaint = in_green_channel()

    workflow.perform(
        complaint, Action.WITHDRAW, the_consumer(complaint), now=NOW + DAY / 4, clock=CLOCK, reason="solved"
    )

    assert deadlines.running(complaint) == []


def test_mediation_stands_still_while_suspended():
    complaint = a_complaint(Status.PENDING_ACCEPTANCE)
    officer = an_officer(complaint)
    workflow.perform(complaint, Action.ACCEPT, officer, now=NOW, clock=CLOCK)
    due = complaint.deadlines[0].due_at
    workflow.perform(complaint, Action.SUSPEND, officer, now=NOW + 2 * DAY, clock=CLOCK, reason="a test")
    assert (complaint.due_at, complaint.deadlines[0].next_at) == (None, None)

    workflow.perform(complaint, Action.RESUME, officer, now=NOW + 14 * DAY, clock=CLOCK)

    assert complaint.deadlines[0].due_at == due + 12 * DAY
    assert complaint.due_at == due + 12 * DAY


def test_ending_while_paused_closes_the_pause_in_one_write():
    complaint = a_complaint(Status.PENDING_ACCEPTANCE)
    officer = an_officer(complaint)
    workflow.perform(complaint, Action.ACCEPT, officer, now=NOW, clock=CLOCK)
    workflow.perform(complaint, Action.SUSPEND, officer, now=NOW + DAY, clock=CLOCK, reason="a test")

    workflow.perform(
        complaint, Action.TERMINATE, officer, now=NOW + 3 * DAY, clock=CLOCK, reason="no agreement"
    )

    assert complaint.deadlines[0].pauses[0].ended_at == NOW + 3 * DAY
    assert complaint.deadlines[0].ended_at == NOW + 3 * DAY


def test_a_promise_is_counted_from_the_promised_day():
    complaint = in_green_channel()
    offer = green_channel.make_offer(complaint, the_merchant(complaint), terms(days=10), now=NOW, clock=CLOCK)
    offer.id = 1

    green_channel.accept_offer(complaint, the_consumer(complaint), 1, now=NOW, clock=CLOCK)

    promise = deadlines.running(complaint)[0]
    assert promise.rule_code == "S-13"
    assert promise.due_at == deadlines.end_of_day(NOW.date() + timedelta(days=13))


def test_a_rule_that_runs_already_is_not_started_twice():
    complaint = in_green_channel()
    event = complaint.events[-1]

    deadlines.react(complaint, event, CLOCK)

    assert len(complaint.deadlines) == 1


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({}, True),
        ({"urgencies": frozenset({"emergency"})}, False),
        ({"lanes": frozenset({"ordinary"})}, True),
        ({"industries": frozenset({"ecommerce"})}, False),
        ({"valid_from": NOW.date() + DAY}, False),
        ({"valid_to": NOW.date()}, False),
    ],
)
def test_a_rule_runs_where_its_conditions_fit_and_it_is_in_force(values, fits):
    rule = a_rule(target=HOURS, starts_on=("status:negotiating",), **values)

    complaint = in_green_channel(a_clock(rule), urgency=Urgency.NORMAL)

    assert bool(complaint.deadlines) is fits


def test_a_new_holiday_moves_a_running_deadline_later():
    rule = a_rule(target=Target(2, Unit.WORKING_DAYS), starts_on=("status:negotiating",), warn_at=(50,))
    clock = a_clock(rule)
    complaint = in_green_channel(clock)
    deadline = complaint.deadlines[0]
    before = deadline.due_at
    holiday = (NOW.date() + DAY, False, True, False, "A day nobody saw coming")
    later = type(clock)(clock.rules, WorkingCalendar.from_rows([holiday], version=2), 2)

    assert deadlines.recompute(deadline, later) is True
    assert deadline.due_at == before + DAY
    assert deadline.calendar_version == 2
    assert deadlines.recompute(deadline, later) is False


def late(is_owed=True):
    """A complaint whose first answer ran out a day ago, as the sweep leaves it."""
    complaint = in_green_channel()
    deadlines.expire(complaint.deadlines[0], now=NOW + DAY, is_owed=is_owed)
    deadlines.refresh_due(complaint)
    return complaint


def test_what_is_missed_and_still_owed_keeps_the_complaint_overdue():
    complaint = late()

    consumer = the_consumer(complaint)
    workflow.perform(complaint, Action.MESSAGE, consumer, now=NOW + 2 * DAY, clock=CLOCK, reason="?")

    assert deadlines.missed(complaint) == complaint.deadlines
    assert complaint.due_at == NOW + DAY


def test_what_is_done_after_it_was_missed_is_done_late_and_no_longer_overdue():
    complaint = late()

    green_channel.answer(complaint, the_merchant(complaint), "核实中", now=NOW + 2 * DAY, clock=CLOCK)

    deadline = complaint.deadlines[0]
    assert (deadline.met_at, deadline.breached_at) == (NOW + 2 * DAY, NOW + DAY)
    assert deadlines.missed(complaint) == []
    assert complaint.due_at is None


def test_what_was_missed_and_is_no_longer_wanted_is_no_longer_overdue():
    complaint = late()

    green_channel.leave(complaint, the_consumer(complaint), now=NOW + 2 * DAY, clock=CLOCK)

    assert complaint.deadlines[0].met_at is None
    assert complaint.due_at is None


def test_a_time_that_only_runs_out_leaves_nothing_owed():
    complaint = late(is_owed=False)

    assert deadlines.missed(complaint) == []
    assert complaint.due_at is None


def test_what_ran_out_unseen_by_any_sweep_is_a_breach_although_nobody_waits_for_it_any_more():
    complaint = in_green_channel()
    (deadline,) = complaint.deadlines
    due_at = deadline.due_at

    workflow.perform(
        complaint, Action.WITHDRAW, the_consumer(complaint), reason="太慢", now=due_at + DAY, clock=CLOCK
    )

    assert (deadline.breached_at, deadline.met_at) == (due_at, None)
    assert deadlines.missed(complaint) == []


def test_what_was_missed_and_is_still_owed_does_not_start_anew():
    again = a_rule("S-11", target=HOURS, starts_on=("action:message",))
    clock = a_clock(again)
    complaint = a_complaint(Status.NEGOTIATING)
    write = (complaint, Action.MESSAGE, the_consumer(complaint))
    workflow.perform(*write, reason="?", now=NOW, clock=clock)
    deadlines.expire(complaint.deadlines[0], now=NOW + DAY, is_owed=True)

    workflow.perform(*write, reason="?", now=NOW + DAY, clock=clock)

    assert len(complaint.deadlines) == 1


def test_a_detour_starts_nothing_anew_but_what_it_had_stopped():
    decide = a_rule("S-01", target=HOURS, starts_on=("status:pending_acceptance",))
    look = a_rule(
        "S-32",
        target=HOURS,
        starts_on=("status:pending_acceptance",),
        stops_on=frozenset({"status:supplementing"}),
    )
    clock = a_clock(decide, look)
    complaint = a_complaint(Status.NEGOTIATING)
    green_channel.leave(complaint, the_consumer(complaint), now=NOW, clock=clock)
    decided = next(one for one in complaint.deadlines if one.rule_code == "S-01")
    deadlines.expire(decided, now=decided.due_at)

    officer = an_officer(complaint)
    workflow.perform(complaint, Action.ASK_SUPPLEMENT, officer, reason="?", now=NOW, clock=clock)
    workflow.perform(complaint, Action.SUPPLEMENT, the_consumer(complaint), reason="!", now=NOW, clock=clock)

    assert sorted(one.rule_code for one in complaint.deadlines) == ["S-01", "S-32", "S-32"]
