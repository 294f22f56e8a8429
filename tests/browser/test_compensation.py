"""Advance compensation from asking to money, between a consumer on a phone and whoever pledged, at a counter."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from complaints import compensation, rulebook
from models import db
from models.codes import Role
from models.organisations import Merchant
from tests.browser.conftest import NARROW
from tests.browser.test_journeys import PASSWORD, confirmed, follow, sign_in
from tests.browser.test_shell import is_sideways
from tests.factories import a_shop, a_user, lodged
from web import passwords

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def opened(committed):
    """Receipt and secret of a complaint about a shop of a shopping centre that pledged, and who decides for that."""
    with committed.app_context():
        session = db.session()
        shop = session.scalars(select(Merchant)).one()
        shop.platform = a_shop(session, name="和平里购物中心")
        manager = a_user(
            session, Role.MERCHANT, merchant=shop.platform, password_hash=passwords.hashed(PASSWORD)
        )
        taken = lodged(session, now=datetime.now(UTC), merchant=shop)
        when = {"now": datetime.now(UTC), "clock": rulebook.current(session)}
        compensation.unlock(taken.complaint, "S-12", **when)
        session.commit()
        yield taken.complaint.receipt, taken.secret, manager.email


def test_it_is_asked_for_approved_and_paid(open_window, opened, axe):
    receipt, secret, email = opened
    phone, counter = open_window(NARROW), open_window()

    follow(phone, receipt, secret)
    box = phone.locator("#compensation")
    expect(box).to_contain_text("最高金额")
    assert (axe(phone), is_sideways(phone)) == ([], False)
    confirmed(phone, "申请赔偿先付", "申请赔偿先付")
    expect(box).to_contain_text("您已提出申请")
    expect(box).to_contain_text("决定是否先行赔付")

    sign_in(counter, email)
    counter.get_by_role("link", name="赔偿先付").first.click()
    counter.locator("li.case", has_text=receipt).get_by_role("link").first.click()
    counter.get_by_role("link", name="批准赔偿先付").click()
    assert axe(counter) == []
    counter.locator("#f-amount").fill("480")
    counter.get_by_role("button", name="批准赔偿先付").click()
    expect(counter.locator("#f-amount-error, .field.has-error").first).to_contain_text("不超过诉求金额")
    counter.locator("#f-amount").fill("48")
    counter.get_by_role("button", name="批准赔偿先付").click()
    counter.get_by_role("link", name="登记付款").click()
    counter.locator("#f-reference").fill("银行转账 20261124001")
    counter.get_by_role("button", name="登记付款").click()
    expect(counter.locator("#compensation")).to_contain_text("已向消费者付款")

    phone.reload()
    expect(box).to_contain_text("银行转账 20261124001")
    assert (axe(phone), is_sideways(phone)) == ([], False)
    confirmed(phone, "已经收到，问题解决了", "已经收到，问题解决了")
    expect(phone.locator(".heading .badge-code", has_text="已赔偿")).to_be_visible()
