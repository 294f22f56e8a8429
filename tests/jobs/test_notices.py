"""The outbox: each notice goes to whom it is owed, once, in their language and waking hours."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from rq.timeouts import JobTimeoutException
from sqlalchemy import select

from complaints import notices as rules
from complaints.notices import OWED
from jobs import notices, post
from jobs.letters import SENTENCES
from models.codes import Recipient, Role
from models.notice import Notice
from models.people import User
from tests.factories import NOW, a_shop, a_user, lodged

NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # two in the morning in Beijing


@pytest.fixture
def outbox(app, tmp_path, monkeypatch):
    folder = tmp_path / "outbox"
    real = post._into_folder

    def into(message, key, settings):
        real(message, key, replace(settings, outbox_dir=folder))

    monkeypatch.setattr(post, "_into_folder", into)
    return folder


def letters(folder):
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def send(at=NOW):
    with time_machine.travel(at, tick=False):
        return notices.send_due()


def test_a_filed_complaint_is_confirmed_by_mail_without_its_text(session, outbox):
    complaint = lodged(session, merchant=a_shop(session)).complaint
    receipt, body = complaint.receipt, complaint.body
    session.commit()

    send()

    mails = letters(outbox)
    assert {mail["To"] for mail in mails} == {"reader@people.example"}
    text = mails[0].get_content()
    assert receipt in text
    assert f"/complaints/{receipt}" in text
    assert body not in text
    assert "13800138000" not in text


def test_a_merchants_notice_is_spread_to_its_enabled_members(session, outbox):
    shop = a_shop(session)
    for name, enabled in (("first", True), ("second", True), ("gone", False)):
        a_user(session, Role.MERCHANT, merchant=shop, email=f"{name}@shop.example", is_enabled=enabled)
    lodged(session, merchant=shop)
    session.commit()

    send()

    assert {mail["To"] for mail in letters(outbox)} == {
        "reader@people.example",
        "first@shop.example",
        "second@shop.example",
    }


def test_what_came_together_is_one_letter_to_each_person(session, outbox):
    shop = a_shop(session)
    a_user(session, Role.MERCHANT, merchant=shop, email="en@shop.example", locale="en")
    receipts = {lodged(session, merchant=shop).complaint.receipt for _ in range(3)}
    session.commit()

    send()

    [mail] = [mail for mail in letters(outbox) if mail["To"] == "en@shop.example"]
    assert mail["Subject"] == "Green Channel: 3 messages"
    for receipt in receipts:
        assert mail.get_content().count(f"/merchant/complaints/{receipt}") == 1


def test_what_can_wait_is_kept_apart_from_what_cannot(session, outbox):
    shop = a_shop(session)
    a_user(session, Role.MERCHANT, merchant=shop, email="one@shop.example")
    complaint = lodged(session, merchant=shop).complaint
    for number in range(2):
        rules.tell(complaint, "due_soon", [Recipient.MERCHANT], now=NOW, key=str(number))
    session.commit()

    send(NIGHT)
    assert len([mail for mail in letters(outbox) if mail["To"] == "one@shop.example"]) == 1

    send(NIGHT + timedelta(hours=6))
    assert len([mail for mail in letters(outbox) if mail["To"] == "one@shop.example"]) == 2


def test_an_office_is_told_once_of_what_it_receives_and_is_to_decide(session, outbox):
    complaint = lodged(session).complaint
    session.query(User).update({"is_enabled": False})
    a_user(session, Role.OFFICER, department_id=complaint.department_id, email="desk@office.example")
    receipt = complaint.receipt
    session.commit()

    send()

    [mail] = [mail for mail in letters(outbox) if mail["To"] == "desk@office.example"]
    assert receipt in mail["Subject"]


def test_nothing_is_sent_twice(session, outbox):
    shop = a_shop(session)
    a_user(session, Role.MERCHANT, merchant=shop)
    lodged(session, merchant=shop)
    session.commit()

    first = send()
    second = send()

    assert first["sent"] > 0
    assert second == {"spread": 0, "sent": 0}


def test_the_letter_is_in_the_readers_language(session, outbox):
    shop = a_shop(session)
    a_user(session, Role.MERCHANT, merchant=shop, email="en@shop.example", locale="en")
    a_user(session, Role.MERCHANT, merchant=shop, email="zh@shop.example", locale="zh_Hans_CN")
    lodged(session, merchant=shop)
    session.commit()

    send()

    by_reader = {mail["To"]: mail["Subject"] for mail in letters(outbox)}
    assert "Green Channel" in by_reader["en@shop.example"]
    assert "绿色通道" in by_reader["zh@shop.example"]


def owed(session, **values):
    complaint = lodged(session).complaint
    notice = Notice(
        **{
            "key": "a key",
            "template": "overdue",
            "recipient": Recipient.CONTACT,
            "complaint_id": complaint.id,
            "locale": "en",
            "created_at": NOW,
            "send_at": NOW,
            "attempts": 0,
            "last_error": "",
            **values,
        }
    )
    session.query(Notice).update({"sent_at": NOW})
    session.add(notice)
    session.commit()
    return notice.id


def test_what_the_clock_causes_waits_for_the_morning(session, outbox):
    notice_id = owed(session, created_at=NIGHT, send_at=NIGHT)

    send(NIGHT)
    waiting = session.get(Notice, notice_id)
    assert waiting.sent_at is None
    assert waiting.send_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # eight in Beijing

    send(waiting.send_at)
    assert session.get(Notice, notice_id).sent_at is not None


def test_what_a_person_did_is_told_at_any_hour(session, outbox):
    notice_id = owed(session, template="offer", created_at=NIGHT, send_at=NIGHT)

    send(NIGHT)

    assert session.get(Notice, notice_id).sent_at == NIGHT


def test_a_server_that_refuses_is_tried_again_later_and_later_then_given_up(session, monkeypatch):
    notice_id = owed(session, template="offer")

    def refuse(*args):
        raise ConnectionRefusedError

    monkeypatch.setattr(post, "send", refuse)
    at, waits = NOW, []
    for _ in range(len(notices.BACK_OFF) + 1):
        send(at)
        notice = session.get(Notice, notice_id)
        waits.append(notice.send_at - at)
        at = notice.send_at

    assert waits[:-1] == list(notices.BACK_OFF)
    assert session.get(Notice, notice_id).dead_at is not None
    assert session.get(Notice, notice_id).last_error == "ConnectionRefusedError"


def test_one_dead_address_does_not_hold_the_others(session, outbox, monkeypatch):
    shop = a_shop(session)
    a_user(session, Role.MERCHANT, merchant=shop, email="broken@shop.example")
    a_user(session, Role.MERCHANT, merchant=shop, email="fine@shop.example")
    lodged(session, merchant=shop)
    session.commit()
    real = post.send

    def send_some(letter, address, key, settings):
        if address.startswith("broken"):
            raise TimeoutError
        real(letter, address, key, settings)

    monkeypatch.setattr(post, "send", send_some)
    send()

    assert "fine@shop.example" in {mail["To"] for mail in letters(outbox)}
    late = session.scalar(select(Notice).where(Notice.attempts == 1))
    assert late.send_at == NOW + timedelta(minutes=1)


def test_who_dies_with_a_letter_in_hand_sends_no_other_again(session, monkeypatch):
    for _ in range(3):
        lodged(session, merchant=a_shop(session))
    session.commit()
    went = []

    def die_at_the_third(letter, address, key, settings):
        if len(went) == 2:
            raise SystemExit
        went.append(key)

    monkeypatch.setattr(post, "send", die_at_the_third)
    with pytest.raises(SystemExit):
        send()
    session.rollback()

    owed = {f"notice-{n}" for n in session.scalars(select(Notice.id).where(Notice.sent_at.is_(None)))}
    assert owed
    assert not owed & set(went)


def test_a_run_that_took_too_long_is_not_taken_for_a_server_that_refuses(session, monkeypatch):
    notice_id = owed(session, template="offer")

    def take_too_long(*given):
        raise JobTimeoutException

    monkeypatch.setattr(post, "send", take_too_long)
    with pytest.raises(JobTimeoutException):
        send()
    session.rollback()

    assert session.get(Notice, notice_id).attempts == 0


def test_a_letter_that_cannot_be_written_does_not_hold_the_others(session, outbox):
    bad = owed(session, template="offer", params={"due_at": "not an instant"})
    good = Notice(
        key="another key",
        template="offer",
        recipient=Recipient.CONTACT,
        complaint_id=session.get(Notice, bad).complaint_id,
        locale="en",
        created_at=NOW,
        send_at=NOW,
        attempts=0,
        last_error="",
    )
    session.add(good)
    session.commit()
    good_id = good.id

    send()

    assert session.get(Notice, good_id).sent_at == NOW
    assert session.get(Notice, bad).last_error == "ValueError"


def test_every_template_the_rules_can_owe_has_words():
    assert set(OWED) <= set(SENTENCES)
