"""The time limits of advance compensation are swept like all others: reminded of, raised, and once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import acceptance, compensation, rulebook, workflow
from complaints.actors import SYSTEM, Actor
from jobs import escalation
from models.codes import Action, CompensationStatus, Recipient, Role, Status, Step
from models.complaint import Complaint
from models.deadline import Deadline, Escalation
from models.notice import Notice
from tests.factories import NOW, a_shop, a_user, an_officer, lodged, the_consumer

DAY = timedelta(days=1)


@pytest.fixture
def mall(session):
    return a_shop(session, name="和平里购物中心")


def asked_for(session, mall, at=NOW):
    """A complaint with the authority, about a shop of `mall`, whose consumer asks for advance compensation."""
    clock = rulebook.current(session)
    shop = a_shop(session, platform=mall)
    complaint = lodged(session, merchant=shop, opts_in=False, now=at).complaint
    when = {"now": at, "clock": clock}
    if complaint.status is Status.WITH_FIRST_RECEIVER:
        workflow.perform(complaint, Action.REQUEST_ACCEPTANCE, the_consumer(complaint), **when)
    acceptance.accept(complaint, an_officer(complaint), **when)
    compensation.unlock(complaint, "S-12", **when)
    compensation.ask(complaint, the_consumer(complaint), **when)
    session.commit()
    return complaint.id


def told(session, complaint_id, template, at):
    notices = session.scalars(
        select(Notice).where(
            Notice.complaint_id == complaint_id, Notice.template == template, Notice.created_at == at
        )
    )
    return {notice.recipient for notice in notices}


def sweep(at):
    found = escalation.sweep(at.isoformat())
    assert found["failed"] == 0
    return found["acted"]


def steps(session, complaint_id, code):
    query = (
        select(Escalation.step)
        .join(Deadline)
        .where(Deadline.complaint_id == complaint_id, Deadline.rule_code == code)
    )
    return session.scalars(query.order_by(Escalation.id)).all()


def test_a_decision_that_is_not_made_goes_up_once_and_everybody_hears(session, mall):
    a_user(session, Role.MERCHANT, merchant=mall, password_hash="x")
    complaint_id = asked_for(session, mall)
    level = session.get(Complaint, complaint_id).level
    late = NOW + 5 * DAY

    for _ in range(3):
        sweep(late)

    complaint = session.get(Complaint, complaint_id)
    assert steps(session, complaint_id, "S-15") == [Step.EXPIRED]
    assert complaint.level == level + 1
    assert told(session, complaint_id, "overdue", late) == {
        Recipient.CONTACT,
        Recipient.DEPARTMENT,
        Recipient.MERCHANT,
    }
    owed = session.scalars(
        select(Notice).where(Notice.recipient == Recipient.MERCHANT, Notice.created_at == late)
    )
    assert {notice.merchant_id for notice in owed} == {mall.id}


@pytest.mark.parametrize("at_hand", [True, False], ids=["who signs in", "the office"])
def test_before_the_time_is_up_whoever_decides_is_reminded(session, mall, at_hand):
    a_user(session, Role.MERCHANT, merchant=mall, password_hash="x" if at_hand else None)
    complaint_id = asked_for(session, mall)
    due = session.scalar(select(Deadline).where(Deadline.rule_code == "S-15")).due_at
    soon = due - timedelta(minutes=5)

    sweep(soon)

    assert told(session, complaint_id, "due_soon", soon) == (
        {Recipient.MERCHANT} if at_hand else {Recipient.DEPARTMENT}
    )


def test_a_payment_that_is_not_made_goes_to_mediation_at_least(session, mall):
    complaint_id = asked_for(session, mall)
    complaint = session.get(Complaint, complaint_id)
    when = {"now": NOW, "clock": rulebook.current(session)}
    compensation.approve(complaint, an_officer(complaint), 4_800, **when)
    session.commit()

    for _ in range(2):
        sweep(NOW + 5 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert steps(session, complaint_id, "S-16") == [Step.EXPIRED]
    assert complaint.level >= 3
    assert complaint.compensation.status is CompensationStatus.APPROVED


def test_it_is_swept_also_where_mediation_has_ended(session, mall):
    complaint_id = asked_for(session, mall)
    complaint = session.get(Complaint, complaint_id)
    when = {"now": NOW, "clock": rulebook.current(session)}
    workflow.perform(complaint, Action.TERMINATE, SYSTEM, reason="term_5", **when)
    session.commit()

    sweep(NOW + 5 * DAY)

    complaint = session.get(Complaint, complaint_id)
    assert complaint.status is Status.TERMINATED
    assert steps(session, complaint_id, "S-15") == [Step.EXPIRED]
    assert sweep(NOW + 6 * DAY) == 0


def test_what_was_decided_late_is_a_breach_and_no_longer_owed(session, mall):
    complaint_id = asked_for(session, mall)
    sweep(NOW + 5 * DAY)
    complaint = session.get(Complaint, complaint_id)
    officer = Actor(Role.OFFICER, departments=frozenset({complaint.department_id}))

    compensation.refuse(
        complaint, officer, "没有购买凭证。", now=NOW + 6 * DAY, clock=rulebook.current(session)
    )

    deadline = next(one for one in complaint.deadlines if one.rule_code == "S-15")
    assert deadline.breached_at == deadline.due_at
    assert deadline.met_at == NOW + 6 * DAY
    assert deadline.next_step is None
