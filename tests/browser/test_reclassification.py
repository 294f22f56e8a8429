"""A run that reads anew, watched by an administrator: the page follows by itself, also where scripts are off."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

import classifier
from complaints import reclassification as runs
from jobs import reclassification as jobs
from models import db
from models.codes import Role
from models.reclassification import Reclassification
from tests.browser.test_accessibility import AGENT, cookies
from tests.factories import a_suggestion, lodged
from tests.jobs.test_reclassification import Reader

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def complaints(committed, monkeypatch):
    """Five complaints and a newer model that reads them in chunks of two, three of them differently."""
    reader = Reader()
    monkeypatch.setattr(classifier, "model_in_use", lambda directory: reader)
    monkeypatch.setattr(classifier, "model_of", lambda version, directory: reader)
    monkeypatch.setattr(runs, "CHUNK", 2)
    with committed.app_context():
        for code in ("ecommerce", "ecommerce", "other", "catering", "catering"):
            lodged(db.session(), body=f"[{code}]", industry=None, suggestion=a_suggestion())
        db.session.commit()
        yield


def sign_in(committed, page):
    name, value = committed.config["SESSION_COOKIE_NAME"], cookies(committed, Role.ADMIN, {})
    page.context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])


def begin(page):
    page.goto("/admin/reclassification")
    expect(page.get_by_text("5 件投诉").first).to_be_visible()
    page.get_by_role("button", name="开始").dblclick()
    expect(page.get_by_text("已重新阅读 0 件，共 5 件")).to_be_visible()


def test_the_page_follows_a_run_to_its_end_by_itself(committed, open_window, complaints, axe):
    page = open_window(user_agent=AGENT)
    sign_in(committed, page)
    begin(page)
    assert db.session.scalar(select(func.count(Reclassification.id))) == 1

    assert jobs.work()
    expect(page.get_by_text("已重新阅读 2 件，共 5 件")).to_be_visible()
    expect(page.get_by_role("progressbar", name="进度")).to_have_attribute("value", "2")

    while jobs.work():
        pass
    expect(page.get_by_role("heading", name="已全部读完")).to_be_visible()
    expect(page.get_by_role("button", name="开始")).to_be_visible()
    assert page.locator("#run tbody tr").all_inner_texts() == ["餐饮\t电商\t2", "餐饮\t其他\t1"]
    assert axe(page) == []


def test_without_scripts_a_link_shows_how_far_it_is_and_a_button_ends_it(committed, open_window, complaints):
    page = open_window(user_agent=AGENT, java_script_enabled=False)
    sign_in(committed, page)
    begin(page)

    assert jobs.work()
    page.get_by_role("link", name="刷新进度").click()
    expect(page.get_by_text("已重新阅读 2 件，共 5 件")).to_be_visible()

    page.locator("summary", has_text="取消本次运行").click()
    page.get_by_role("button", name="取消本次运行").click()
    expect(page.get_by_role("heading", name="已取消")).to_be_visible()
