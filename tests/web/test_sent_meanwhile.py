"""A second window is still busy with a draft that the first has just sent: the receipt and its secret stand."""

import threading

import pytest
from sqlalchemy import select

from complaints import drafts
from models import db
from models.attachment import Attachment
from tests.factories import lodged
from tests.web.filing_steps import a_photograph, fill, upload
from web.moments import now

SECRET = "SECR-ETSE-CRET"


@pytest.fixture
def browser(committed):
    """A browser with a draft and a file in it, where commits are real."""
    committed.config["WTF_CSRF_ENABLED"] = False
    client = committed.test_client()
    fill(client, "what")
    upload(client, a_photograph())
    return client


def while_sending(app, code, press):
    """Have `press` come upon a draft another request holds and is sending; its answer."""
    answers = []
    with app.app_context():
        session = db.session()
        draft = drafts.lock(session, code, now=now())
        drafts.sent(draft, lodged(session).complaint, SECRET, now=now())
        pressing = threading.Thread(target=lambda: answers.append(press()))
        pressing.start()
        pressing.join(0.3)  # it has read the draft, and waits
        session.commit()
        pressing.join()
    return answers[0]


@pytest.mark.parametrize(
    "press",
    [
        pytest.param(lambda browser: fill(browser, "what"), id="the first step"),
        pytest.param(lambda browser: fill(browser, "contact"), id="a later step"),
        pytest.param(lambda browser: upload(browser, a_photograph(colour="blue")), id="a file"),
        pytest.param(
            lambda browser: browser.post("/complaints/new/evidence/1/remove"), id="taking a file out"
        ),
        pytest.param(lambda browser: browser.post("/complaints/new/discard"), id="throwing it away"),
    ],
)
def test_whoever_comes_too_late_is_led_to_the_receipt(committed, browser, press):
    code = browser.get_cookie("draft").value

    answer = while_sending(committed, code, lambda: press(browser))

    assert answer.status_code == 409
    assert 'href="/complaints/new/receipt"' in answer.text
    with committed.app_context():
        assert drafts.secret_of(drafts.find(db.session(), code, now=now())) == SECRET
        assert len(db.session.scalars(select(Attachment)).all()) == 1
    assert SECRET in browser.get("/complaints/new/receipt").text
