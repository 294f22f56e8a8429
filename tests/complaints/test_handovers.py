"""First-asked responsibility: the owner stays owner until the next office confirms; one bounce, then the level above."""

import pytest

from complaints import handovers, queries, rulebook, workflow
from complaints.actors import Actor
from complaints.errors import Invalid, NotAllowed, Unknown, WrongStatus
from models.codes import Action, Role, Status
from models.organisations import Department
from tests.factories import (
    CLOCK,
    NOW,
    OFFICE,
    a_complaint,
    a_department,
    actions_of,
    an_officer,
    lodged,
    the_consumer,
)

TARGET = 77
TIME = {"now": NOW, "clock": CLOCK}


@pytest.fixture
def complaint():
    return a_complaint(Status.WITH_FIRST_RECEIVER)


@pytest.fixture
def target():
    return Department(id=TARGET, is_active=True)


@pytest.fixture
def asked(complaint, target):
    """The complaint with a hand-over under way, and an officer of the asked office."""
    handovers.offer(complaint, an_officer(complaint), target, "归对方管辖。", **TIME)
    return Actor(Role.OFFICER, 8, department_id=TARGET, departments=frozenset({TARGET}))


def told(complaint):
    return [(notice.template, notice.department_id) for notice in complaint.notices]


def test_the_asked_office_is_told_and_so_is_the_first_of_the_answer(complaint, asked):
    assert told(complaint) == [(Action.OFFER_TRANSFER, TARGET)]

    handovers.decline(complaint, asked, "不归我们。", **TIME)

    assert told(complaint)[1:] == [(Action.DECLINE_TRANSFER, OFFICE)]


def test_asking_moves_nothing(complaint, asked):
    assert complaint.department_id == OFFICE
    assert handovers.waiting(complaint).to_id == TARGET
    assert actions_of(complaint) == [Action.OFFER_TRANSFER]


def test_the_asked_office_takes_over(complaint, asked):
    complaint.officer_id = 5

    event = handovers.confirm(complaint, asked, **TIME)

    assert (complaint.department_id, complaint.officer_id) == (TARGET, None)
    assert handovers.waiting(complaint) is None
    assert complaint.handovers[0].accepted is True
    assert event.details == {"from": OFFICE, "to": TARGET}


def test_declining_sends_it_back_once(complaint, target, asked):
    handovers.decline(complaint, asked, "不属于我们的行业。", **TIME)

    assert complaint.department_id == OFFICE
    assert complaint.bounces == 1
    with pytest.raises(WrongStatus, match="bounced_before"):
        handovers.offer(complaint, an_officer(complaint), target, "还是归对方。", **TIME)


def test_declining_needs_a_reason(complaint, asked):
    with pytest.raises(Invalid):
        handovers.decline(complaint, asked, "  ", **TIME)
    assert complaint.bounces == 0


@pytest.mark.parametrize("answer", [handovers.confirm, handovers.decline])
def test_nobody_answers_for_the_asked_office(complaint, asked, answer):
    words = ("理由。",) if answer is handovers.decline else ()

    with pytest.raises(NotAllowed):
        answer(complaint, an_officer(complaint), *words, **TIME)


def test_until_it_confirms_the_asked_office_may_only_answer_and_note(complaint, asked):
    assert set(workflow.available_actions(complaint, asked)) == {
        Action.CONFIRM_TRANSFER,
        Action.DECLINE_TRANSFER,
        Action.NOTE,
    }


def test_only_one_office_is_asked_at_a_time(complaint, target, asked):
    with pytest.raises(WrongStatus, match="handover_open"):
        handovers.offer(complaint, an_officer(complaint), target, "再问一次。", **TIME)


def test_nobody_is_asked_who_cannot(complaint):
    for office, code in (
        (Department(id=OFFICE, is_active=True), "same_department"),
        (Department(id=9), "not_active"),
    ):
        with pytest.raises(Invalid, match=code):
            handovers.offer(complaint, an_officer(complaint), office, "理由。", **TIME)
    assert complaint.events == []


@pytest.mark.parametrize("answer", [handovers.confirm, handovers.decline])
def test_where_nothing_was_asked_there_is_nothing_to_answer(complaint, answer):
    words = ("理由。",) if answer is handovers.decline else ()

    with pytest.raises(WrongStatus, match="no_handover"):
        answer(complaint, an_officer(complaint), *words, **TIME)


def supervisor(*departments, own=1):
    return Actor(Role.SUPERVISOR, 3, department_id=own, departments=frozenset({own, *departments}))


def test_after_a_bounce_the_level_above_names_the_owner(complaint, target, asked):
    handovers.decline(complaint, asked, "不归我们。", **TIME)
    complaint.officer_id = 5

    event = handovers.designate(complaint, supervisor(OFFICE, TARGET), target, "由对方承办。", **TIME)

    assert (complaint.department_id, complaint.officer_id) == (TARGET, None)
    assert event.details == {"from": OFFICE, "to": TARGET}
    assert told(complaint)[-1] == (Action.DESIGNATE, TARGET)


def test_before_a_bounce_there_is_nothing_to_decide(complaint, target):
    with pytest.raises(WrongStatus, match="no_conflict"):
        handovers.designate(complaint, supervisor(OFFICE, TARGET), target, "由对方承办。", **TIME)


@pytest.mark.parametrize(
    "actor",
    [supervisor(TARGET, own=OFFICE), supervisor(OFFICE)],
    ids=["a side of the conflict", "above one of them only"],
)
def test_who_is_not_above_both_does_not_decide(complaint, target, asked, actor):
    handovers.decline(complaint, asked, "不归我们。", **TIME)

    with pytest.raises(NotAllowed, match="not_above"):
        handovers.designate(complaint, actor, target, "由对方承办。", **TIME)
    assert complaint.department_id == OFFICE


@pytest.mark.parametrize(
    ("action", "actor", "reason"),
    [(Action.WITHDRAW, the_consumer, "不投诉了。"), (Action.REQUEST_ACCEPTANCE, the_consumer, "")],
    ids=["it ends", "it goes to the authority"],
)
def test_what_was_asked_is_withdrawn_where(complaint, asked, action, actor, reason):
    workflow.perform(complaint, action, actor(complaint), reason=reason, **TIME)

    assert handovers.waiting(complaint) is None
    assert (complaint.handovers[0].accepted, complaint.handovers[0].answered_at) == (None, NOW)
    assert not asked.is_party_to(complaint)
    with pytest.raises(WrongStatus, match="no_handover"):
        handovers.confirm(complaint, asked, **TIME)


def test_the_asked_office_loses_sight_of_what_has_ended(session):
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    target = a_department(session, "market-chaoyang")
    when = {"now": NOW, "clock": rulebook.current(session)}
    handovers.offer(complaint, an_officer(complaint), target, "归对方管辖。", **when)
    asked = Actor(Role.OFFICER, 8, department_id=target.id, departments=frozenset({target.id}))
    session.flush()
    assert queries.one_for(session, asked, complaint.receipt) is complaint

    workflow.perform(complaint, Action.WITHDRAW, the_consumer(complaint), reason="不投诉了。", **when)
    session.flush()

    with pytest.raises(Unknown):
        queries.one_for(session, asked, complaint.receipt)
