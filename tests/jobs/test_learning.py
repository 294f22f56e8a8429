"""Counting about the classifier by the hour: repeatable, side by side, and heard of in the log."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from complaints.deadlines import LAW_ZONE
from jobs import learning
from models import db
from models.codes import Industry
from models.learning import ReadingDay, VocabularyDay
from tests.complaints.test_readings import decide
from tests.factories import a_suggestion, lodged

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def read(session, industry=Industry.CATERING, body="昨天在店里吃面，面里有头发，老板不认账。"):
    said = a_suggestion(industry=industry, at=YESTERDAY)
    return lodged(session, suggestion=said, industry=None, opts_in=False, now=YESTERDAY, body=body).complaint


def sums(session):
    return session.scalar(select(func.sum(ReadingDay.complaints))) or 0


def test_readings_and_words_are_counted_once_however_often_it_runs(session):
    for _ in range(3):
        read(session)
    read(session, body="A hair in my noodles, and the owner will not pay me back.")
    session.commit()

    assert learning.count()["rows"] == 1
    assert learning.count() == {"rows": 1, "days": 0}

    assert sums(session) == 4
    day = session.get_one(VocabularyDay, YESTERDAY.astimezone(LAW_ZONE).date())
    assert (day.texts, day.unknown < day.words, 0 < day.usual < 0.15) == (3, True, True)


def test_words_nobody_taught_are_counted_without_names(session):
    for _ in range(2):
        read(session, body="我叫王建国，在店里买到盲盒潮玩隐藏款，电话13800138000，卖家失联。")
    session.commit()

    learning.count()

    day = session.get_one(VocabularyDay, YESTERDAY.astimezone(LAW_ZONE).date())
    assert day.new_words
    assert not any("建国" in word or "138" in word for word in day.new_words)


def test_what_calls_for_somebody_is_said_once_a_day_and_names_nobody(session, caplog):
    for _ in range(40):
        decide(session, read(session), Industry.PREPAID_CARD)
    session.commit()

    with caplog.at_level(logging.WARNING, "jobs.learning"):
        learning.count()
        learning.count()

    (said,) = [record for record in caplog.records if record.name == "jobs.learning"]
    assert (said.sign, said.industry, said.value) == ("errs_in_one", "prepaid_card", 0.0)


def test_two_counts_at_once_take_turns_and_double_nothing(committed):
    with committed.app_context():
        session = db.session()
        for _ in range(5):
            read(session)
        session.commit()
    failed = []

    def count():
        try:
            with committed.app_context():
                learning.count()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with committed.app_context():
        assert sums(db.session()) == 5
