"""The sweep: every deadline acted on once, the oldest first, whoever sweeps."""

import gc
from datetime import timedelta
from unittest.mock import ANY

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy import event, func, select

from complaints import green_channel, handovers, mediation, rulebook, workflow
from complaints.actors import Actor
from complaints.errors import WrongStatus
from jobs import escalation as sweeps
from models import db
from models.codes import Action, CompensationStatus, OfferStatus, Role, Status, Step
from models.complaint import Complaint, Event
from models.deadline import Deadline, Escalation
from models.notice import Notice
from models.organisations import Department
from tests.factories import (
    NOW,
    a_department,
    a_shop,
    a_user,
    an_officer,
    lodged,
    terms,
    the_consumer,
    the_merchant,
)

AGAIN = "a batch is done again, one by one"
HOUR = timedelta(hours=1)
LARGE = 80_000  # more than a counter may pay: one deadline less
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def whole_batches(caplog):
    """What an effect looks at was read with the batch, or the batch would fail and be done again piece by piece."""
    yield
    assert AGAIN not in [record.message for record in caplog.get_records("call")]


def sweep(at):
    return sweeps.sweep(at.isoformat())


def negotiating(session, **values):
    complaint = lodged(session, merchant=a_shop(session), **{"amount": LARGE, **values}).complaint
    session.commit()
    assert complaint.status is Status.NEGOTIATING
    return complaint.id


def offerer(session, complaint_id):
    complaint = session.get(Complaint, complaint_id)
    return complaint, the_merchant(complaint)


def withdraw(complaint, when):
    green_channel.make_offer(complaint, the_merchant(complaint), terms(), **when)
    workflow.perform(complaint, Action.WITHDRAW, the_consumer(complaint), reason="不投诉了", **when)


def stop_for_a_test(complaint, when):
    green_channel.close(complaint, the_merchant(complaint), reason="不同意", **when)
    workflow.perform(complaint, Action.ACCEPT, an_officer(complaint), **when)
    green_channel.make_offer(complaint, the_merchant(complaint), terms(), **when)
    mediation.suspend(complaint, an_officer(complaint), "送检", **when)


def steps(session, complaint_id, rule):
    query = (
        select(Escalation.step)
        .join(Deadline)
        .where(Escalation.complaint_id == complaint_id, Deadline.rule_code == rule)
        .order_by(Escalation.id)
    )
    return list(session.scalars(query))


def test_a_merchant_is_warned_then_raised(session):
    complaint_id = negotiating(session)

    sweep(NOW + 13 * HOUR)
    assert steps(session, complaint_id, "S-11") == [Step.WARN_50]
    sweep(NOW + 20 * HOUR)
    sweep(NOW + 25 * HOUR)

    assert steps(session, complaint_id, "S-11") == [Step.WARN_50, Step.WARN_80, Step.EXPIRED]
    complaint = session.get(Complaint, complaint_id)
    assert complaint.level == 1
    assert complaint.status is Status.NEGOTIATING


def test_a_small_clear_claim_is_to_be_paid_within_four_hours(session):
    small = negotiating(session, amount=50_000)
    large = negotiating(session, amount=50_001)
    other_money = negotiating(session, amount=4_800, currency="EUR")

    sweep(NOW + 5 * HOUR)

    assert steps(session, small, "S-14") == [Step.EXPIRED]
    assert steps(session, large, "S-14") == steps(session, other_money, "S-14") == []
    assert session.get(Complaint, small).level == 1


def test_a_second_sweep_of_the_same_minute_finds_nothing(session):
    negotiating(session)

    assert sweep(NOW + 25 * HOUR)["acted"] > 0
    assert sweep(NOW + 25 * HOUR)["acted"] == 0


def test_overslept_warnings_are_skipped(session):
    complaint_id = negotiating(session)

    sweep(NOW + 30 * HOUR)

    assert steps(session, complaint_id, "S-11") == [Step.EXPIRED]


def test_two_warnings_that_came_due_together_are_both_acted_on(session):
    complaint_id = negotiating(session)

    assert sweep(NOW + 20 * HOUR)["failed"] == 0

    assert steps(session, complaint_id, "S-11") == [Step.WARN_50, Step.WARN_80]


def test_a_breach_is_stamped_with_the_due_time_not_with_the_sweeps(session):
    complaint_id = negotiating(session)

    sweep(NOW + 3 * DAY)

    breach = session.scalar(
        select(Deadline).where(Deadline.complaint_id == complaint_id, Deadline.rule_code == "S-11")
    )
    assert breach.breached_at == NOW + DAY
    assert breach.ended_at == NOW + 3 * DAY


def test_when_the_green_channel_runs_out_the_file_goes_on_with_acceptance_started(session):
    complaint_id = negotiating(session)

    sweep(NOW + 20 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert complaint.level >= 3
    assert complaint.department_id == complaint.authority_id
    running = {d.rule_code for d in complaint.deadlines if d.ended_at is None}
    assert "S-01" in running


def test_fifteen_days_of_silence_unlock_advance_compensation(session):
    complaint_id = negotiating(session)
    complaint = session.get(Complaint, complaint_id)
    green_channel.answer(
        complaint, the_merchant(complaint), "核实中", now=NOW + HOUR, clock=rulebook.current(session)
    )
    session.commit()

    sweep(NOW + 17 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert complaint.compensation.status is CompensationStatus.ELIGIBLE


def climbed(session):
    """One on whose acceptance nobody decided until it was the city's."""
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    session.commit()
    for days in (8, 12):
        sweep(NOW + days * DAY)
    session.refresh(complaint)
    assert (complaint.level, complaint.department.level) == (5, 5)
    return complaint, {"now": NOW + 12 * DAY, "clock": rulebook.current(session)}


def test_an_office_that_was_asked_before_a_climb_cannot_take_it_down_again(session):
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    peer, when = a_department(session, "market-chaoyang"), {"now": NOW, "clock": rulebook.current(session)}
    handovers.offer(complaint, an_officer(complaint), peer, "归对方管辖。", **when)
    session.commit()

    sweep(NOW + 8 * DAY)
    sweep(NOW + 12 * DAY)

    session.refresh(complaint)
    assert (complaint.department.level, handovers.waiting(complaint)) == (5, None)
    asked = Actor(Role.OFFICER, 8, department_id=peer.id, departments=frozenset({peer.id}))
    with pytest.raises(WrongStatus):
        handovers.confirm(complaint, asked, **when)


def test_additions_after_a_breach_neither_start_the_time_anew_nor_undo_the_climb(session):
    complaint, when = climbed(session)
    city = complaint.department_id

    workflow.perform(complaint, Action.ASK_SUPPLEMENT, an_officer(complaint), reason="请补充", **when)
    workflow.perform(complaint, Action.SUPPLEMENT, the_consumer(complaint), reason="已补充", **when)

    assert (complaint.status, complaint.department_id) == (Status.PENDING_ACCEPTANCE, city)
    assert [d.breached_at is not None for d in complaint.deadlines if d.rule_code == "S-01"] == [True]


def test_a_suspension_after_fifteen_days_of_silence_does_not_count_them_again(session):
    complaint = session.get(Complaint, negotiating(session))
    when = {"now": NOW, "clock": rulebook.current(session)}
    green_channel.close(complaint, the_merchant(complaint), reason="不同意", **when)
    workflow.perform(complaint, Action.ACCEPT, an_officer(complaint), **when)
    session.commit()
    sweep(NOW + 17 * DAY)
    session.refresh(complaint)

    mediation.suspend(complaint, an_officer(complaint), "送检", **when | {"now": NOW + 17 * DAY})
    mediation.resume(complaint, an_officer(complaint), **when | {"now": NOW + 18 * DAY})

    assert [d.rule_code for d in complaint.deadlines].count("S-12") == 1


def test_leaving_the_channel_takes_nothing_away_from_the_city(session):
    complaint = session.get(Complaint, negotiating(session))
    city = session.scalar(select(Department).where(Department.level == 5))
    complaint.level, complaint.department_id = 5, city.id
    session.commit()

    green_channel.leave(complaint, the_consumer(complaint), now=NOW, clock=rulebook.current(session))

    assert complaint.department_id == city.id


def test_a_broken_promise_reopens_it_by_itself(session):
    complaint_id = negotiating(session)
    complaint = session.get(Complaint, complaint_id)
    clock = rulebook.current(session)
    offer = green_channel.make_offer(complaint, the_merchant(complaint), terms(), now=NOW, clock=clock)
    session.flush()
    green_channel.accept_offer(complaint, the_consumer(complaint), offer.id, now=NOW, clock=clock)
    session.commit()

    sweep(NOW + 9 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert Action.REOPEN in [event.action for event in complaint.events]


def test_an_offer_nobody_took_expires(session):
    complaint_id = negotiating(session)
    complaint = session.get(Complaint, complaint_id)
    green_channel.make_offer(
        complaint, the_merchant(complaint), terms(), now=NOW, clock=rulebook.current(session)
    )
    session.commit()

    assert sweep(NOW + 49 * HOUR)["offers"] == 1
    assert sweep(NOW + 49 * HOUR)["offers"] == 0


@pytest.mark.parametrize("leave", [withdraw, stop_for_a_test])
def test_an_offer_of_a_complaint_that_left_the_talks_keeps_no_other_from_expiring(session, leave):
    gone, other = negotiating(session), negotiating(session)
    when = {"now": NOW, "clock": rulebook.current(session)}
    leave(session.get(Complaint, gone), when)
    green_channel.make_offer(*offerer(session, other), terms(), **when)
    session.commit()

    assert sweep(NOW + 49 * HOUR) == {"acted": ANY, "offers": 1, "failed": 0}

    assert [offer.status for offer in session.get(Complaint, gone).offers] == [OfferStatus.SUPERSEDED]
    assert [offer.status for offer in session.get(Complaint, other).offers] == [OfferStatus.EXPIRED]


def test_one_bad_offer_keeps_no_other_back(session, monkeypatch, caplog):
    bad, good = negotiating(session), negotiating(session)
    for complaint_id in (bad, good):
        when = {"now": NOW, "clock": rulebook.current(session)}
        green_channel.make_offer(*offerer(session, complaint_id), terms(), **when)
    session.commit()
    real = green_channel.expire_offer

    def expire(complaint, *rest, **more):
        if complaint.id == bad:
            raise RuntimeError("a fault nobody thought of")
        return real(complaint, *rest, **more)

    monkeypatch.setattr(green_channel, "expire_offer", expire)
    done = sweep(NOW + 49 * HOUR)

    assert (done["offers"], done["failed"]) == (1, 1)
    assert session.get(Complaint, good).offers[0].status is OfferStatus.EXPIRED
    assert session.get(Complaint, bad).offers[0].status is OfferStatus.OPEN
    assert AGAIN in caplog.messages
    caplog.clear()


def test_a_sweep_that_took_too_long_is_not_taken_for_a_bad_deadline(session, monkeypatch):
    negotiating(session)

    def act(*given):
        raise JobTimeoutException

    monkeypatch.setattr(sweeps.escalation, "act", act)
    with pytest.raises(JobTimeoutException):
        sweep(NOW + 13 * HOUR)


def test_mediation_ends_on_day_sixty(session):
    complaint = lodged(session, opts_in=False).complaint
    clock = rulebook.current(session)
    workflow.perform(complaint, Action.ACCEPT, an_officer(complaint), now=NOW, clock=clock)
    complaint_id = complaint.id
    session.commit()

    sweep(NOW + 62 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert complaint.status is Status.TERMINATED
    assert complaint.events[-1].details["ground"] == "term_5"


def test_a_rung_that_nobody_mans_falls_upward(session):
    complaint = lodged(session, opts_in=False).complaint
    complaint_id, authority = complaint.id, complaint.authority
    city_id = authority.parent_id
    a_user(session, Role.SUPERVISOR, department_id=city_id)
    session.commit()

    sweep(NOW + 20 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert complaint.level == 5
    assert complaint.department_id == city_id


def test_every_overdue_complaint_is_reached_in_one_run_oldest_first(session):
    overdue = [lodged(session, opts_in=False, now=NOW - DAY * (30 - n % 20)).complaint.id for n in range(30)]
    fresh = [lodged(session, opts_in=False, now=NOW).complaint.id for _ in range(20)]
    session.commit()

    sweep(NOW)

    acted = list(session.scalars(select(Escalation.complaint_id).where(Escalation.step == Step.EXPIRED)))
    assert set(acted) == set(overdue)
    assert not set(acted) & set(fresh)


def test_one_bad_deadline_keeps_nobody_else_back(session, monkeypatch, caplog):
    bad = negotiating(session)
    good = negotiating(session)
    real = sweeps.escalation.act

    def act(deadline, context):
        if deadline.complaint_id == bad:
            raise RuntimeError("a fault nobody thought of")
        return real(deadline, context)

    monkeypatch.setattr(sweeps.escalation, "act", act)
    done = sweep(NOW + 13 * HOUR)

    assert done["failed"] == 1
    assert steps(session, good, "S-11") == [Step.WARN_50]
    assert steps(session, bad, "S-11") == []
    assert AGAIN in caplog.messages
    caplog.clear()


def test_the_memory_of_a_batch_is_given_back_before_the_next(session, monkeypatch):
    for _ in range(4):
        negotiating(session)
    real, held = sweeps.due.claim, []

    def claim(*given):
        held.append(sum(type(each) is Escalation for each in gc.get_objects()))
        return real(*given)

    monkeypatch.setattr(sweeps, "BATCH", 1)
    monkeypatch.setattr(sweeps.due, "claim", claim)
    sweep(NOW + 13 * HOUR)

    assert len(held) == 5
    assert len(set(held)) == 1


def test_each_notice_of_a_sweep_is_owed_once(session):
    complaint_id = negotiating(session)
    sweep(NOW + 25 * HOUR)
    before = session.scalar(select(func.count(Notice.id)).where(Notice.complaint_id == complaint_id))

    sweep(NOW + 25 * HOUR)

    after = session.scalar(select(func.count(Notice.id)).where(Notice.complaint_id == complaint_id))
    assert before == after
    owed = session.scalars(
        select(Notice.recipient).where(Notice.complaint_id == complaint_id, Notice.template == "overdue")
    )
    assert sorted(owed) == ["contact", "merchant"]


def test_the_timeline_tells_of_every_step(session):
    complaint_id = negotiating(session)

    sweep(NOW + 25 * HOUR)

    told = session.scalars(
        select(Event).where(Event.complaint_id == complaint_id, Event.action == Action.ESCALATE)
    ).all()
    assert [event.details["rule"] for event in told] == ["S-11"]
    assert told[0].role is Role.SYSTEM


@pytest.mark.usefixtures("session")
def test_with_nothing_due_a_sweep_is_two_reads():
    statements = []

    def count(connection, cursor, statement, *rest):
        statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    sweep(NOW - 400 * DAY)
    event.remove(engine, "before_cursor_execute", count)

    assert not any("UPDATE" in statement for statement in statements if "FOR UPDATE" not in statement)
    assert sum("FOR UPDATE" in statement for statement in statements) == 2
