"""Drafts: opened by their code alone, sent once, gone in time."""

import threading
from datetime import timedelta

import pytest

from complaints import drafts, evidence
from complaints.errors import Gone
from complaints.evidence import Stored
from models import db
from models.draft import Draft
from tests.factories import NOW, lodged

DAY = timedelta(days=1)


def test_a_draft_is_found_by_its_code_in_any_form(session):
    draft, code = drafts.begin(session, now=NOW)
    session.flush()

    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", "").replace("0", "O")):
        assert drafts.find(session, typed, now=NOW) is draft


def test_another_code_finds_nothing(session):
    _draft, code = drafts.begin(session, now=NOW)
    session.flush()

    assert drafts.find(session, code[:-1], now=NOW) is None
    assert drafts.find(session, "", now=NOW) is None


def test_neither_code_nor_answers_can_be_read_in_the_database(session):
    draft, code = drafts.begin(session, now=NOW)
    drafts.keep(draft, "what", {"body": "店家不退款"}, now=NOW)
    session.flush()

    kept = session.connection().exec_driver_sql("SELECT * FROM drafts").one()
    assert code not in str(kept)
    assert "店家不退款".encode() not in bytes(kept.answers)


def test_each_step_keeps_its_own_answers_and_the_last_ones_count(session):
    draft, _code = drafts.begin(session, now=NOW)
    drafts.keep(draft, "what", {"body": "甲"}, now=NOW)
    drafts.keep(draft, "whom", {"merchant_name": "乙"}, now=NOW)
    drafts.keep(draft, "what", {"body": "丙"}, now=NOW)

    assert drafts.answers(draft) == {"what": {"body": "丙"}, "whom": {"merchant_name": "乙"}}
    assert draft.step == "what"


def test_going_on_keeps_a_draft_longer(session):
    draft, code = drafts.begin(session, now=NOW)
    drafts.reached(draft, "evidence", now=NOW + 10 * DAY)
    session.flush()

    assert drafts.find(session, code, now=NOW + 20 * DAY) is draft
    assert drafts.find(session, code, now=NOW + 24 * DAY) is None


def test_a_sent_draft_forgets_what_was_typed_and_soon_the_secret_too(session):
    draft, code = drafts.begin(session, now=NOW)
    drafts.keep(draft, "contact", {"name": "张小明"}, now=NOW)
    taken = lodged(session)
    drafts.sent(draft, taken.complaint, taken.secret, now=NOW)
    session.flush()

    assert drafts.secret_of(draft) == taken.secret
    assert "张小明" not in draft.answers
    assert drafts.find(session, code, now=NOW + drafts.KEPT_AFTER_SENDING) is None


def test_a_thrown_away_draft_is_empty_and_gone(session):
    draft, code = drafts.begin(session, now=NOW)
    drafts.keep(draft, "what", {"body": "甲"}, now=NOW)
    drafts.discard(draft, now=NOW)
    session.flush()

    assert drafts.find(session, code, now=NOW) is None
    assert drafts.answers(draft) == {}
    assert drafts.expired(session, now=NOW) == [draft]


def test_sending_needs_a_draft_that_is_still_there(session):
    with pytest.raises(Gone):
        drafts.lock(session, "ABCD-EFGH-JKMN-PQRS", now=NOW)


def test_locking_reads_what_another_sender_wrote(session):
    draft, code = drafts.begin(session, now=NOW)
    session.flush()
    session.connection().exec_driver_sql("UPDATE drafts SET step = 'sent'")

    assert drafts.lock(session, code, now=NOW).step == "sent"
    assert isinstance(draft, Draft)


def test_a_step_waits_while_another_is_kept_and_loses_nothing_of_it(committed):
    with committed.app_context():
        _draft, code = drafts.begin(db.session(), now=NOW)
        db.session.commit()
    held, done = threading.Event(), []

    def keep(step, given, before=None):
        with committed.app_context():
            draft = drafts.lock(db.session(), code, now=NOW)
            held.set()
            drafts.keep(draft, step, given, now=NOW)
            if before is not None:
                before.join(0.1)
            done.append(step)
            db.session.commit()

    other = threading.Thread(target=lambda: held.wait() and keep("ask", {"amount": "1"}))
    other.start()
    keep("what", {"body": "甲"}, before=other)
    other.join()

    assert done == ["what", "ask"]
    with committed.app_context():
        kept = drafts.find(db.session(), code, now=NOW)
        assert drafts.answers(kept) == {"what": {"body": "甲"}, "ask": {"amount": "1"}}


def test_a_code_is_written_in_groups_of_four():
    assert drafts.written("abcd efgh 0o1i 2345") == "ABCD-EFGH-0011-2345"


def test_a_draft_that_ran_out_names_its_files_for_whoever_removes_them(session):
    draft, _code = drafts.begin(session, now=NOW)
    session.flush()
    stored = Stored("image/jpeg", "jpg", 10, "0" * 64, "original/00/x", "shown/00/x")
    evidence.add_to_draft(session, draft, [stored], now=NOW)
    session.flush()

    over = drafts.expired(session, now=NOW + 15 * DAY)

    assert over == [draft]
    assert drafts.files_of(session, over) == ["original/00/x", "shown/00/x"]
    assert drafts.expired(session, now=NOW) == []
