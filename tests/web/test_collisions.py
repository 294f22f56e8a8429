"""Two people press at the same instant: one is first, the other is told, and nothing is done twice."""

import threading

import pytest
from sqlalchemy import select, update

from complaints import accounts, green_channel, rulebook, staff
from complaints.errors import Conflict
from models import db
from models.codes import OfferStatus, Role
from models.organisations import Merchant
from models.people import User
from models.settlement import Agreement, Offer
from tests.factories import a_shop, a_user, lodged, terms, the_merchant
from web.moments import now


@pytest.fixture
def standing(committed):
    """A complaint with an offer of the merchant on the table, in a database where commits are real."""
    committed.config["WTF_CSRF_ENABLED"] = False
    with committed.app_context():
        session = db.session()
        merchant = session.get(Merchant, a_shop(session).id)
        complaint = lodged(session, now=now(), merchant=merchant).complaint
        when = {"now": now(), "clock": rulebook.current(session)}
        offer = green_channel.make_offer(complaint, the_merchant(complaint), terms(days=90), **when)
        session.commit()
        return complaint.receipt, complaint.id, offer.id


def presses(app, held, *forms):
    """Send each form from a browser of its own that holds the receipt, all at once; the status codes, sorted."""
    gate, codes = threading.Barrier(len(forms)), []

    def press(url, data):
        browser = app.test_client()
        with browser.session_transaction() as marks:
            marks["receipts"] = held
        gate.wait()
        codes.append(browser.post(url, data=data).status_code)

    at_once(press, *forms)
    return sorted(codes)


def at_once(work, *given):
    """Run `work` with each of `given` in a thread of its own, to the end."""
    threads = [threading.Thread(target=work, args=each) for each in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_offer_accepted_twice_at_once_makes_one_agreement(committed, standing):
    receipt, complaint_id, offer_id = standing
    form = (f"/complaints/{receipt}/accept-offer", {"offer_id": offer_id})

    first, second = presses(committed, {receipt: complaint_id}, form, form)

    assert first == 303
    assert second in {409, 410}
    with committed.app_context():
        assert len(db.session.scalars(select(Agreement)).all()) == 1


def test_an_offer_is_accepted_or_left_behind_and_never_both(committed, standing):
    receipt, complaint_id, offer_id = standing
    page = f"/complaints/{receipt}"

    codes = presses(
        committed,
        {receipt: complaint_id},
        (f"{page}/accept-offer", {"offer_id": offer_id}),
        (f"{page}/leave", {}),
    )

    assert codes[0] == 303
    assert codes[1] in {409, 410}
    with committed.app_context():
        agreed = db.session.scalars(select(Agreement)).all()
        accepted = db.session.get(Offer, offer_id).status is OfferStatus.ACCEPTED
        assert len(agreed) == accepted


def test_two_who_register_the_same_address_at_once_get_one_account_and_a_sentence(committed, monkeypatch):
    committed.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    gate, codes, look = threading.Barrier(2), [], accounts.by_email

    def by_email(session, email):
        found = look(session, email)
        gate.wait()
        return found

    def register(name):
        password = {"password": "long enough pass 12", "again": "long enough pass 12"}
        given = {"email": "reader@people.example", "name": name, **password}
        codes.append(committed.test_client().post("/register", data=given).status_code)

    monkeypatch.setattr(accounts, "by_email", by_email)
    at_once(register, ["甲"], ["乙"])

    assert sorted(codes) == [303, 409]


def test_two_administrators_who_disable_each_other_at_once_do_not_both_go(committed):
    with committed.app_context():
        session = db.session()
        session.execute(update(User).where(User.role == Role.ADMIN).values(is_enabled=False))
        pair = [a_user(session, Role.ADMIN, password_hash="set").id for _ in range(2)]
        session.commit()
    gate, refused = threading.Barrier(2), []

    def disable(actor_id, other_id):
        with committed.app_context():
            session = db.session()
            other = staff.one(session, other_id)
            gate.wait()
            try:
                staff.disable(session, other, actor_id, "离职", now=now())
                session.commit()
            except Conflict as refusal:
                refused.append(refusal.code)

    at_once(disable, pair, pair[::-1])

    assert refused == ["last_administrator"]
