"""Advance compensation: who may ask, decide, pay and recover, up to which sum, and what it means for the complaint."""

from datetime import timedelta

import pytest

from complaints import agreements, compensation, deadlines, green_channel, messages, workflow
from complaints.actors import SYSTEM, Actor
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import Action, CompensationStatus, Outcome, Recipient, Role, Status
from models.people import User
from tests.factories import (
    CLOCK,
    NOW,
    a_clock,
    a_complaint,
    a_merchant,
    a_rule,
    actions_of,
    an_officer,
    terms,
    the_consumer,
    the_merchant,
)

C = CompensationStatus
MALL = 77
WHEN = {"now": NOW, "clock": CLOCK}
REASON = "小票显示商品已经退货，款项已原路退回。"
PAYMENT = "银行转账 2026112300042"
DECISION = a_rule(
    "S-15",
    target=deadlines.Target(3, "working_days"),
    starts_on=("action:ask_compensation",),
    stops_on=frozenset({"action:approve_compensation", "action:refuse_compensation"}),
    drops_on=frozenset({"status:withdrawn", "status:closed"}),
)
PAYMENT_TERM = a_rule(
    "S-16",
    target=deadlines.Target(2, "working_days"),
    starts_on=("action:approve_compensation", "action:miss_compensation"),
    stops_on=frozenset({"action:pay_compensation"}),
    drops_on=frozenset({"status:withdrawn", "status:closed"}),
)
MEDIATION = a_rule("S-04", target=deadlines.Target(60, "calendar_days"), starts_on=("action:note",))


def somebody(**values):
    return User(**{"is_enabled": True, "password_hash": "x", **values})


def unlocked(status=Status.ACCEPTED, *, people=(somebody,), limit=200_000, **values):
    """A complaint about a shop in a mall that pledged, with advance compensation open."""
    mall = a_merchant(id=MALL, name="和平里购物中心", compensation_limit=limit)
    mall.people = [make() for make in people]
    complaint = a_complaint(Status.ACCEPTED, merchant=a_merchant(platform=mall), **values)
    compensation.unlock(complaint, "S-12", **WHEN)
    complaint.status = status
    return complaint


def asked(*args, **values):
    complaint = unlocked(*args, **values)
    compensation.ask(complaint, the_consumer(complaint), **WHEN)
    return complaint


def approved(*args, amount=4_800, **values):
    complaint = asked(*args, **values)
    compensation.approve(complaint, the_mall(), amount, **WHEN)
    return complaint


def paid(*args, **values):
    complaint = approved(*args, **values)
    compensation.pay(complaint, the_mall(), PAYMENT, **WHEN)
    return complaint


def the_mall():
    return Actor(Role.MERCHANT, merchant_id=MALL)


def told(complaint, template):
    return {(n.recipient, n.merchant_id) for n in complaint.notices if n.template == template}


def running(complaint):
    return {deadline.rule_code for deadline in deadlines.running(complaint)}


def test_it_is_paid_by_who_pledged_up_to_the_limit():
    complaint = a_complaint(amount=500_000)

    opened = compensation.unlock(complaint, "S-12", **WHEN)

    assert opened.amount == 200_000
    assert opened.payer_id == complaint.merchant.id
    assert compensation.unlock(complaint, "again", **WHEN) is opened
    assert actions_of(complaint) == [Action.UNLOCK_COMPENSATION]


def test_the_platform_pays_before_its_merchant():
    assert unlocked(limit=None).compensation.payer_id == MALL


@pytest.mark.parametrize(
    "values",
    [
        {"merchant": a_merchant(pledges_compensation=False)},
        {"merchant": a_merchant(compensation_limit=0)},
        {"remedies": ["apology"], "amount": None, "currency": None},
        {"currency": "USD"},
    ],
    ids=["no pledge", "a pledge of nothing", "no money asked for", "foreign"],
)
def test_where_nobody_pledged_or_no_sum_is_claimed_in_yuan_no_sum_is_promised(values):
    opened = compensation.unlock(a_complaint(**values), "S-12", **WHEN)

    assert opened is None or opened.amount is None


def test_the_consumer_asks_and_the_payer_and_the_office_are_told():
    complaint = asked()

    assert complaint.compensation.status is C.REQUESTED
    assert complaint.compensation.requested_at == NOW
    assert told(complaint, Action.ASK_COMPENSATION) == {
        (Recipient.MERCHANT, MALL),
        (Recipient.DEPARTMENT, None),
    }


def test_asking_twice_changes_nothing():
    complaint = asked()
    events, notices = len(complaint.events), len(complaint.notices)

    compensation.ask(complaint, the_consumer(complaint), now=NOW + timedelta(days=1), clock=CLOCK)

    assert (len(complaint.events), len(complaint.notices)) == (events, notices)
    assert complaint.compensation.requested_at == NOW


@pytest.mark.parametrize("who", [the_merchant, an_officer, lambda complaint: the_mall()])
def test_nobody_but_the_consumer_asks(who):
    for complaint in (unlocked(), asked()):
        with pytest.raises(NotAllowed):
            compensation.ask(complaint, who(complaint), **WHEN)


def test_what_is_not_open_cannot_be_asked_for():
    complaint = a_complaint(Status.ACCEPTED)

    with pytest.raises(WrongStatus, match="wrong_compensation_status"):
        compensation.ask(complaint, the_consumer(complaint), **WHEN)


def test_the_payer_grants_a_sum_and_the_consumer_is_told():
    complaint = approved(amount=3_000)

    assert complaint.compensation.granted == 3_000
    assert complaint.compensation.decided_at == NOW
    assert complaint.status is Status.ACCEPTED
    assert complaint.events[-1].details == {"amount": 3_000, "currency": "CNY"}
    assert told(complaint, Action.APPROVE_COMPENSATION) == {(Recipient.CONTACT, None)}


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ({"amount": 4_800}, 4_800),
        ({"amount": 900_000}, 200_000),
        ({"amount": None, "currency": None}, 200_000),
        ({"amount": 5_000, "currency": "USD"}, 200_000),
        ({"amount": None, "currency": None, "limit": None}, compensation.LARGEST),
    ],
    ids=["the claim", "the pledge", "no claim in money", "a foreign claim", "neither"],
)
def test_no_more_is_granted_than_was_claimed_and_than_was_pledged(values, most):
    complaint = asked(**values)

    for wrong in (0, -1, most + 1):
        with pytest.raises(Invalid, match="over_pledge"):
            compensation.approve(complaint, the_mall(), wrong, **WHEN)
    compensation.approve(complaint, the_mall(), most, **WHEN)

    assert complaint.compensation.granted == most


def test_a_refusal_says_why_and_is_final():
    complaint = asked()

    with pytest.raises(Invalid, match="required"):
        compensation.refuse(complaint, the_mall(), "  ", **WHEN)
    compensation.refuse(complaint, the_mall(), REASON, **WHEN)

    assert complaint.compensation.status is C.REFUSED
    assert complaint.compensation.refusal == REASON
    assert complaint.status is Status.ACCEPTED
    for late in (
        lambda: compensation.approve(complaint, the_mall(), 100, **WHEN),
        lambda: compensation.ask(complaint, the_consumer(complaint), **WHEN),
    ):
        with pytest.raises(WrongStatus):
            late()


def test_the_merchant_complained_about_does_not_decide_for_the_mall():
    complaint = asked()

    assert Action.APPROVE_COMPENSATION not in workflow.available_actions(complaint, the_merchant(complaint))
    with pytest.raises(NotAllowed):
        compensation.approve(complaint, the_merchant(complaint), 100, **WHEN)


def test_the_mall_does_nothing_else_in_the_dispute_of_its_tenant():
    complaint = asked(Status.NEGOTIATING)

    assert set(workflow.available_actions(complaint, the_mall())) == {
        Action.MESSAGE,
        Action.APPROVE_COMPENSATION,
        Action.REFUSE_COMPENSATION,
    }


def test_the_mall_may_ask_what_it_needs_to_know_and_hears_the_answer():
    complaint = asked(Status.NEGOTIATING)
    messages.send(complaint, the_mall(), "请补充小票照片。", **WHEN)
    assert told(complaint, Action.MESSAGE) == {(Recipient.CONTACT, None), (Recipient.DEPARTMENT, None)}

    messages.send(complaint, the_consumer(complaint), "已补充。", now=NOW + timedelta(hours=1), clock=CLOCK)

    assert (Recipient.MERCHANT, MALL) in told(complaint, Action.MESSAGE)


def test_the_mall_is_silent_before_anything_is_asked_of_it():
    with pytest.raises(NotAllowed):
        messages.send(unlocked(Status.NEGOTIATING), the_mall(), "我们不赔。", **WHEN)


@pytest.mark.parametrize(
    ("people", "decides"),
    [
        ((), True),
        ((lambda: somebody(is_enabled=False),), True),
        ((lambda: somebody(password_hash=None),), True),
        ((somebody,), False),
    ],
    ids=["nobody", "somebody who left", "somebody only invited", "somebody"],
)
def test_the_office_decides_only_where_nobody_signs_in_for_the_payer(people, decides):
    complaint = asked(people=people)
    officer = an_officer(complaint)

    assert (Action.APPROVE_COMPENSATION in workflow.available_actions(complaint, officer)) is decides
    assert ((Recipient.MERCHANT, MALL) in told(complaint, Action.ASK_COMPENSATION)) is not decides


def test_an_office_that_does_not_have_the_complaint_does_not_decide():
    complaint = asked(people=())

    with pytest.raises(NotAllowed):
        compensation.refuse(complaint, Actor(Role.OFFICER, departments=frozenset({4_711})), REASON, **WHEN)


def test_what_is_paid_can_be_found_by_the_consumer():
    complaint = approved()

    with pytest.raises(Invalid, match="required"):
        compensation.pay(complaint, the_mall(), " ", **WHEN)
    compensation.pay(complaint, the_mall(), f" {PAYMENT} ", **WHEN)

    assert complaint.compensation.reference == PAYMENT
    assert complaint.events[-1].reason == PAYMENT
    assert complaint.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("make", "say"),
    [
        (asked, lambda one: compensation.refuse(one, the_mall(), "字" * 2_001, **WHEN)),
        (approved, lambda one: compensation.pay(one, the_mall(), "7" * 201, **WHEN)),
        (paid, lambda one: compensation.miss(one, the_consumer(one), "字" * 2_001, **WHEN)),
    ],
    ids=["refusal", "payment", "no payment"],
)
def test_what_is_said_has_an_end(make, say):
    with pytest.raises(Invalid, match="too_long"):
        say(make())


def test_money_that_did_not_arrive_is_owed_again():
    complaint = paid()
    compensation.recover(complaint, the_mall(), **WHEN)

    with pytest.raises(Invalid, match="required"):
        compensation.miss(complaint, the_consumer(complaint), "", **WHEN)
    compensation.miss(complaint, the_consumer(complaint), "账上没有。", **WHEN)

    assert complaint.compensation.status is C.APPROVED
    assert complaint.compensation.granted == 4_800
    assert (complaint.compensation.reference, complaint.compensation.paid_at) == (None, None)
    assert told(complaint, Action.MISS_COMPENSATION) == {
        (Recipient.MERCHANT, MALL),
        (Recipient.DEPARTMENT, None),
    }


def test_the_consumer_who_has_the_money_closes_the_complaint_as_compensated():
    complaint = paid()

    compensation.confirm(complaint, the_consumer(complaint), **WHEN)

    assert (complaint.status, complaint.outcome) == (Status.CLOSED, Outcome.COMPENSATED)
    assert complaint.compensation.status is C.PAID
    assert told(complaint, Action.CONFIRM_COMPENSATION) >= {(Recipient.MERCHANT, MALL)}


def test_nothing_closes_by_money_that_was_only_promised():
    complaint = approved()

    with pytest.raises(WrongStatus):
        compensation.confirm(complaint, the_consumer(complaint), **WHEN)


def test_the_payer_recovers_it_from_the_merchant_after_the_complaint_closed_too():
    complaint = paid()
    compensation.confirm(complaint, the_consumer(complaint), **WHEN)

    compensation.recover(complaint, the_mall(), **WHEN)
    compensation.end_recovery(complaint, the_mall(), is_recovered=True, **WHEN)

    assert complaint.compensation.status is C.RECOVERED
    assert told(complaint, Action.RECOVER_COMPENSATION) == {(Recipient.MERCHANT, complaint.merchant_id)}
    assert complaint.outcome is Outcome.COMPENSATED


def test_what_cannot_be_recovered_is_written_off():
    complaint = paid()
    compensation.recover(complaint, the_mall(), **WHEN)

    compensation.end_recovery(complaint, the_mall(), is_recovered=False, **WHEN)

    assert complaint.compensation.status is C.WRITTEN_OFF
    with pytest.raises(WrongStatus):
        compensation.end_recovery(complaint, the_mall(), is_recovered=True, **WHEN)


def test_nobody_recovers_from_itself():
    complaint = a_complaint(Status.ACCEPTED)
    complaint.merchant.people = [somebody()]
    compensation.unlock(complaint, "S-12", **WHEN)
    compensation.ask(complaint, the_consumer(complaint), **WHEN)
    compensation.approve(complaint, the_merchant(complaint), 4_800, **WHEN)
    compensation.pay(complaint, the_merchant(complaint), PAYMENT, **WHEN)

    with pytest.raises(WrongStatus, match="paid_for_itself"):
        compensation.recover(complaint, the_merchant(complaint), **WHEN)


def test_three_working_days_to_decide_and_two_to_pay():
    clock = a_clock(DECISION, PAYMENT_TERM)
    complaint = unlocked()

    compensation.ask(complaint, the_consumer(complaint), now=NOW, clock=clock)
    assert running(complaint) == {"S-15"}
    compensation.approve(complaint, the_mall(), 4_800, now=NOW, clock=clock)
    assert running(complaint) == {"S-16"}
    compensation.pay(complaint, the_mall(), PAYMENT, now=NOW, clock=clock)
    assert running(complaint) == set()
    assert all(deadline.met_at == NOW for deadline in complaint.deadlines)
    compensation.miss(complaint, the_consumer(complaint), "账上没有。", now=NOW, clock=clock)
    assert running(complaint) == {"S-16"}


def test_the_time_to_decide_outlasts_a_mediation_that_failed_and_no_other_does():
    clock = a_clock(DECISION, PAYMENT_TERM, MEDIATION)
    complaint = unlocked(Status.MEDIATING)
    officer = an_officer(complaint)
    workflow.perform(complaint, Action.NOTE, officer, now=NOW, clock=clock, reason="商场已承诺。")
    compensation.ask(complaint, the_consumer(complaint), now=NOW, clock=clock)
    assert running(complaint) == {"S-04", "S-15"}

    workflow.perform(complaint, Action.TERMINATE, SYSTEM, now=NOW, clock=clock, reason="term_5")

    assert complaint.outcome is Outcome.NO_AGREEMENT
    assert running(complaint) == {"S-15"}
    compensation.approve(complaint, the_mall(), 4_800, now=NOW, clock=clock)
    assert running(complaint) == {"S-16"}
    compensation.pay(complaint, the_mall(), PAYMENT, now=NOW, clock=clock)
    assert complaint.status is Status.TERMINATED


def test_mediation_that_fails_once_the_money_is_there_ends_as_compensated():
    complaint = paid(Status.MEDIATING)

    workflow.perform(complaint, Action.TERMINATE, SYSTEM, now=NOW, clock=CLOCK, reason="term_5")

    assert complaint.outcome is Outcome.COMPENSATED


@pytest.mark.parametrize("make", [asked, approved], ids=["asked for", "approved"])
def test_what_was_settled_otherwise_is_owed_by_nobody_until_it_opens_again(make):
    clock = a_clock(DECISION, PAYMENT_TERM)
    complaint = make(Status.NEGOTIATING)
    green_channel.make_offer(complaint, the_merchant(complaint), terms(), **WHEN)
    complaint.offers[-1].id = 1
    green_channel.accept_offer(complaint, the_consumer(complaint), 1, **WHEN)
    agreements.confirm(complaint, the_consumer(complaint), now=NOW, clock=clock)

    assert compensation.rests(complaint)
    assert workflow.available_actions(complaint, the_mall()) == []

    agreements.reopen(complaint, the_consumer(complaint), reason="钱又被扣回。", now=NOW, clock=clock)

    assert complaint.compensation.status is C.ELIGIBLE
    assert not compensation.rests(complaint)
    compensation.ask(complaint, the_consumer(complaint), now=NOW, clock=clock)
    assert "S-15" in running(complaint)


def test_a_promise_that_was_broken_leaves_a_request_as_it_is():
    complaint = asked(Status.NEGOTIATING)
    green_channel.make_offer(complaint, the_merchant(complaint), terms(), **WHEN)
    complaint.offers[-1].id = 1
    green_channel.accept_offer(complaint, the_consumer(complaint), 1, **WHEN)

    agreements.reopen(complaint, SYSTEM, **WHEN)

    assert complaint.compensation.status is C.REQUESTED


def test_compensation_goes_its_own_small_way():
    complaint = unlocked()

    for status in (C.REQUESTED, C.APPROVED, C.PAID, C.RECOVERING, C.RECOVERED):
        compensation.move(complaint.compensation, status)
    with pytest.raises(WrongStatus):
        compensation.move(complaint.compensation, C.REQUESTED)
