"""A lost secret: whoever reads the mail of the complaint gets a new one, and nobody else learns anything."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import intake, receipts, recovery
from jobs import letters
from models.notice import Notice
from tests.factories import NOW, lodged

ADDRESS = "wang@example.org"


@pytest.fixture(autouse=True)
def noon(time_machine):
    return time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lost(session):
    """A complaint filed with an address, and the secret that its consumer has lost."""
    taken = lodged(session, person=intake.Person(name="王女士", email=ADDRESS))
    session.commit()
    return taken


def ask(client, receipt, email=ADDRESS):
    return client.post("/complaints/lost-secret", data={"receipt": receipt, "email": email})


def owed(session):
    return session.scalars(select(Notice).where(Notice.template == recovery.TEMPLATE)).all()


def link(app, session):
    with app.test_request_context():
        text = letters.write(owed(session)[0], "en", app.config["SETTINGS"]).text
    return re.search(r"/complaints/new-secret/\S+", text)[0]


def shown(answer):
    return re.search(r'id="the-secret"[^>]*>([^<]+)<', answer.text)[1]


def opens(client, receipt, secret):
    answer = client.post("/complaints/follow", data={"receipt": receipt, "secret": secret})
    return answer.status_code == 303


def test_the_letter_leads_to_a_new_secret_and_the_old_one_is_done_with(app, client, session, lost):
    receipt = lost.complaint.receipt
    assert ask(client, receipt.lower(), f" {ADDRESS.upper()} ").status_code == 200

    made = client.post(link(app, session))

    assert opens(app.test_client(), receipt, shown(made))
    assert not opens(app.test_client(), receipt, lost.secret)
    assert client.get(f"/complaints/{receipt}").status_code == 200


def test_looking_at_the_link_changes_nothing(app, client, session, lost):
    ask(client, lost.complaint.receipt)

    assert client.get(link(app, session)).status_code == 200

    assert opens(client, lost.complaint.receipt, lost.secret)


def test_a_second_click_shows_the_same_secret(app, client, session, lost):
    ask(client, lost.complaint.receipt)
    path = link(app, session)

    assert shown(client.post(path)) == shown(client.post(path))


@pytest.mark.parametrize("after", [timedelta(hours=2), timedelta(days=30)], ids=str)
def test_the_link_ends_after_two_hours(app, client, session, lost, time_machine, after):
    ask(client, lost.complaint.receipt)
    path = link(app, session)
    time_machine.move_to(NOW + after, tick=False)

    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]


def test_a_link_of_somebodys_own_making_opens_nothing(client, lost):
    assert client.post("/complaints/new-secret/WzEsICIyMDI2Il0.made-up").status_code == 410


def test_the_answer_is_the_same_whoever_asks(client, session, lost):
    right = ask(client, lost.complaint.receipt)
    wrong = ask(client, lost.complaint.receipt, "somebody@else.example")
    nobody = ask(client, receipts.new_receipt())

    assert right.status_code == wrong.status_code == nobody.status_code == 200
    assert wrong.text.replace("somebody@else.example", ADDRESS) == right.text == nobody.text
    assert len(owed(session)) == 1


def test_one_filed_without_an_address_is_written_to_by_nobody(client, session):
    taken = lodged(session, person=intake.Person(name="王女士", phone="13800138000"))
    session.commit()

    assert ask(client, taken.complaint.receipt, "").status_code == 422
    assert ask(client, taken.complaint.receipt).status_code == 200
    assert owed(session) == []


@pytest.mark.parametrize("receipt", ["", "GC12", "x" * 500, "\x00"])
def test_what_is_no_receipt_is_said_so_and_stays_in_the_form(client, receipt):
    answer = ask(client, receipt)

    assert answer.status_code == 422
    assert ADDRESS in answer.text
