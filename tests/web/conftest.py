"""Visitors of the pages who have signed in."""

import pytest
from flask import session as kept
from flask_login import login_user


@pytest.fixture
def sign_in(app, client, session):
    """Make `client` the browser of a person, without the cost of a password: sign_in(a_user(session))."""

    def sign_in_as(person):
        session.commit()
        browser = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": client.environ_base["HTTP_USER_AGENT"]}
        with app.test_request_context(environ_base=browser):
            login_user(person)
            marks = {**kept, "epoch": person.session_epoch}
        with client.session_transaction() as browsers:
            browsers.update(marks)
        return person

    return sign_in_as
