"""Merchant and consumer settle it between themselves, and the ways out of it."""

from datetime import timedelta

import pytest

from complaints import green_channel
from complaints.errors import Conflict, Gone, Invalid, NotAllowed, Unknown, WrongStatus
from models.codes import Action, AgreementStatus, OfferStatus, Party, Remedy, Status
from tests.factories import CLOCK, NOW, a_complaint, actions_of, terms, the_consumer, the_merchant

WHEN = {"now": NOW, "clock": CLOCK}


@pytest.fixture
def talking():
    return a_complaint(Status.NEGOTIATING)


def offered(complaint, actor=None, given=(), **more):
    offer = green_channel.make_offer(
        complaint, actor or the_merchant(complaint), terms(*given, **more), **WHEN
    )
    offer.id = len(complaint.offers)
    return offer


def test_an_offer_is_open_for_forty_eight_hours(talking):
    offer = offered(talking)

    assert offer.status is OfferStatus.OPEN
    assert offer.party is Party.MERCHANT
    assert offer.expires_at == NOW + timedelta(hours=48)
    assert actions_of(talking) == [Action.OFFER]


def test_a_counter_offer_answers_the_other_side(talking):
    first = offered(talking)

    second = offered(talking, the_consumer(talking), amount=4_800)

    assert first.status is OfferStatus.COUNTERED
    assert second.party is Party.CONSUMER
    assert actions_of(talking) == [Action.OFFER, Action.COUNTER]


def test_a_better_offer_of_ones_own_takes_the_place_of_the_first(talking):
    first = offered(talking)

    offered(talking, amount=4_000)

    assert first.status is OfferStatus.SUPERSEDED
    assert [offer.status for offer in talking.offers].count(OfferStatus.OPEN) == 1


@pytest.mark.parametrize(
    "less",
    [{"amount": 2_900}, {"amount": 30_000, "currency": "JPY"}, {"given": [Remedy.APOLOGY], "amount": None}],
    ids=str,
)
def test_what_a_merchant_offered_stands_for_the_time_it_was_promised(talking, less):
    first = offered(talking)

    with pytest.raises(Invalid, match="offer_stands"):
        offered(talking, **less)
    assert first.status is OfferStatus.OPEN


def test_an_offer_that_ran_out_or_was_answered_binds_nobody(talking):
    first = offered(talking)
    late = {**WHEN, "now": first.expires_at}
    green_channel.make_offer(talking, the_merchant(talking), terms(amount=2_000), **late)

    offered(talking, the_consumer(talking), amount=4_800)
    offered(talking, amount=1_000)


def test_granting_less_than_was_offered_does_not_lower_it_either(talking):
    offered(talking, amount=9_000)

    with pytest.raises(Invalid, match="offer_stands"):
        green_channel.accept_claim(talking, the_merchant(talking), terms().perform_by, **WHEN)


def test_the_consumer_cannot_counter_where_nothing_was_offered(talking):
    with pytest.raises(NotAllowed):
        offered(talking, the_consumer(talking))


def test_taking_an_offer_makes_an_agreement(talking):
    offer = offered(talking)

    agreement = green_channel.accept_offer(talking, the_consumer(talking), offer.id, **WHEN)

    assert talking.status is Status.AGREED
    assert offer.status is OfferStatus.ACCEPTED
    assert agreement.status is AgreementStatus.PERFORMING
    assert agreement.perform_by == offer.perform_by
    assert talking.events[-1].details["amount"] == 3_000


def test_nobody_takes_their_own_offer(talking):
    offer = offered(talking)

    with pytest.raises(NotAllowed, match="own_offer"):
        green_channel.accept_offer(talking, the_merchant(talking), offer.id, **WHEN)


def test_an_offer_that_ran_out_cannot_be_taken(talking):
    offer = offered(talking)

    with pytest.raises(Gone, match="offer_expired"):
        green_channel.accept_offer(
            talking, the_consumer(talking), offer.id, now=offer.expires_at, clock=CLOCK
        )
    assert talking.status is Status.NEGOTIATING


def test_an_offer_of_another_complaint_is_unknown(talking):
    offered(talking)

    with pytest.raises(Unknown):
        green_channel.accept_offer(talking, the_consumer(talking), 999, **WHEN)


def test_an_offer_expires_once(talking):
    offer = offered(talking)

    late = {"now": offer.expires_at, "clock": CLOCK}
    assert green_channel.expire_offer(talking, offer, **late) is True
    assert green_channel.expire_offer(talking, offer, **late) is False
    assert actions_of(talking) == [Action.OFFER, Action.EXPIRE_OFFER]


def test_an_offer_left_standing_where_nobody_talks_ends_unheard(talking):
    offer = offered(talking)
    talking.status = Status.TERMINATED

    assert green_channel.expire_offer(talking, offer, now=offer.expires_at, clock=CLOCK) is True

    assert offer.status is OfferStatus.SUPERSEDED
    assert actions_of(talking) == [Action.OFFER]


def test_the_merchant_may_grant_what_was_asked(talking):
    agreement = green_channel.accept_claim(talking, the_merchant(talking), terms().perform_by, **WHEN)

    assert talking.status is Status.AGREED
    assert agreement.offer.party is Party.CONSUMER
    assert agreement.offer.amount == talking.amount


def test_what_was_asked_for_a_later_day_is_for_the_consumer_to_accept(talking):
    later = terms(days=4).perform_by
    with pytest.raises(Invalid, match="later_than_as_asked"):
        green_channel.accept_claim(talking, the_merchant(talking), later, **WHEN)

    offer = green_channel.offer_claim(talking, the_merchant(talking), later, **WHEN)

    assert talking.status is Status.NEGOTIATING
    assert (offer.party, offer.amount, offer.perform_by) == (Party.MERCHANT, talking.amount, later)


def test_a_small_clear_claim_is_paid_at_once_and_still_confirmed_by_the_consumer(talking):
    agreement = green_channel.pay_at_once(talking, the_merchant(talking), "transfer 8812", **WHEN)

    assert talking.status is Status.AGREED
    assert agreement.status is AgreementStatus.REPORTED
    assert actions_of(talking) == [Action.PAY_AT_ONCE, Action.REPORT_PERFORMED]


@pytest.mark.parametrize(
    "values",
    [
        {"amount": 50_001},
        {"currency": "USD"},
        {"remedies": [Remedy.APOLOGY]},
        {"amount": None, "currency": None},
    ],
    ids=["over the limit", "foreign money", "no money asked", "no sum named"],
)
def test_what_is_not_small_and_clear_is_not_paid_at_once(values):
    complaint = a_complaint(Status.NEGOTIATING, **values)

    with pytest.raises(Conflict):
        green_channel.pay_at_once(complaint, the_merchant(complaint), "transfer 8812", **WHEN)


def test_paying_needs_a_proof(talking):
    with pytest.raises(Invalid, match="required"):
        green_channel.pay_at_once(talking, the_merchant(talking), " ", **WHEN)


@pytest.mark.parametrize(
    "text",
    [
        "这是质量问题，请联系厂家处理。",
        "您自己去找生产厂家吧",
        "请咨询品牌方",
        "Please contact the manufacturer.",
    ],
)
@pytest.mark.parametrize("verb", [green_channel.answer, green_channel.dispute])
def test_go_to_the_manufacturer_is_not_an_answer(talking, verb, text):
    with pytest.raises(Invalid, match="sends_elsewhere"):
        verb(talking, the_merchant(talking), text, **WHEN)
    assert talking.events == []


@pytest.mark.parametrize("text", ["我们正在核实，今天答复您。", "厂家检测报告附后，结论为人为损坏。"])
def test_an_answer_of_ones_own_is_one(talking, text):
    green_channel.answer(talking, the_merchant(talking), text, **WHEN)

    assert actions_of(talking) == [Action.ANSWER]


@pytest.mark.parametrize(
    "text", ["退款后请撤回投诉", "需放弃追究权利", "给个好评就退", "You waive your right to complain"]
)
def test_an_offer_cannot_buy_the_right_to_complain(talking, text):
    with pytest.raises(Invalid, match="waiver"):
        offered(talking, text=text)
    assert talking.offers == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 10**13}, "amount"),
        ({"days": -1}, "perform_by"),
        ({"days": 400}, "perform_by"),
    ],
)
def test_terms_nobody_could_keep_are_refused(talking, given, field):
    with pytest.raises(Invalid) as refusal:
        offered(talking, **given)
    assert refusal.value.field == field


def test_an_offer_of_nothing_is_refused(talking):
    with pytest.raises(Invalid, match="required"):
        green_channel.make_offer(talking, the_merchant(talking), green_channel.Terms([], NOW.date()), **WHEN)


def test_the_consumer_leaves_at_any_second_and_the_file_moves_on_complete(talking):
    offer = offered(talking)

    green_channel.leave(talking, the_consumer(talking), **WHEN)

    assert talking.status is Status.PENDING_ACCEPTANCE
    assert offer.status is OfferStatus.SUPERSEDED
    assert talking.offers == [offer]


def test_the_merchant_may_let_the_authority_decide(talking):
    green_channel.close(talking, the_merchant(talking), reason="not our shop", **WHEN)

    assert talking.status is Status.PENDING_ACCEPTANCE
    assert talking.events[-1].reason == "not our shop"


def test_nobody_offers_after_the_end():
    complaint = a_complaint(Status.TERMINATED)

    with pytest.raises(WrongStatus):
        offered(complaint)
    assert complaint.offers == []
