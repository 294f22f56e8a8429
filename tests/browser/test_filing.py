"""Filing and following a complaint in a real browser, with scripts and without them."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from complaints import green_channel, rulebook
from models import db
from models.codes import Status
from models.complaint import Complaint
from tests.browser.conftest import NARROW, WIDE
from tests.browser.filing import STORY, file, onward
from tests.browser.test_shell import is_sideways
from tests.factories import terms, the_merchant

pytestmark = pytest.mark.usefixtures("town")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_complaint_is_filed_on_a_phone(open_window, photograph, scripts):
    phone = open_window(NARROW, java_script_enabled=scripts)

    receipt, secret = file(phone, photograph)

    onward(phone)
    assert phone.url.endswith(f"/complaints/{receipt}")
    assert phone.locator("summary", has_text="退出绿色通道").is_visible()
    picture = phone.locator(".evidence-thumb")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 80)
    phone.locator("form[action$=put-away] button").click()
    phone.goto(f"/complaints/{receipt}")
    phone.locator("#f-secret").fill(secret.lower())
    phone.locator(".form .btn-primary").click()
    assert phone.url.endswith(f"/complaints/{receipt}")


def test_no_page_on_the_way_keeps_anybody_out_or_leans_sideways(open_window, axe, photograph):
    phone = open_window(NARROW)
    found = []

    def look():
        found.extend(f"{phone.url}: {fault}" for fault in axe(phone))
        if is_sideways(phone):
            found.append(f"{phone.url} leans sideways")

    file(phone, photograph, look)
    onward(phone)
    look()
    phone.locator("a", has_text="时限是怎么算的").first.click()
    look()
    for path in ("/complaints/mine", "/complaints/follow", "/complaints/resume"):
        phone.goto(path)
        look()

    assert found == []


def test_the_suggestion_comes_while_typing_and_gives_its_reasons(page):
    page.goto("/complaints/new")
    page.locator("#f-body").press_sequentially(STORY)

    page.locator(".reading").wait_for()

    assert "餐饮" in page.locator(".reading-title").inner_text()
    assert page.locator(".reading mark").all_inner_texts() == ["面馆"]


def test_the_keyboard_alone_gets_through_a_step(page):
    page.goto("/complaints/new")
    page.locator("#f-body").focus()
    page.keyboard.type(STORY)
    page.locator(".reading").wait_for()
    while page.evaluate("document.activeElement.closest('.onward') === null"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/whom")


def test_an_error_comes_back_with_the_text_and_the_focus_on_what_is_wrong(page):
    page.goto("/complaints/new")
    page.locator("#f-body").fill("短")
    onward(page)

    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.locator("#f-body").input_value() == "短"


def test_the_back_button_brings_back_what_was_typed(page):
    page.goto("/complaints/new")
    page.locator("#f-body").fill(STORY)
    onward(page)
    page.wait_for_url("**/new/whom")
    page.go_back()

    assert page.locator("#f-body").input_value() == STORY


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["phone", "desk"])
def test_an_offer_is_accepted_and_its_performance_confirmed(open_window, committed, photograph, viewport):
    page = open_window(viewport)
    receipt, _secret = file(page, photograph)
    with committed.app_context():
        complaint = db.session.scalars(select(Complaint).where(Complaint.receipt == receipt)).one()
        now, clock = datetime.now(UTC), rulebook.current(db.session())
        green_channel.make_offer(
            complaint, the_merchant(complaint), terms(amount=4_800), now=now, clock=clock
        )
        db.session.commit()
    onward(page)

    page.locator("summary", has_text="接受这个方案").click()
    page.locator("form[action$=accept-offer] button").click()
    page.locator("summary", has_text="我已经收到了").click()
    page.locator("form[action$='/performed'] button").click()

    page.locator(".heading .badge-code", has_text="已办结").wait_for()
    with committed.app_context():
        found = db.session.scalars(select(Complaint).where(Complaint.receipt == receipt)).one()
        assert found.status is Status.CLOSED
