"""A form that is sent twice in the same instant."""

import hashlib
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from models import db
from models.codes import Action
from models.repeat import Repeat
from tests.factories import a_shop, lodged
from web import once

ANSWER = "/where/the/first/led"


@pytest.fixture
def claimed(committed):
    """A first click that has done its work and not yet said where it led."""
    with committed.test_request_context("/form", method="POST"):
        row = Repeat(
            scope="form:anonymous", key="one", body_hash="", status_code=None, created_at=datetime.now(UTC)
        )
        db.session.add(row)
        db.session.commit()
        yield committed
        db.session.remove()


def test_the_second_waits_until_the_first_says_where_it_led(claimed, monkeypatch):
    def pause(seconds):
        with claimed.app_context():
            db.session.execute(update(Repeat).values(answer=ANSWER))
            db.session.commit()

    monkeypatch.setattr(once, "sleep", pause)

    assert once._answered("one") == ANSWER


def test_it_does_not_wait_for_ever(claimed, monkeypatch):
    waited = []
    monkeypatch.setattr(once, "sleep", waited.append)

    assert once._answered("one") is None
    assert sum(waited) < 2


def test_other_words_under_the_same_key_are_kept_to_be_sent_and_not_taken_for_the_first(client, session):
    complaint = lodged(session, merchant=a_shop(session)).complaint
    session.commit()
    with client.session_transaction() as marks:
        marks["receipts"] = {complaint.receipt: complaint.id}
    page = f"/complaints/{complaint.receipt}/message"

    for _click in range(2):
        assert client.post(page, data={"reason": "第一次写的话", "once": "k1"}).status_code == 303
    refused = client.post(page, data={"reason": "返回后改写的话", "once": "k1"})

    assert (refused.status_code, "返回后改写的话" in refused.text) == (409, True)
    fresh = re.search(r'name="once" value="([^"]+)"', refused.text)[1]
    assert client.post(page, data={"reason": "返回后改写的话", "once": fresh}).status_code == 303
    session.refresh(complaint)
    said = [event.reason for event in complaint.events if event.action is Action.MESSAGE]
    assert said == ["第一次写的话", "返回后改写的话"]


def test_what_was_sent_is_remembered_under_a_key(app):
    with app.test_request_context("/register", method="POST", data={"password": "long enough"}):
        plain = hashlib.sha256(repr(("/register", [("password", "long enough")])).encode()).hexdigest()

        assert once._body_hash() != plain
