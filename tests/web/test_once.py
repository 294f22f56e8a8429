"""A form that is sent twice in the same instant."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from models import db
from models.repeat import Repeat
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
