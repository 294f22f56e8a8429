"""Filing a complaint without an account and without scripts."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from markupsafe import escape
from sqlalchemy import func, select

import classifier
from app import create_app
from complaints import drafts, merchants
from models import db
from models.codes import Hazard, Industry, Lane, Membership, Remedy, Role, Status
from models.complaint import Complaint
from models.draft import Draft
from tests.factories import a_shop, a_suggestion, a_user, said
from tests.web.filing_steps import STEPS, WHAT, a_photograph, fill, fill_all, send, upload
from web import filing

TYPED = {"merchant_address", "amount", "order_no", "name", "phone", "email"}


def the_complaint(session):
    return session.scalars(select(Complaint)).one()


def codes_on(page):
    return re.findall(r'class="keepsake-code"[^>]*>([^<]+)<', page.text)


def a_findable_shop(session, **values):
    shop = a_shop(session, **{"name": "好邻居面馆", **values})
    merchants.make_findable(shop)
    session.commit()
    return shop


def test_a_complaint_is_filed_end_to_end(client, session):
    assert client.get("/complaints/new").location.endswith("/complaints/new/what")
    fill_all(client)
    assert upload(client, a_photograph()).status_code == 303
    assert client.get("/complaints/new/check").status_code == 200
    assert send(client).location.endswith("/complaints/new/receipt")

    complaint = the_complaint(session)
    assert complaint.body.startswith("昨天中午")
    assert (complaint.amount, complaint.currency) == (128_050, "CNY")
    assert complaint.remedies == [Remedy.REFUND, Remedy.APOLOGY]
    assert complaint.industry is Industry.CATERING
    assert (complaint.merchant_name, complaint.district) == ("无名面馆", "dongcheng")
    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert (complaint.contact.name, complaint.contact.phone) == ("张小明", "13800138000")
    assert len(complaint.attachments) == 1
    assert not complaint.consents_to_publication
    assert not complaint.consents_to_delegation
    assert complaint.opted_in_at is None


def test_the_promise_card_shows_codes_route_reason_and_every_clock(client, session):
    fill_all(client)
    send(client)

    page = client.get("/complaints/new/receipt")

    complaint = the_complaint(session)
    assert codes_on(page)[0] == complaint.receipt
    assert complaint.department.name_zh in page.text
    for deadline in complaint.deadlines:
        assert deadline.rule.title_zh in page.text
        assert deadline.rule.instrument in page.text
        assert deadline.rule.promise_zh in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_promise_card_says_that_a_person_decides_and_the_green_channel_waits(
    client, session, monkeypatch
):
    said = a_suggestion(abstained=True)
    monkeypatch.setattr(filing, "row_of", lambda suggestion, at: said)
    shop = a_findable_shop(session)
    whom = {"merchant_id": shop.id, "merchant_name": ""}
    fill_all(client, whom=whom, contact={"opts_in": "1"}, what={"industry": "", "issue": ""})
    send(client)

    page = client.get("/complaints/new/receipt").text

    assert the_complaint(session).status is Status.TRIAGE
    assert "先由工作人员阅读后决定" in page
    assert "您选择的绿色通道会保留" in page


def test_the_codes_open_the_complaint_in_another_browser(client, session, app):
    fill_all(client)
    send(client)
    receipt, secret = codes_on(client.get("/complaints/new/receipt"))
    elsewhere = app.test_client()

    answer = elsewhere.post("/complaints/follow", data={"receipt": receipt, "secret": secret})

    assert answer.status_code == 303
    assert elsewhere.get(f"/complaints/{receipt}").status_code == 200


def test_sending_again_leads_to_the_same_receipt(client, session):
    fill_all(client)
    send(client)
    first = codes_on(client.get("/complaints/new/receipt"))
    again = send(client)

    assert again.status_code == 303
    assert codes_on(client.get("/complaints/new/receipt")) == first
    assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_two_clicks_at_the_same_instant_file_one_complaint(committed):
    committed.config["WTF_CSRF_ENABLED"] = False
    client = committed.test_client()
    fill_all(client)
    cookie = client.get_cookie("draft").value
    both_ready = threading.Barrier(2)

    def click(_number):
        browser = committed.test_client()
        browser.set_cookie("draft", cookie)
        both_ready.wait()
        return send(browser).location

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(click, range(2)))

    assert answers == ["/complaints/new/receipt"] * 2
    with committed.app_context():
        database = committed.extensions["sqlalchemy"].session
        assert database.scalar(select(func.count()).select_from(Complaint)) == 1


def test_the_back_button_after_sending_does_not_file_anew(client, session):
    fill_all(client)
    send(client)

    assert client.get("/complaints/new/contact").location.endswith("/complaints/new/what")
    late = fill(client, "contact")
    assert (late.status_code, "/complaints/new/receipt" in late.text) == (409, True)
    assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_once_the_codes_are_kept_they_are_shown_no_more(client, session):
    fill_all(client)
    send(client)
    receipt, secret = codes_on(client.get("/complaints/new/receipt"))

    onward = client.post("/complaints/new/receipt")

    assert onward.location.endswith(f"/complaints/{receipt}")
    assert secret not in client.get(onward.location).text
    assert client.get("/complaints/new/receipt").location.endswith("/complaints/follow")


def test_reading_pages_changes_nothing(client, session):
    for path in (
        "new",
        "new/what",
        "new/whom",
        "new/check",
        "new/evidence",
        "new/receipt",
        "new/saved",
        "resume",
    ):
        client.get(f"/complaints/{path}")

    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_draft_is_taken_up_elsewhere_by_its_code(client, session, app):
    fill(client, "what")
    fill(client, "whom", later="1")
    code = codes_on(client.get("/complaints/new/saved"))[0]
    elsewhere = app.test_client()

    answer = elsewhere.post("/complaints/resume", data={"code": code.lower().replace("-", " ")})

    assert answer.location.endswith("/complaints/new/whom")
    assert "无名面馆" in elsewhere.get("/complaints/new/whom").text


@pytest.mark.parametrize("code", ["", "ABCD-EFGH-JKMN-PQRS", "x" * 5000, "\x00", "'; --"])
def test_a_wrong_code_opens_nothing(client, session, code):
    answer = client.post("/complaints/resume", data={"code": code})

    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers or "draft" not in answer.headers["Set-Cookie"]


def test_coming_back_later_keeps_even_what_is_not_right_yet(client, session):
    fill(client, "what", body="只写了", industry=None, later="1")

    assert "只写了" in client.get("/complaints/new/what").text


def test_the_cookie_of_a_draft_is_out_of_reach_of_scripts(client, session):
    kept = fill(client, "what").headers["Set-Cookie"]

    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept


def test_throwing_away_leaves_nothing_to_come_back_to(client, session):
    fill(client, "what")

    assert client.post("/complaints/new/discard").status_code == 303
    assert client.get("/complaints/new/saved").location.endswith("/complaints/new/what")
    assert session.scalars(select(Draft)).one().answers == "{}"


def test_a_step_is_not_sent_before_the_others_are_there(client, session):
    fill(client, "what")

    assert client.get("/complaints/new/check").location.endswith("/complaints/new/whom")
    assert send(client).location.endswith("/complaints/new/whom")
    assert session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_without_a_draft_every_later_step_leads_to_the_first(client, session):
    for step in ("whom", "ask", "contact", "check", "evidence"):
        assert (
            client.get(f"/complaints/new/{step}", follow_redirects=True).request.path
            == "/complaints/new/what"
        )


def test_changing_one_answer_leads_straight_back_to_the_check(client, session):
    fill_all(client)

    assert fill(client, "ask", amount="99").location.endswith("/complaints/new/check")
    assert "¥99.00" in client.get("/complaints/new/check").text


@pytest.mark.parametrize(
    ("step", "changes", "field"),
    [
        pytest.param("what", {"body": ""}, "body", id="empty text"),
        pytest.param("what", {"body": " \n\t　"}, "body", id="blank text"),
        pytest.param("what", {"body": "\x00\x01\x02"}, "body", id="control characters alone"),
        pytest.param("what", {"body": "店" * 100_000}, "body", id="100,000 characters"),
        pytest.param("what", {"industry": "mining"}, "industry", id="an unknown industry"),
        pytest.param("what", {"hazards": ["suspected"]}, "hazards", id="a hazard that is not to be chosen"),
        pytest.param("what", {"hazards": ["injury"] * 50}, "hazards", id="a hazard many times"),
        pytest.param("whom", {"merchant_name": ""}, "merchant_name", id="nobody"),
        pytest.param("whom", {"merchant_name": "面" * 161}, "merchant_name", id="a very long name"),
        pytest.param("whom", {"merchant_id": "1; DROP TABLE"}, "merchant_id", id="no number"),
        pytest.param("whom", {"merchant_id": "-1"}, "merchant_id", id="a negative merchant"),
        pytest.param("whom", {"merchant_id": "9" * 30}, "merchant_id", id="an immense merchant"),
        pytest.param("whom", {"district": "atlantis"}, "district", id="an unknown district"),
        pytest.param("ask", {"remedies": []}, "remedies", id="nothing asked for"),
        pytest.param("ask", {"remedies": ["revenge"]}, "remedies", id="an unknown remedy"),
        pytest.param("ask", {"amount": "-5"}, "amount", id="a negative amount"),
        pytest.param("ask", {"amount": "9" * 14}, "amount", id="an absurd amount"),
        pytest.param("ask", {"amount": "many"}, "amount", id="an amount in words"),
        pytest.param("ask", {"currency": "XXX"}, "currency", id="an unknown currency"),
        pytest.param("ask", {"happened_on": "2999-01-01"}, "happened_on", id="the future"),
        pytest.param("ask", {"happened_on": "0001-01-01"}, "happened_on", id="antiquity"),
        pytest.param("ask", {"happened_on": "yesterday"}, "happened_on", id="no date"),
        pytest.param(
            "ask", {"is_visitor": "1", "departs_at": "2001-01-01T10:00"}, "departs_at", id="left long ago"
        ),
        pytest.param("ask", {"departs_at": "2026-13-45T99:99"}, "departs_at", id="no time"),
        pytest.param("ask", {"order_no": "1" * 81}, "order_no", id="a very long order number"),
        pytest.param("contact", {"name": ""}, "name", id="no name"),
        pytest.param("contact", {"name": "明" * 81}, "name", id="a very long name of a person"),
        pytest.param("contact", {"phone": "", "email": ""}, "phone", id="no way to reach them"),
        pytest.param("contact", {"phone": "not a number"}, "phone", id="no telephone number"),
        pytest.param("contact", {"phone": "1" * 500}, "phone", id="an endless telephone number"),
        pytest.param("contact", {"email": "a@b@c"}, "email", id="no address"),
        pytest.param(
            "contact", {"email": "a@b.example\r\nBcc: all@people.example"}, "email", id="a second header"
        ),
        pytest.param("contact", {"locale": "tlh"}, "locale", id="an unknown language"),
        pytest.param("contact", {"is_honest": None}, "is_honest", id="not confirmed"),
    ],
)
def test_what_is_wrong_comes_back_by_field_with_everything_typed(client, session, step, changes, field):
    if step != "what":
        fill(client, "what")
    answer = fill(client, step, **changes)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    for name, value in {**STEPS[step], **changes}.items():
        if name in TYPED and value and len(value) < 100:
            assert str(escape(value)) in answer.text
    assert session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_a_telephone_number_alone_or_an_address_alone_is_enough(client, session):
    fill(client, "what")

    assert fill(client, "contact", email="").status_code == 303
    assert fill(client, "contact", phone="").status_code == 303


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("服务员态度恶劣😡😡，要求道歉！👨‍👩‍👧", id="emoji"),
        pytest.param("在𠮷野家吃到𪚥字招牌菜，龘龘不退款", id="rare characters"),
        pytest.param("<script>alert('投诉')</script><img src=x onerror=alert(1)>", id="a script"),
        pytest.param('=HYPERLINK("http://evil.example","点我") 不退款', id="a formula"),
        pytest.param("{{ 7*7 }} {% raw %} ${7*7} %(name)s 不退款", id="template marks"),
        pytest.param("第一行\r\n第二行\x00\x0b第三行", id="line ends and control characters"),
        pytest.param("محل رفض إرجاع المال", id="Arabic"),
        pytest.param("\u202etxt.exe\u202c 不退款", id="a reversed direction"),
    ],
)
def test_any_text_is_kept_as_it_is_and_shown_as_text(client, session, body):
    fill_all(client, what={"body": body})
    send(client)

    complaint = the_complaint(session)
    assert "\x00" not in complaint.body
    page = client.get(f"/complaints/{complaint.receipt}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    if "script" in body:
        assert "&lt;script&gt;" in page
    if "7*7" in body:
        assert "49" not in complaint.body
        assert "{{ 7*7 }}" in complaint.body


def test_fields_nobody_knows_are_passed_over(client, session):
    answer = client.post("/complaints/new/what", data={**WHAT, "status": "closed", "consumer_id": "1"})

    assert answer.status_code == 303


def test_a_hidden_merchant_that_is_not_there_is_no_merchant(client, session):
    fill_all(client, whom={"merchant_id": "2147483647"})
    send(client)

    assert the_complaint(session).merchant_id is None


def test_picking_a_member_and_opting_in_opens_the_green_channel(client, session):
    shop = a_findable_shop(session)
    fill_all(client, whom={"merchant_id": shop.id, "merchant_name": ""}, contact={"opts_in": "1"})
    send(client)

    complaint = the_complaint(session)
    assert complaint.status is Status.NEGOTIATING
    assert complaint.merchant_id == shop.id
    assert complaint.opt_in_wording


def test_without_opting_in_it_goes_to_the_authority(client, session):
    shop = a_findable_shop(session)
    fill_all(client, whom={"merchant_id": shop.id})
    send(client)

    assert the_complaint(session).status is Status.PENDING_ACCEPTANCE


def test_the_green_channel_is_only_offered_where_the_merchant_is_a_member(client, session):
    stranger = a_findable_shop(session, membership=Membership.NONE, pledged_at=None)
    fill(client, "what")
    fill(client, "whom", merchant_id=stranger.id)

    assert 'name="opts_in"' not in client.get("/complaints/new/contact").text


@pytest.mark.parametrize("hazard", ["injury", "food_poisoning", "minor_in_danger", "crime"])
def test_danger_keeps_it_out_of_the_green_channel_whatever_was_ticked(client, session, hazard):
    shop = a_findable_shop(session)
    fill(client, "what", hazards=[hazard])
    fill(client, "whom", merchant_id=shop.id)
    assert 'name="opts_in"' not in client.get("/complaints/new/contact").text
    fill(client, "ask")
    fill(client, "contact", opts_in="1")
    send(client)

    complaint = the_complaint(session)
    assert complaint.hazards == [Hazard(hazard)]
    assert complaint.lane is Lane.EMERGENCY
    assert complaint.opted_in_at is None
    assert complaint.level == 4


def test_a_whole_name_means_the_merchant_called_so(client, session):
    shop = a_findable_shop(session)
    fill_all(client, whom={"merchant_name": "好邻居面馆"})
    send(client)

    assert the_complaint(session).merchant_id == shop.id


def test_a_piece_of_a_name_asks_which_one_is_meant(client, session):
    shop = a_findable_shop(session)
    fill(client, "what")
    answer = fill(client, "whom", merchant_name="好邻居")

    assert answer.status_code == 422
    assert f'value="{shop.id}"' in answer.text
    assert fill(client, "whom", merchant_name="好邻居", merchant_id="").status_code == 303


def test_looking_shows_merchants_without_scripts(client, session):
    shop = a_findable_shop(session)
    fill(client, "what")
    answer = fill(client, "whom", merchant_name="邻居", look="1")

    assert answer.status_code == 200
    assert shop.name in answer.text


def test_consents_are_kept_as_given_and_never_ticked_beforehand(client, session):
    fill(client, "what")
    page = client.get("/complaints/new/contact").text
    boxes = re.findall(r'<input class="form-check-input"[^>]*>', page)
    assert boxes
    assert not any("checked" in box for box in boxes)
    fill_all(client, contact={"consents_to_publication": "1", "consents_to_delegation": "1"})
    send(client)

    complaint = the_complaint(session)
    assert complaint.consents_to_publication
    assert complaint.consents_to_delegation


def test_a_visitor_takes_the_international_lane_with_their_departure(client, session):
    fill_all(client, ask={"is_visitor": "1", "departs_at": "2026-12-01T18:00"})
    send(client)

    complaint = the_complaint(session)
    assert complaint.lane is Lane.INTERNATIONAL
    assert complaint.departs_at.isoformat() == "2026-12-01T10:00:00+00:00"


def test_whoever_has_a_like_complaint_is_told_before_filing_again(client, session):
    shop = a_findable_shop(session)
    fill_all(client, whom={"merchant_id": shop.id})
    send(client)
    first = the_complaint(session)
    client.post("/complaints/new/receipt")
    fill_all(client, whom={"merchant_id": shop.id})

    assert first.receipt in client.get("/complaints/new/check").text


def test_nobody_is_told_of_complaints_of_others(client, session, app):
    shop = a_findable_shop(session)
    other = app.test_client()
    fill_all(other, whom={"merchant_id": shop.id})
    send(other)
    fill_all(client, whom={"merchant_id": shop.id})

    assert the_complaint(session).receipt not in client.get("/complaints/new/check").text


def test_a_consumer_who_is_signed_in_finds_it_in_the_account(client, session, sign_in):
    person = sign_in(a_user(session, Role.CONSUMER, name="刘思源"))
    fill(client, "what")
    assert "刘思源" in client.get("/complaints/new/contact").text
    fill_all(client)
    send(client)

    complaint = the_complaint(session)
    assert complaint.consumer_id == person.id
    assert complaint.receipt in client.get("/complaints/mine").text


def test_an_officer_who_files_files_as_a_person_of_their_own(client, session, sign_in):
    sign_in(a_user(session, Role.ADMIN))
    fill_all(client)
    send(client)

    assert the_complaint(session).consumer_id is None


def test_the_page_speaks_the_language_of_its_reader(client, session):
    english = client.post("/complaints/new/what", data={"body": ""}, headers={"Accept-Language": "en"})

    assert "Please fill this in." in english.text


@pytest.mark.usefixtures("limits")
def test_filing_goes_on_while_the_server_of_the_queue_is_away(committed):
    given = committed.config["SETTINGS"]
    lonely = create_app(replace(given, redis_url="unix:///nowhere/valkey.sock", environment="development"))
    lonely.config["WTF_CSRF_ENABLED"] = False
    client = lonely.test_client()

    fill_all(client)

    assert send(client).status_code == 303
    assert codes_on(client.get("/complaints/new/receipt"))
    with lonely.app_context():
        db.engine.dispose()


def test_each_step_names_what_its_unsent_fields_are_kept_under_in_the_tab(client, session):
    assert 'data-keep="filing.new.what"' in client.get("/complaints/new/what").text
    fill(client, "what")
    draft = session.scalars(select(Draft)).one()

    page = client.get("/complaints/new/whom").text

    assert f'data-keep="filing.{draft.id}.whom"' in page
    assert "js/keep.js" in page


def test_no_secret_is_kept_in_the_tab(client, session):
    page = client.get("/complaints/follow").text

    assert "data-keep" not in page
    assert "js/keep.js" not in page


@pytest.mark.parametrize("address", ["/privacy", "/help"])
def test_the_pages_name_the_days_that_drafts_are_kept(client, session, address):
    page = client.get(address, headers={"Accept-Language": "en"}).text

    assert f"{drafts.KEPT.days} days" in page


def test_a_step_that_came_back_leads_back_to_itself_from_the_choice_of_language(client, session):
    page = fill(client, "what", body="啊")

    assert page.status_code == 422
    assert 'name="next" value="/complaints/new/what"' in page.text


def in_danger(monkeypatch):
    """The text reads as an emergency, whoever asks."""
    monkeypatch.setattr(classifier, "suggest", lambda text, directory=None: said(urgency="emergency"))


def test_the_check_says_what_follows_where_the_text_sounds_dangerous_and_nothing_was_ticked(
    client, session, monkeypatch
):
    in_danger(monkeypatch)
    fill_all(client)

    page = client.get("/complaints/new/check", headers={"Accept-Language": "en"}).text

    assert "You ticked nothing, but your account reads as if somebody may be in danger." in page
    assert "Nothing ticked" not in page


def test_an_emergency_without_a_telephone_is_asked_to_look_at_the_mail(client, session, monkeypatch):
    in_danger(monkeypatch)
    fill_all(client, contact={"phone": None})
    send(client)

    page = client.get("/complaints/new/receipt", headers={"Accept-Language": "en"}).text

    assert "You gave no telephone number: please look at your e-mail" in page
    assert "keep your telephone at hand" not in page


@pytest.mark.parametrize("issue", ["merchant_closed", "quality"])
def test_the_green_channel_is_warned_against_where_the_shop_is_gone(client, session, issue):
    shop = a_findable_shop(session)
    fill(client, "what", issue=issue)
    fill(client, "whom", merchant_id=shop.id, merchant_name="")
    fill(client, "ask")

    page = client.get("/complaints/new/contact", headers={"Accept-Language": "en"}).text

    assert "Try the green channel first" in page
    assert ("cost you days" in page) == (issue == "merchant_closed")
