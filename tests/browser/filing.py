"""Walking through the filing form as a person would, one page after the other."""

import re

from classifier import Evidence
from tests.factories import said

STORY = "昨天中午在面馆吃面，面里有钢丝球，要求退款，老板不肯。"
SAID = said(evidence=(Evidence(5, 7, "面馆", 1.0),))


def onward(page):
    page.locator(".onward .btn-primary").click()


def file(page, photograph, look=lambda: None, send=lambda button: button.click()):
    """Walk through the form from the first step to the promise card, looking at every page on the way."""
    page.goto("/complaints/new")
    look()
    page.locator("#f-body").fill(STORY)
    onward(page)
    page.locator("#f-merchant_name").fill("haolinju")
    if page.evaluate("typeof htmx") == "undefined":
        page.locator("button[name=look]").click()
    page.get_by_role("radio", name=re.compile("好邻居面馆")).check()
    look()
    onward(page)
    page.get_by_role("checkbox", name="退款").check()
    page.locator("#f-amount").fill("￥４８元")
    look()
    onward(page)
    page.locator("#f-files").set_input_files(photograph)
    page.locator("form .btn-secondary", has_text="添加").click()
    page.locator(".evidence-thumb").wait_for()
    look()
    onward(page)
    page.locator("#f-name").fill("张小明")
    page.locator("#f-phone").fill("13800138000")
    page.locator("#f-opts_in").check()
    page.locator("#f-is_honest").check()
    look()
    onward(page)
    look()
    send(page.locator(".onward .btn-primary"))
    page.locator(".keepsake").wait_for()
    look()
    return page.locator(".keepsake-code").all_inner_texts()
