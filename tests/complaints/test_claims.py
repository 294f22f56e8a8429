"""A small clear claim is to be paid within four hours (S-14): what counts as that, and what does not."""

from datetime import timedelta

import pytest

from complaints import agreements, green_channel, rulebook
from tests.factories import NOW, a_shop, lodged, terms, the_consumer, the_merchant

FILED = NOW + timedelta(days=2)
LATER = FILED + timedelta(hours=1)
AT_LAST = FILED + timedelta(hours=9)


@pytest.fixture
def claim(session):
    """A claim of 48 yuan in the green channel, under the version of the rule that is in force."""
    return lodged(session, now=FILED, merchant=a_shop(session)).complaint


@pytest.fixture
def when(session):
    return {"now": LATER, "clock": rulebook.current(session)}


def the_four_hours(complaint):
    [deadline] = [one for one in complaint.deadlines if one.rule_code == "S-14"]
    return deadline


def offered(complaint, session, when, actor=None, **more):
    offer = green_channel.make_offer(complaint, actor or the_merchant(complaint), terms(**more), **when)
    session.flush()
    return offer


def granted(complaint, when):
    perform_by = (FILED + timedelta(days=3)).date()
    return green_channel.accept_claim(complaint, the_merchant(complaint), perform_by, **when)


def test_payment_at_once_meets_it(claim, when):
    green_channel.pay_at_once(claim, the_merchant(claim), "转账 8812", **when)

    assert the_four_hours(claim).met_at == LATER


def test_an_offer_is_not_yet_a_payment(claim, session, when):
    offered(claim, session, when, amount=1_000)

    assert the_four_hours(claim).ended_at is None


def test_neither_is_a_word_against_the_claim(claim, when):
    green_channel.dispute(claim, the_merchant(claim), "监控显示并无异物。", **when)

    assert the_four_hours(claim).ended_at is None


@pytest.mark.parametrize("proposer", [the_merchant, the_consumer], ids=["merchant", "consumer"])
def test_once_both_agree_on_other_terms_it_is_no_longer_owed_and_counts_as_neither(
    claim, session, when, proposer
):
    offer = offered(claim, session, when, amount=1_000)
    if proposer is the_consumer:
        offer = offered(claim, session, when, the_consumer(claim), amount=4_000)
    taker = the_consumer if proposer is the_merchant else the_merchant
    green_channel.accept_offer(claim, taker(claim), offer.id, **when)

    deadline = the_four_hours(claim)
    assert deadline.ended_at == LATER
    assert deadline.met_at is deadline.breached_at is None


def test_granting_the_claim_for_a_later_day_is_no_payment_either(claim, when):
    granted(claim, when)

    assert the_four_hours(claim).ended_at is None


def test_paying_what_was_granted_is(claim, when):
    granted(claim, when)
    agreements.report_performed(claim, the_merchant(claim), "转账 8812", **when)

    assert the_four_hours(claim).met_at == LATER


def test_paying_too_late_is_a_breach(claim, when):
    green_channel.pay_at_once(claim, the_merchant(claim), "转账 8812", **{**when, "now": AT_LAST})

    assert the_four_hours(claim).breached_at == FILED + timedelta(hours=4)
