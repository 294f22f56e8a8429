"""The shell in a real browser: nobody kept out, nothing sideways, keyboard and no script enough."""

import pytest

from tests.browser.conftest import NARROW, WIDE

PAGES = ("/", "/help", "/about", "/privacy", "/accessibility", "/for-merchants", "/nothing-here")


def is_sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("light", ["light", "dark"])
def test_pages_keep_nobody_out(open_window, axe, path, light):
    page = open_window(NARROW if light == "dark" else WIDE, color_scheme=light)
    page.goto(path)
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_pages_fit_a_small_phone(open_window, path, locale):
    page = open_window(NARROW, locale=locale)
    page.goto(path)
    assert not is_sideways(page)


def test_the_keyboard_reaches_the_content_first(page):
    page.goto("/help")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_language_is_one_press_away_and_the_page_stays(phone):
    phone.goto("/help")
    phone.get_by_role("button", name="English").first.click()
    assert phone.url.endswith("/help")
    assert phone.locator("h1").inner_text() == "Help"


def test_the_night_is_chosen_on_every_page(page):
    page.goto("/about")
    page.get_by_role("button", name="深色").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 20, 17)"
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_menu_of_a_phone_opens_without_script(open_window):
    phone = open_window(NARROW, java_script_enabled=False)
    phone.goto("/")
    phone.locator("details.menu > summary").click()
    assert phone.get_by_role("navigation", name="菜单").get_by_role("link", name="帮助").is_visible()


def test_escape_closes_a_menu_and_question_mark_tells_the_shortcuts(open_window):
    phone = open_window(NARROW)
    phone.goto("/")
    menu = phone.locator("details.menu")
    menu.locator("summary").click()
    phone.keyboard.press("Escape")
    assert menu.get_attribute("open") is None

    phone.keyboard.press("?")
    assert phone.locator("#shortcuts").is_visible()


def test_targets_are_large_enough_for_a_thumb(phone):
    phone.goto("/")
    small = phone.evaluate("""
        [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select")]
            .filter((one) => one.offsetParent && !one.closest("p, dd") && !one.classList.contains("skip"))
            .filter((one) => one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML)
    """)
    assert small == []
