"""From agreed to performed, or to broken and reopened."""

from datetime import timedelta

import pytest

from complaints import agreements, green_channel
from complaints.actors import SYSTEM
from complaints.errors import Gone, Invalid, WrongStatus
from models.codes import AgreementStatus, CompensationStatus, Outcome, Remedy, Status
from tests.factories import CLOCK, NOW, a_complaint, terms, the_consumer, the_merchant

WHEN = {"now": NOW, "clock": CLOCK}
LATER = {"now": NOW + timedelta(days=4), "clock": CLOCK}  # the day after the promised one


def agreed(status=Status.NEGOTIATING, given=None, **values):
    complaint = a_complaint(status, **values)
    offer = green_channel.make_offer(complaint, the_merchant(complaint), given or terms(amount=4_800), **WHEN)
    offer.id = 1
    green_channel.accept_offer(complaint, the_consumer(complaint), 1, **WHEN)
    return complaint


def test_the_merchants_word_alone_closes_nothing():
    complaint = agreed()

    agreements.report_performed(complaint, the_merchant(complaint), "transfer 77", **WHEN)

    assert complaint.status is Status.AGREED
    assert complaint.agreements[0].status is AgreementStatus.REPORTED


def test_a_report_needs_a_proof():
    complaint = agreed()

    with pytest.raises(Invalid):
        agreements.report_performed(complaint, the_merchant(complaint), "", **WHEN)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (terms(amount=4_800), Outcome.REFUNDED),
        (terms(amount=2_000), Outcome.PARTLY_REFUNDED),
        (terms(amount=100_000, currency="JPY"), Outcome.PARTLY_REFUNDED),
        (terms(Remedy.COMPENSATION, amount=900), Outcome.COMPENSATED),
        (terms(Remedy.REPAIR, amount=None), Outcome.REPAIRED_OR_REPLACED),
        (terms(Remedy.REPLACE, amount=None), Outcome.REPAIRED_OR_REPLACED),
        (terms(Remedy.REDO, Remedy.APOLOGY, amount=None), Outcome.REDONE),
        (terms(Remedy.APOLOGY, amount=None), Outcome.APOLOGY),
    ],
)
def test_the_consumer_confirms_and_it_closes_with_what_was_achieved(given, outcome):
    complaint = agreed(given=given)

    agreements.confirm(complaint, the_consumer(complaint), **WHEN)

    assert complaint.status is Status.CLOSED
    assert complaint.outcome is outcome
    assert complaint.agreements[0].status is AgreementStatus.PERFORMED


def test_a_refund_of_a_claim_that_named_no_sum_is_a_full_one():
    complaint = agreed(amount=None, currency=None)

    agreements.confirm(complaint, the_consumer(complaint), **WHEN)

    assert complaint.outcome is Outcome.REFUNDED


def test_proof_that_stood_unchallenged_closes_it():
    complaint = agreed()
    agreements.report_performed(complaint, the_merchant(complaint), "transfer 77", **WHEN)

    agreements.close_unchallenged(complaint, **WHEN)

    assert complaint.outcome is Outcome.REFUNDED


def test_without_proof_nothing_closes_by_itself():
    complaint = agreed()

    with pytest.raises(WrongStatus, match="not_reported"):
        agreements.close_unchallenged(complaint, **WHEN)


@pytest.mark.parametrize(
    ("accepted_at", "target"), [(None, Status.PENDING_ACCEPTANCE), (NOW, Status.ACCEPTED)]
)
def test_what_was_not_performed_reopens_at_the_last_stage_one_level_higher(accepted_at, target):
    complaint = agreed(accepted_at=accepted_at, level=3)

    agreements.reopen(complaint, the_consumer(complaint), reason="no money came", **LATER)

    assert complaint.status is target
    assert complaint.level == 4
    assert complaint.agreements[0].status is AgreementStatus.BREACHED
    assert complaint.compensation.status is CompensationStatus.ELIGIBLE


def test_a_closed_complaint_reopens_when_it_was_not_kept_after_all():
    complaint = agreed()
    agreements.confirm(complaint, the_consumer(complaint), **WHEN)

    agreements.reopen(complaint, the_consumer(complaint), reason="the money was taken back", **WHEN)

    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert complaint.outcome is None
    assert complaint.agreements[0].performed_at is None


def test_nothing_is_broken_before_the_promised_day_is_over():
    complaint = agreed()

    with pytest.raises(WrongStatus, match="not_due_yet") as refused:
        agreements.reopen(complaint, the_consumer(complaint), reason="not done", **WHEN)

    assert refused.value.facts == {"day": complaint.agreements[0].perform_by}
    assert (complaint.status, complaint.compensation) == (Status.AGREED, None)
    assert not agreements.may_reopen(complaint, **WHEN)
    assert agreements.may_reopen(complaint, **LATER)


def test_that_it_was_done_may_be_denied_as_soon_as_it_is_said():
    complaint = agreed()
    agreements.report_performed(complaint, the_merchant(complaint), "transfer 77", **WHEN)

    agreements.reopen(complaint, the_consumer(complaint), reason="no money came", **WHEN)

    assert complaint.status is Status.PENDING_ACCEPTANCE


def test_a_closed_complaint_is_opened_again_for_thirty_days():
    complaint = agreed()
    agreements.confirm(complaint, the_consumer(complaint), **WHEN)
    after = {"now": NOW + timedelta(days=33), "clock": CLOCK}

    assert agreements.may_reopen(complaint, now=NOW + timedelta(days=29), clock=CLOCK)
    assert not agreements.may_reopen(complaint, **after)
    with pytest.raises(Gone, match="reopening_over"):
        agreements.reopen(complaint, the_consumer(complaint), reason="taken back", **after)


def test_there_is_nothing_to_confirm_without_an_agreement():
    with pytest.raises(WrongStatus, match="no_agreement"):
        agreements.under_way(a_complaint(Status.AGREED))


def test_the_sweep_may_reopen_too():
    complaint = agreed()

    agreements.reopen(complaint, SYSTEM, **WHEN)

    assert complaint.events[-1].role == "system"
