"""Signing in and out, accounts, and one-time ways in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import accounts
from jobs import links
from models.codes import Role
from models.complaint import Complaint
from models.people import Invitation, User
from tests.factories import NOW, a_shop, a_user, lodged
from web import auth, passwords
from web.moments import now

PASSWORD = "four plain words here"


@pytest.fixture
def person(app, session):
    user = a_user(
        session, Role.CONSUMER, email="Reader@People.example", password_hash=passwords.hashed(PASSWORD)
    )
    session.commit()
    return user


def enter(client, email="reader@people.example", password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def is_in(client):
    return client.get("/account").status_code == 200


def test_the_right_password_opens_in_any_case_of_the_address(client, person):
    answer = enter(client, "READER@people.EXAMPLE ")

    assert answer.status_code == 303
    assert is_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("reader@people.example", "wrong words here"),
        ("nobody@people.example", PASSWORD),
        ("not one", PASSWORD),
        ("", ""),
    ],
)
def test_anything_else_is_refused_with_the_address_kept(client, person, email, password):
    answer = enter(client, email, password)

    assert answer.status_code == 422
    assert email in answer.text
    assert password not in answer.text or not password
    assert not is_in(client)


def test_a_disabled_person_does_not_come_in_and_does_not_stay_in(client, session, person):
    enter(client)
    person.is_enabled = False
    person.session_epoch += 1
    session.commit()
    assert not is_in(client)

    assert enter(client).status_code == 422


def test_attempts_on_an_address_are_counted_together_and_the_address_is_not_told(app):
    def counted(typed):
        with app.test_request_context("/sign-in", method="POST", data={"email": typed}):
            return auth._by_address()

    assert counted("reader@people.example") == counted(" Reader@People.example ")
    assert counted("reader@people.example") != counted("other@people.example")
    assert "people" not in counted("reader@people.example")


def test_signing_out_forgets_everything_of_the_session(client, person):
    enter(client)

    client.post("/sign-out")

    assert not is_in(client)
    with client.session_transaction() as browser:
        assert "_user_id" not in browser


@pytest.mark.parametrize(
    ("wanted", "ends_at"),
    [
        ("/account", "/account"),
        ("https://elsewhere.example/", "/complaints"),
        ("//elsewhere.example", "/complaints"),
        ("/\\elsewhere.example", "/complaints"),
        ("javascript:alert(1)", "/complaints"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(client, person, wanted, ends_at):
    answer = enter(client, next=wanted)

    assert answer.location.startswith(ends_at)


def test_what_needs_a_sign_in_leads_there_and_back(client, person):
    answer = client.get("/account")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/account"


def test_registering_gives_an_account_and_the_complaints_opened_in_this_browser(client, session):
    complaint = lodged(session).complaint
    session.commit()
    with client.session_transaction() as browser:
        browser["receipts"] = {complaint.receipt: complaint.id}

    answer = client.post(
        "/register", data={"name": "张小明", "email": "new@people.example", "password": PASSWORD}
    )

    assert answer.status_code == 303
    user = session.scalar(select(User).where(User.email == "new@people.example"))
    assert session.get(Complaint, complaint.id).consumer_id == user.id
    assert user.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize("password", ["short", "1111111111", "password123", "x" * 201, ""])
def test_a_weak_password_is_refused_and_the_rest_kept(client, session, password):
    answer = client.post(
        "/register", data={"name": "张小明", "email": "new@people.example", "password": password}
    )

    assert answer.status_code == 422
    assert "张小明" in answer.text
    assert session.scalar(select(User).where(User.email == "new@people.example")) is None


def test_an_address_is_registered_once(client, session, person):
    answer = client.post(
        "/register", data={"name": "Somebody", "email": "reader@people.example", "password": PASSWORD}
    )

    assert answer.status_code == 409


def test_registering_twice_by_a_double_click_makes_one_account(client, session):
    form = {"name": "张小明", "email": "new@people.example", "password": PASSWORD, "once": "token-1"}
    client.post("/register", data=form)

    answer = client.post("/register", data=form)

    assert answer.status_code in {303, 409}
    assert len(session.scalars(select(User).where(User.email == "new@people.example")).all()) == 1


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client, session, person, time_machine):
    time_machine.move_to(NOW, tick=False)  # a form's proof of origin holds the second it was made
    known = client.post("/password", data={"email": "reader@people.example"})
    unknown = client.post("/password", data={"email": "nobody@people.example"})

    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("reader@", "nobody@") == unknown.text
    assert session.scalar(select(Invitation.user_id)) == person.id


def test_an_invitation_works_once_and_ends_every_other_session(app, client, session, person):
    elsewhere = app.test_client()
    enter(elsewhere)
    invitation = accounts.invite(session, person, now=now())
    session.commit()
    url = links.invitation(invitation)
    form = {"password": "some other plain words", "again": "some other plain words"}

    assert client.get(url).status_code == 200
    assert client.post(url, data=form).status_code == 303
    assert is_in(client)
    assert not is_in(elsewhere)
    assert client.post(url, data=form).status_code == 410
    assert client.get("/invitations/nonsense").status_code == 410


def test_a_newer_invitation_ends_the_older(session, person):
    older = accounts.invite(session, person, now=NOW)
    accounts.invite(session, person, now=NOW + timedelta(hours=1))

    session.refresh(older)

    assert older.used_at is not None


def test_changing_the_password_needs_the_one_before(client, session, person):
    enter(client)
    form = {"password": "some other plain words", "again": "some other plain words"}

    assert client.post("/account/password", data={**form, "current": "wrong"}).status_code == 422
    assert client.post("/account/password", data={**form, "current": PASSWORD}).status_code == 303
    assert is_in(client)
    client.post("/sign-out")
    assert enter(client).status_code == 422


def test_the_account_keeps_name_language_and_zone(client, session, person):
    enter(client)

    client.post("/account", data={"name": "Zhang", "locale": "en", "timezone": "Europe/Paris"})

    session.refresh(person)
    assert (person.name, person.locale, person.timezone) == ("Zhang", "en", "Europe/Paris")
    assert client.post("/account", data={"name": "Z", "locale": "xx", "timezone": "Mars"}).status_code == 422


def test_a_merchant_comes_to_its_inbox(client, session):
    a_user(
        session,
        Role.MERCHANT,
        merchant=a_shop(session),
        email="m@shop.example",
        password_hash=passwords.hashed(PASSWORD),
    )
    session.commit()

    assert enter(client, "m@shop.example").location == "/merchant"
