"""Following a complaint with receipt and secret, and what its consumer can do there."""

import re
from datetime import timedelta

import pytest

from complaints import agreements, green_channel, offers, rulebook, workflow
from models.codes import Action, OfferStatus, Outcome, Remedy, Role, Status
from tests.factories import (
    NOW,
    a_shop,
    a_user,
    actions_of,
    an_officer,
    lodged,
    terms,
    the_merchant,
)

TODAY = {"perform_by": (NOW + timedelta(days=5)).date().isoformat()}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def taken(session):
    """A complaint in the green channel and the secret that opens it."""
    taken = lodged(session, merchant=a_shop(session))
    session.commit()
    return taken


@pytest.fixture
def opened(client, taken):
    """The same, opened in the browser at hand."""
    assert follow(client, taken.complaint.receipt, taken.secret).status_code == 303
    return taken.complaint


def follow(client, receipt, secret):
    return client.post("/complaints/follow", data={"receipt": receipt, "secret": secret})


def do(client, complaint, what, **fields):
    return client.post(f"/complaints/{complaint.receipt}/{what}", data=fields)


def page(client, complaint):
    return client.get(f"/complaints/{complaint.receipt}")


def in_english(client, complaint):
    return client.get(f"/complaints/{complaint.receipt}", headers={"Accept-Language": "en"}).text


def offered(session, complaint, *remedies, **given):
    clock = rulebook.current(session)
    offer = green_channel.make_offer(
        complaint, the_merchant(complaint), terms(*remedies, **given), now=NOW, clock=clock
    )
    session.commit()
    return offer


def agreed(client, session, complaint):
    offer = offered(session, complaint, amount=4_800)
    assert do(client, complaint, "accept-offer", offer_id=offer.id).status_code == 303


def test_receipt_and_secret_open_it_however_they_are_typed(client, taken):
    receipt = taken.complaint.receipt.lower()
    spaced = f" {receipt[:4]} {receipt[4:]} "

    answer = follow(client, spaced, taken.secret.lower().replace("-", ""))

    assert answer.location.endswith(f"/complaints/{taken.complaint.receipt}")
    assert page(client, taken.complaint).status_code == 200


@pytest.mark.parametrize("secret", ["", "AAAA-AAAA-AAAA", "x" * 10_000, "\x00", "' OR 1=1 --", "🗝"])
def test_a_wrong_secret_opens_nothing(client, taken, secret):
    answer = follow(client, taken.complaint.receipt, secret)

    assert answer.status_code == 422
    assert page(client, taken.complaint).status_code == 303


@pytest.mark.parametrize(
    "receipt", ["", "GC000000000", "GC4K7M2Q9X", "nothing", "x" * 10_000, "\x00", "'; --"]
)
def test_a_receipt_that_is_none_is_refused(client, taken, receipt):
    assert follow(client, receipt, taken.secret).status_code == 422


def test_what_was_typed_comes_back_except_the_thread_of_doubt(client, taken):
    answer = follow(client, taken.complaint.receipt, "AAAA-AAAA-AAAA")

    assert taken.complaint.receipt in answer.text


def test_the_secret_of_one_does_not_open_another(client, session, taken):
    other = lodged(session)
    session.commit()

    assert follow(client, other.complaint.receipt, taken.secret).status_code == 422


def test_a_link_with_the_receipt_asks_for_the_secret_only(client, taken):
    answer = page(client, taken.complaint)

    assert answer.status_code == 303
    assert taken.complaint.receipt in client.get(answer.location).text


def test_a_receipt_that_is_not_there_looks_the_same_from_outside(client, session, taken):
    there, nowhere = page(client, taken.complaint), client.get("/complaints/GC00000000000")

    assert there.status_code == 303
    assert nowhere.status_code in {303, 404}


def test_closing_it_in_this_browser_ends_the_sight(client, opened):
    do(client, opened, "put-away")

    assert page(client, opened).status_code == 303
    assert do(client, opened, "message", reason="还在吗").status_code == 404


def test_the_page_shows_the_timeline_the_clocks_and_nothing_for_staff(client, session, opened):
    officer = an_officer(opened)
    note = "内部备注：疑似职业索赔"
    workflow.perform(opened, Action.NOTE, officer, now=NOW, clock=rulebook.current(session), reason=note)
    session.commit()

    shown = page(client, opened).text

    assert note not in shown
    for deadline in opened.deadlines:
        assert deadline.rule.title_zh in shown
    assert opened.body in shown


def test_the_buttons_are_those_the_rules_give(client, session, opened):
    shown = page(client, opened).text

    for way, is_open in (
        ("leave", True),
        ("withdraw", True),
        ("message", True),
        ("performed", False),
        ("accept-offer", False),
    ):
        assert (f"/{opened.receipt}/{way}" in shown) == is_open


def test_an_offer_is_accepted_performed_and_closed(client, session, opened):
    agreed(client, session, opened)
    assert opened.status is Status.AGREED
    assert f"/{opened.receipt}/performed" in page(client, opened).text

    do(client, opened, "performed")

    assert opened.status is Status.CLOSED
    assert opened.outcome is Outcome.REFUNDED
    assert page(client, opened).status_code == 200


def test_an_offer_is_answered_with_a_counter_offer(client, session, opened):
    offer = offered(session, opened, amount=1_000)

    answer = do(
        client,
        opened,
        "counter-offer",
        remedies=["refund", "apology"],
        amount="48",
        currency="CNY",
        terms="当面道歉",
        **TODAY,
    )

    assert answer.status_code == 303
    assert offer.status is OfferStatus.COUNTERED
    mine = offers.standing(opened)
    assert (mine.amount, mine.remedies) == (4_800, [Remedy.REFUND, Remedy.APOLOGY])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"remedies": []}, "remedies"),
        ({"amount": "much"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"perform_by": "2001-01-01"}, "perform_by"),
        ({"perform_by": ""}, "perform_by"),
        ({"currency": "XXX"}, "currency"),
        ({"terms": "字" * 2001}, "terms"),
    ],
)
def test_a_counter_offer_that_cannot_be_comes_back_filled(client, session, opened, changes, field):
    offered(session, opened)
    given = {"remedies": ["refund"], "amount": "48", "currency": "CNY", "terms": "请尽快", **TODAY, **changes}

    answer = do(client, opened, "counter-offer", **given)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "请尽快" in answer.text or field == "terms"


def test_leaving_takes_the_whole_file_to_the_authority(client, session, opened):
    offer = offered(session, opened)

    do(client, opened, "leave")

    assert opened.status is Status.PENDING_ACCEPTANCE
    assert offer.status is OfferStatus.SUPERSEDED
    assert "S-01" in {deadline.rule_code for deadline in opened.deadlines if deadline.ended_at is None}


def test_before_the_promised_day_is_over_the_page_asks_only_whether_it_came_already(client, session, opened):
    agreed(client, session, opened)

    shown = in_english(client, opened)

    assert "I have received it already" in shown
    assert "not-performed" not in shown
    answer = do(client, opened, "not-performed", reason="钱没有到账")
    assert answer.status_code == 409
    assert "2026-11-26" in answer.text


def test_not_performed_opens_it_again_one_level_higher(client, session, opened, time_machine):
    agreed(client, session, opened)
    level = opened.level
    time_machine.move_to(NOW + timedelta(days=4), tick=False)

    assert "not-performed" in in_english(client, opened)
    do(client, opened, "not-performed", reason="钱没有到账")

    assert opened.status is Status.PENDING_ACCEPTANCE
    assert opened.level > level


def test_a_closed_one_that_was_not_kept_is_opened_again(client, session, opened):
    agreed(client, session, opened)
    do(client, opened, "performed")

    do(client, opened, "not-performed", reason="退款又被撤回")

    assert opened.status is Status.PENDING_ACCEPTANCE


def test_withdrawing_wants_a_reason_and_closes(client, opened):
    assert do(client, opened, "withdraw", reason=" ").status_code == 422
    assert opened.status is Status.NEGOTIATING

    do(client, opened, "withdraw", reason="已经私下解决")

    assert (opened.status, opened.outcome) == (Status.WITHDRAWN, Outcome.WITHDRAWN)


def test_a_message_is_on_the_timeline(client, opened):
    do(client, opened, "message", reason="请问什么时候答复？")

    assert "请问什么时候答复？" in page(client, opened).text


def test_what_was_asked_for_is_added(client, session):
    taken = lodged(session)
    complaint, clock = taken.complaint, rulebook.current(session)
    workflow.perform(
        complaint, Action.ASK_SUPPLEMENT, an_officer(complaint), now=NOW, clock=clock, reason="请补充小票"
    )
    session.commit()
    follow(client, complaint.receipt, taken.secret)
    assert "请补充小票" in page(client, complaint).text

    do(client, complaint, "supplement", reason="小票号 123")

    assert Action.SUPPLEMENT in actions_of(complaint)
    assert complaint.status is Status.PENDING_ACCEPTANCE


@pytest.mark.parametrize("what", ["leave", "message", "withdraw"])
def test_the_same_form_sent_twice_counts_once(client, opened, what):
    first = do(client, opened, what, reason="一次就够", once="token-of-this-form")
    events = len(opened.events)
    second = do(client, opened, what, reason="一次就够", once="token-of-this-form")

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(opened.events) == events


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("performed", {}),
        ("not-performed", {"reason": "没有"}),
        ("supplement", {"reason": "补充"}),
        ("request-acceptance", {}),
    ],
)
def test_what_the_rules_do_not_allow_now_is_a_conflict(client, opened, what, fields):
    assert do(client, opened, what, **fields).status_code == 409


def test_the_first_offer_is_for_the_merchant_to_make(client, opened):
    assert do(client, opened, "counter-offer", remedies="apology", **TODAY).status_code == 403


def test_an_offer_that_is_not_there_is_unknown(client, session, opened):
    offered(session, opened)

    assert do(client, opened, "accept-offer", offer_id="999999999").status_code == 404
    assert do(client, opened, "accept-offer", offer_id="x").status_code == 422


def test_an_offer_that_ran_out_is_gone(client, session, opened, time_machine):
    offer = offered(session, opened)
    time_machine.move_to(NOW + timedelta(hours=49), tick=False)

    assert do(client, opened, "accept-offer", offer_id=offer.id).status_code == 410


@pytest.mark.parametrize(
    "role", [Role.MERCHANT, Role.OFFICER, Role.MEDIATOR, Role.SUPERVISOR, Role.ADMIN, Role.CONSUMER]
)
def test_nobody_else_acts_as_the_consumer(client, session, taken, sign_in, role):
    complaint = taken.complaint
    belongs = {
        Role.MERCHANT: {"merchant_id": complaint.merchant_id},
        Role.ADMIN: {},
        Role.CONSUMER: {},
    }.get(role, {"department_id": complaint.department_id})
    sign_in(a_user(session, role, **belongs))

    for what in ("leave", "withdraw", "message", "accept-offer", "performed"):
        assert do(client, complaint, what, reason="冒充", offer_id="1").status_code == 404
    assert page(client, complaint).status_code in {303, 404}
    assert complaint.status is Status.NEGOTIATING


def test_an_account_shows_its_own_and_pages_through_them(client, session, sign_in):
    person = sign_in(a_user(session, Role.CONSUMER))
    receipts = [lodged(session, consumer_id=person.id).complaint.receipt for _number in range(23)]
    stranger = lodged(session).complaint.receipt
    session.commit()

    first = client.get("/complaints/mine").text
    older = re.search(r'href="([^"]*before=\d+)"', first)[1]
    second = client.get(older).text

    assert [code in first for code in receipts[3:]] == [True] * 20
    assert [code in second for code in receipts[:3]] == [True] * 3
    assert stranger not in first + second


def test_without_account_and_receipt_there_is_nothing_of_ones_own(client, session):
    assert client.get("/complaints/mine").location.endswith("/complaints/follow")


def test_an_agreement_the_consumer_confirms_counts_as_performed(client, session, opened):
    agreed(client, session, opened)
    clock = rulebook.current(session)
    agreements.report_performed(opened, the_merchant(opened), "微信转账单号 42", now=NOW, clock=clock)
    session.commit()

    assert "微信转账单号 42" in page(client, opened).text
    do(client, opened, "performed")
    assert opened.status is Status.CLOSED


def test_after_the_merchants_report_the_card_says_what_the_consumers_silence_means(client, session, opened):
    agreed(client, session, opened)
    assert "opens again one level higher" in in_english(client, opened)

    clock = rulebook.current(session)
    agreements.report_performed(opened, the_merchant(opened), "转账 8812", now=NOW, clock=clock)
    session.commit()

    text = in_english(client, opened)
    assert "opens again one level higher" not in text
    assert re.search(r"If you do not say otherwise by [^<]*30 Nov[^<]*, the case is closed as done", text)


def test_contact_details_are_shown_masked_and_changed_on_the_page(client, session, taken, opened):
    assert do(client, opened, "contact", email="new@people.example").status_code == 303

    shown = page(client, opened).text
    session.refresh(opened.contact)
    assert opened.contact.email == "new@people.example"
    assert "n＊＊@people.example" in shown
    assert "new@people.example" not in shown
    assert opened.contact.phone not in shown


@pytest.mark.parametrize("given", [{"email": "no address"}, {"phone": "12"}, {}])
def test_contact_details_that_cannot_be_are_asked_for_again(client, opened, given):
    assert do(client, opened, "contact", **given).status_code == 422


def test_the_merchant_sees_whom_to_pay_once_the_consumer_says_so(client, session, taken, opened, sign_in):
    agreed(client, session, opened)
    assert "reach" in page(client, opened).text
    number = opened.contact.phone
    assert do(client, opened, "allow-contact").status_code == 303

    sign_in(a_user(session, Role.MERCHANT, merchant=opened.merchant))
    shown = client.get(f"/merchant/complaints/{opened.receipt}").text
    assert number in shown
    assert opened.contact.name in shown


def test_once_the_merchant_says_it_paid_nobody_is_asked_how(client, session, taken, opened):
    agreed(client, session, opened)
    assert 'id="reach"' in page(client, opened).text
    clock = rulebook.current(session)
    agreements.report_performed(opened, the_merchant(opened), "转账 8812", now=NOW, clock=clock)
    session.commit()

    assert 'id="reach"' not in page(client, opened).text


def test_until_then_the_merchant_is_told_to_write(client, session, taken, opened, sign_in):
    agreed(client, session, opened)

    sign_in(a_user(session, Role.MERCHANT, merchant=opened.merchant, locale="en"))
    shown = client.get(f"/merchant/complaints/{opened.receipt}").text
    assert opened.contact.phone not in shown
    assert "has not let you see how to reach them" in shown
