"""Whole journeys between several people, each in a browser of their own."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from jobs import escalation
from models import db
from models.codes import Role
from models.complaint import Complaint
from models.organisations import Merchant
from tests.browser.conftest import NARROW
from tests.browser.filing import STORY, file, onward
from tests.factories import a_department, a_user, lodged
from web import passwords

pytestmark = pytest.mark.usefixtures("town")

PASSWORD = "a long enough password"


@pytest.fixture
def somebody(committed):
    """Give a person of a role an account: `somebody(Role.MERCHANT)` returns the address to sign in with."""

    def make(role):
        session = db.session()
        place = {"department": a_department(session, "city-coordination")}
        if role is Role.MERCHANT:
            place = {"merchant": session.scalars(select(Merchant)).one()}
        person = a_user(session, role, password_hash=passwords.hashed(PASSWORD), **place)
        session.commit()
        return person.email

    with committed.app_context():
        yield make


def sign_in(page, email):
    page.goto("/sign-in")
    page.locator("#f-email").fill(email)
    page.locator("#f-password").fill(PASSWORD)
    page.locator("main form .btn-primary").click()


def follow(page, receipt, secret):
    """Open a complaint with what stands on the promise card, in a browser that never saw it."""
    page.goto("/complaints/follow")
    page.locator("#f-receipt").fill(receipt)
    page.locator("#f-secret").fill(secret)
    page.get_by_role("button", name="查看投诉").click()


def confirmed(page, opener, button):
    """Unfold a question and answer it with yes."""
    page.locator("summary", has_text=opener).click()
    page.get_by_role("button", name=button).last.click()


def test_a_complaint_is_settled_in_the_green_channel(open_window, somebody, photograph):
    receipt, secret = file(open_window(NARROW), photograph)

    counter = open_window()
    sign_in(counter, somebody(Role.MERCHANT))
    counter.locator("li.case", has_text=receipt).get_by_role("link").first.click()
    counter.get_by_role("link", name="提出方案").click()
    counter.locator("#f-amount").fill("48")
    counter.get_by_role("button", name="发出方案").click()
    expect(counter.get_by_text("方案已送达消费者")).to_be_visible()

    phone = open_window(NARROW)
    follow(phone, receipt, secret)
    confirmed(phone, "接受这个方案", "接受这个方案")
    counter.reload()
    counter.get_by_role("link", name="报告已经履行").click()
    counter.locator("#f-proof").fill("微信转账 48 元，单号 20261123001")
    counter.get_by_role("button", name="已经办好").click()
    phone.reload()
    expect(phone.get_by_text("单号 20261123001").first).to_be_visible()
    confirmed(phone, "是，已经做到", "是，已经做到")

    expect(phone.locator(".heading .badge-code", has_text="已办结")).to_be_visible()
    expect(phone.locator(".heading .badge-code", has_text="已退款")).to_be_visible()


def test_what_nobody_answers_climbs_until_a_supervisor_sees_it(open_window, committed, somebody):
    email = somebody(Role.SUPERVISOR)
    filed = datetime.now(UTC) - timedelta(days=60)
    with committed.app_context():
        taken = lodged(db.session(), now=filed, merchant=db.session.scalars(select(Merchant)).one())
        receipt, secret = taken.complaint.receipt, taken.secret
        db.session.commit()
        for days in (2, 10, 35, 59):
            assert escalation.sweep((filed + timedelta(days=days)).isoformat())["failed"] == 0

    desk = open_window()
    sign_in(desk, email)
    desk.get_by_role("navigation", name="分类夹").get_by_role("link", name="已逾期").click()
    desk.locator("li.case", has_text=receipt).get_by_role("link").first.click()
    told = desk.locator("main").inner_text()
    assert "绿色通道结束，未达成一致" in told
    assert "已升至 L5 级" in told

    phone = open_window(NARROW)
    follow(phone, receipt, secret)
    expect(phone.locator("#promise")).to_contain_text("市消费争议统筹协调办公室")
    promise = phone.locator(".promises li", has_text="决定是否受理")
    promise.get_by_role("link", name="时限是怎么算的").click()
    expect(phone.locator("main")).to_contain_text("S-01")
    expect(phone.locator("main table")).to_contain_text("不计入")


def test_the_keyboard_alone_files_the_first_two_steps(page):
    page.goto("/complaints/new")
    reach(page, "#f-body")
    page.keyboard.type(STORY)
    page.locator(".reading").wait_for()
    reach(page, ".onward .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/whom")
    reach(page, "#f-merchant_name")
    page.keyboard.type("haolinju")
    page.get_by_role("radio", name="好邻居面馆").wait_for()
    reach(page, "input[name=merchant_id]")
    page.keyboard.press("Space")
    reach(page, ".onward .btn-primary")
    page.keyboard.press("Enter")

    page.wait_for_url("**/new/ask")


def test_the_keyboard_alone_signs_in(page, somebody):
    email = somebody(Role.MERCHANT)
    page.goto("/sign-in")
    reach(page, "#f-email")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/merchant")


def test_two_clicks_and_the_back_button_make_one_complaint(open_window, committed, photograph):
    phone = open_window(NARROW)
    receipt, _secret = file(phone, photograph, send=lambda button: button.dblclick())
    phone.go_back()
    if phone.url.endswith("/check"):
        onward(phone)
    phone.goto("/complaints/new/receipt")

    assert phone.locator("#the-receipt").inner_text() == receipt
    with committed.app_context():
        assert db.session.scalar(select(func.count()).select_from(Complaint)) == 1


def reach(page, selector):
    """Press Tab until what `selector` finds has the focus."""
    for _press in range(60):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reached {selector}")
