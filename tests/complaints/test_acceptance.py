"""Accepting and refusing: an incomplete refusal is never sent (S-02)."""

import pytest

from complaints import acceptance
from complaints.acceptance import Refusal
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import Action, Outcome, RefusalGround, Status
from tests.factories import CLOCK, NOW, a_complaint, an_officer, the_consumer

TIME = {"now": NOW, "clock": CLOCK}
WHOLE = Refusal(RefusalGround.TOO_LATE, "购买发生在2019年，已超过三年。", "您还可以向人民法院起诉。")


@pytest.fixture
def complaint():
    return a_complaint(Status.PENDING_ACCEPTANCE, merchant_told_at=None)


def test_accepting_starts_mediations_time_and_tells_the_merchant(complaint):
    event = acceptance.accept(complaint, an_officer(complaint), reason="材料齐全。", **TIME)

    assert complaint.status is Status.ACCEPTED
    assert complaint.accepted_at == complaint.merchant_told_at == NOW
    assert event.reason == "材料齐全。"


def test_a_whole_refusal_closes_it_and_is_kept_word_for_word(complaint):
    event = acceptance.refuse(complaint, an_officer(complaint), WHOLE, **TIME)

    assert (complaint.status, complaint.outcome) == (Status.NOT_ACCEPTED, Outcome.OUT_OF_SCOPE)
    assert event.reason == WHOLE.reason
    assert event.details == {"ground": "rej_4", "other_ways": WHOLE.remedies}


@pytest.mark.parametrize(
    ("refusal", "field", "code"),
    [
        (Refusal(None, WHOLE.reason, WHOLE.remedies), "ground", "required"),
        (Refusal(WHOLE.ground, "", WHOLE.remedies), "reason", "reason_too_short"),
        (Refusal(WHOLE.ground, " 太晚了。      ", WHOLE.remedies), "reason", "reason_too_short"),
        (Refusal(WHOLE.ground, WHOLE.reason, " \n"), "remedies", "remedies_missing"),
        (Refusal(WHOLE.ground, "长" * 3_001, WHOLE.remedies), "reason", "too_long"),
        (Refusal(WHOLE.ground, WHOLE.reason, "长" * 3_001), "remedies", "too_long"),
    ],
    ids=["no ground", "no reason", "hardly a reason", "no ways", "endless reason", "endless ways"],
)
def test_an_incomplete_refusal_is_not_sent(complaint, refusal, field, code):
    with pytest.raises(Invalid) as refused:
        acceptance.refuse(complaint, an_officer(complaint), refusal, **TIME)

    assert (refused.value.field, refused.value.code) == (field, code)
    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert complaint.events == complaint.notices == []


def test_who_may_not_refuse_is_told_that_and_not_what_is_missing(complaint):
    with pytest.raises(NotAllowed):
        acceptance.refuse(complaint, the_consumer(complaint), Refusal(None, "", ""), **TIME)


def test_what_was_decided_is_not_decided_again(complaint):
    officer = an_officer(complaint)
    acceptance.accept(complaint, officer, **TIME)

    with pytest.raises(WrongStatus):
        acceptance.refuse(complaint, officer, WHOLE, **TIME)
    assert [event.action for event in complaint.events] == [Action.ACCEPT]
