"""A real browser on a live server. Pages opened here must keep their own policy and load all they ask for."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import classifier
from complaints import merchants
from models import db
from tests.browser import chromium
from tests.browser.filing import SAID
from tests.factories import a_shop
from tests.web.filing_steps import a_photograph
from web import pinyin

HERE = Path(__file__).resolve().parent
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        found = chromium.find(playwright.chromium.executable_path)
        if found is None:
            pytest.skip(
                "NO CHROMIUM: no test in a browser runs. "
                "Install chromium, name one in CHROMIUM_PATH, or run `make setup-dev`."
            )
        browser = playwright.chromium.launch(
            executable_path=found.path, args=found.arguments, env=os.environ | found.env
        )
        yield browser
        browser.close()


@pytest.fixture
def open_window(browser, live_server):
    """Make a visitor with cookies of its own: `open_window(NARROW)`, `open_window(locale="en-GB")`."""
    contexts, complaints = [], []

    def open_window(viewport=WIDE, locale="zh-CN", **options):
        context = browser.new_context(
            base_url=live_server,
            viewport=viewport,
            locale=locale,
            timezone_id="Asia/Shanghai",
            has_touch=viewport == NARROW,
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if is_fault(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def is_fault(message):
    """What a developer would see in red, but for answers that a test itself provoked."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text


@pytest.fixture
def page(open_window):
    """A visitor at a desk, reading Chinese."""
    return open_window()


@pytest.fixture
def phone(open_window):
    """A visitor on a small phone, reading Chinese."""
    return open_window(NARROW)


@pytest.fixture
def axe():
    """Ask `axe(page)` for what would keep people out; it should be an empty list.

    `axe(page, "color-contrast")` asks for that alone, where nothing but the colours is new.
    """

    def violations(page, rule=None):
        only = {"type": "rule", "values": [rule]} if rule else STANDARDS
        found = Axe().run(page, options={"runOnly": only})
        return [
            f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
            for each in found.response["violations"]
            for node in each["nodes"]
        ]

    return violations


@pytest.fixture
def town(committed, monkeypatch):
    """A member of the green channel to complain about, and a classifier that has made up its mind."""
    monkeypatch.setattr(classifier, "suggest", lambda text, directory=None: SAID)
    with committed.app_context():
        shop = a_shop(db.session(), name="好邻居面馆", address="东直门内大街5号")
        merchants.make_findable(shop, pinyin.readings(shop.name))
        db.session.commit()


@pytest.fixture
def photograph(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(a_photograph()[0].getvalue())
    return path
