"""The merchant's inbox, its answers, and its own pages."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from complaints import agreements, green_channel, rulebook
from models.codes import Action, AgreementStatus, OfferStatus, Remedy, Role, Status
from models.complaint import Complaint, Event
from models.people import ApiKey, User
from models.settlement import Agreement, Offer
from tests.factories import a_shop, a_user, lodged, the_consumer, the_merchant
from web import once
from web.moments import now


@pytest.fixture
def shop(session):
    return a_shop(session)


@pytest.fixture
def merchant(session, shop, sign_in):
    return sign_in(a_user(session, Role.MERCHANT, merchant=shop, locale="en"))


@pytest.fixture
def complaint(session, shop):
    complaint = lodged(session, merchant=shop, now=now()).complaint
    session.commit()
    return complaint


def day(days=3):
    return (now() + timedelta(days=days)).date().isoformat()


def post(client, complaint, verb, **form):
    return client.post(f"/merchant/complaints/{complaint.receipt}/{verb}", data=form)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_the_inbox_shows_what_waits_and_says_so_when_nothing_does(client, merchant, session, shop):
    assert "Nothing waits for your answer" in client.get("/merchant").text

    receipt = lodged(session, merchant=shop, now=now()).complaint.receipt
    session.commit()

    assert receipt in client.get("/merchant").text


def test_the_nearest_clock_stands_first_and_nobody_else_is_addressed(client, merchant, complaint):
    page = client.get(f"/merchant/complaints/{complaint.receipt}").text
    nearest_first = sorted(complaint.deadlines, key=lambda deadline: deadline.due_at)

    places = [page.index(f'/deadlines/{deadline.id}"') for deadline in nearest_first]
    assert places == sorted(places)
    assert len(places) > 1
    assert all(deadline.rule.promise_en not in page for deadline in nearest_first)


@pytest.mark.parametrize("tab", ["to_answer", "to_perform", "with_authority", "ended", "nonsense"])
def test_every_drawer_opens(client, merchant, complaint, tab):
    assert client.get(f"/merchant?tab={tab}").status_code == 200


@pytest.mark.parametrize("mark", ["-~5", "0~1", "nonsense", "~", "9e99~3", "1e400~1", "nan~1"])
@pytest.mark.parametrize("tab", ["to_answer", "ended"])
def test_a_page_mark_of_nonsense_breaks_nothing(client, merchant, complaint, tab, mark):
    assert client.get(f"/merchant?tab={tab}&after={mark}").status_code == 200


def test_pages_follow_each_other(client, merchant, session, shop):
    receipts = {lodged(session, merchant=shop, now=now()).complaint.receipt for _ in range(30)}
    session.commit()

    first = client.get("/merchant").text
    mark = first.partition("after=")[2].partition('"')[0].replace("&amp;", "&")
    second = client.get(f"/merchant?tab=to_answer&after={mark}").text

    shown = [{code for code in receipts if code in page} for page in (first, second)]
    assert shown[0] | shown[1] == receipts
    assert not shown[0] & shown[1]


def test_an_offer_goes_to_the_consumer(client, merchant, complaint, session):
    answer = post(
        client,
        complaint,
        "offer",
        remedies=["refund"],
        amount="30",
        currency="CNY",
        perform_by=day(),
        terms="抱歉",
    )

    assert answer.status_code == 303
    offer = session.scalar(select(Offer))
    assert (offer.amount, offer.status, offer.terms) == (3_000, OfferStatus.OPEN, "抱歉")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": ""},
        {"amount": "many"},
        {"amount": "-5"},
        {"perform_by": "2020-01-01"},
        {"perform_by": "soon"},
        {"remedies": []},
        {"remedies": ["revenge"]},
        {"terms": "撤回投诉就退款"},
        {"currency": "XYZ"},
    ],
    ids=str,
)
def test_a_bad_offer_comes_back_filled_and_nothing_is_saved(client, merchant, complaint, session, change):
    form = {"remedies": ["refund"], "amount": "30", "currency": "CNY", "perform_by": day(), "terms": "一句话"}

    answer = post(client, complaint, "offer", **{**form, **change})

    assert answer.status_code == 422
    assert ("一句话" in answer.text) or "terms" in change
    assert count(session, Offer) == 0


def test_a_double_click_makes_one_offer(client, merchant, complaint, session):
    form = {"remedies": ["refund"], "amount": "30", "perform_by": day(), "once": "the same form"}

    first, second = post(client, complaint, "offer", **form), post(client, complaint, "offer", **form)

    assert first.location == second.location
    assert count(session, Offer) == 1


def test_granting_what_was_asked(client, merchant, complaint, session):
    assert post(client, complaint, "accept-claim", perform_by=day()).status_code == 303

    assert session.get(Complaint, complaint.id).status is Status.AGREED


def test_granting_it_for_a_later_day_is_an_offer_and_says_so(client, merchant, complaint, session):
    answer = post(client, complaint, "accept-claim", perform_by=day(5))

    assert "so this is an offer" in client.get(answer.location).text
    assert session.get(Complaint, complaint.id).status is Status.NEGOTIATING
    assert session.scalar(select(Offer.status)) is OfferStatus.OPEN


def test_taking_the_consumers_counter_offer(client, merchant, complaint, session):
    clock = rulebook.current(session)
    terms = green_channel.Terms([Remedy.REFUND], now().date() + timedelta(days=3), 2_000, "CNY")
    green_channel.make_offer(complaint, the_merchant(complaint), terms, now=now(), clock=clock)
    counter = green_channel.make_offer(complaint, the_consumer(complaint), terms, now=now(), clock=clock)
    session.commit()
    assert "Accept this offer" in client.get(f"/merchant/complaints/{complaint.receipt}").text

    assert post(client, complaint, "accept-offer", offer_id=counter.id).status_code == 303
    assert session.scalar(select(Agreement.offer_id)) == counter.id


def test_paying_a_small_claim_at_once(client, merchant, complaint, session):
    assert "Pay at once" in client.get(f"/merchant/complaints/{complaint.receipt}").text

    assert post(client, complaint, "pay", proof="transfer 8812").status_code == 303
    assert session.scalar(select(Agreement.status)) is AgreementStatus.REPORTED


@pytest.mark.parametrize(("verb", "action"), [("answer", Action.ANSWER), ("dispute", Action.DISPUTE)])
def test_words_are_an_answer_unless_they_send_the_consumer_elsewhere(
    client, merchant, complaint, session, verb, action
):
    assert post(client, complaint, verb, reason="请联系厂家处理").status_code == 422

    assert post(client, complaint, verb, reason="我们正在核实，今天给您答复。").status_code == 303
    assert session.scalar(select(Event.reason).where(Event.action == action)).startswith("我们正在")


def test_declining_sends_it_to_the_authority(client, merchant, complaint, session):
    assert post(client, complaint, "decline", reason="双方差距太大").status_code == 303

    assert session.get(Complaint, complaint.id).status is Status.PENDING_ACCEPTANCE
    assert post(client, complaint, "decline", reason="再来一次").status_code == 409


def test_reporting_that_it_is_done_needs_a_proof(client, merchant, complaint, session):
    post(client, complaint, "accept-claim", perform_by=day())

    assert post(client, complaint, "performed", proof="").status_code == 422
    assert post(client, complaint, "performed", proof="transfer 8812").status_code == 303
    assert agreements.under_way(session.get(Complaint, complaint.id)).proof == "transfer 8812"


def test_a_message_reaches_the_timeline(client, merchant, complaint, session):
    assert post(client, complaint, "message", reason="您方便电话吗？").status_code == 303
    assert session.scalar(select(Event.reason).where(Event.action == Action.MESSAGE)) == "您方便电话吗？"


def test_the_consumer_is_masked(client, merchant, complaint):
    page = client.get(f"/merchant/complaints/{complaint.receipt}").text

    for personal in ("张小明", "13800138000", "reader@people.example"):
        assert personal not in page


def test_another_merchants_complaint_is_not_there(client, merchant, session):
    other = lodged(session, merchant=a_shop(session), now=now()).complaint
    session.commit()

    assert client.get(f"/merchant/complaints/{other.receipt}").status_code == 404
    assert post(client, other, "answer", reason="我们正在核实").status_code == 404


def test_the_inbox_is_for_merchants(client, session, sign_in):
    sign_in(a_user(session, Role.CONSUMER))

    assert client.get("/merchant").status_code == 403


def test_a_colleague_is_invited_and_removed(client, merchant, session):
    form = {"name": "李四", "email": "li@shop.example"}
    assert client.post("/merchant/profile/colleagues", data=form).status_code == 303
    colleague = session.scalar(select(User).where(User.email == "li@shop.example"))
    assert (colleague.role, colleague.merchant_id, colleague.password_hash) == (
        Role.MERCHANT,
        merchant.merchant_id,
        None,
    )
    assert client.post("/merchant/profile/colleagues", data=form).status_code == 422

    assert client.post(f"/merchant/profile/colleagues/{colleague.id}/remove").status_code == 303
    assert session.get(User, colleague.id).is_enabled is False
    assert client.post(f"/merchant/profile/colleagues/{merchant.id}/remove").status_code == 409


def test_nobody_removes_another_shops_people(client, merchant, session):
    stranger = a_user(session, Role.MERCHANT, merchant=a_shop(session))
    session.commit()

    assert client.post(f"/merchant/profile/colleagues/{stranger.id}/remove").status_code == 404


def test_two_clicks_make_one_key(client, merchant, session, monkeypatch):
    monkeypatch.setattr(once, "PAUSES", (0,))
    form = {"key_name": "till", "once": "k1"}
    first = client.post("/merchant/profile/keys", data=form)
    again = client.post("/merchant/profile/keys", data=form, headers={"Referer": "/merchant/profile"})

    assert "gck_" in first.text
    assert (again.status_code, again.location) == (303, "/merchant/profile")
    assert session.scalar(select(func.count(ApiKey.id))) == 1


def test_a_key_is_shown_once_and_can_be_revoked(client, merchant, session):
    page = client.post("/merchant/profile/keys", data={"key_name": "till"}).text
    key = session.scalar(select(ApiKey))
    secret = page.partition(f"gck_{key.prefix}_")[2].partition("<")[0]
    headers = {"Authorization": f"Bearer gck_{key.prefix}_{secret}"}
    assert client.get("/api/v1/complaints", headers=headers).status_code == 200
    assert secret not in client.get("/merchant/profile").text

    assert client.post(f"/merchant/profile/keys/{key.id}/revoke").status_code == 303
    assert client.get("/api/v1/complaints", headers=headers).status_code == 401


def test_the_instant_pay_limit_is_the_merchants_own_within_bounds(client, merchant, session, shop):
    assert client.post("/merchant/profile", data={"instant_pay_limit": "800"}).status_code == 303
    session.refresh(shop)
    assert shop.instant_pay_limit == 80_000

    assert client.post("/merchant/profile", data={"instant_pay_limit": "90000"}).status_code == 422
