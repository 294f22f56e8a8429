"""Faults among real processes: two sweepers, a worker killed in mid-batch, a queue that forgets everything."""

import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rq import Queue
from sqlalchemy import event, func, select, text

from jobs import beat, escalation, notices
from models import db
from models.codes import Step
from models.complaint import Event
from models.deadline import Deadline, Escalation
from models.notice import Notice
from tests.factories import a_shop, lodged
from tests.processes import PATIENCE, running, until

OVERDUE, FRESH = 120, 80
LARGE = 80_000  # more than a counter may pay: one deadline less


@pytest.fixture
def town(committed, redis):
    """Complaints whose merchants let the first day pass, and newer ones."""
    with committed.app_context():
        session = db.session()
        shop = a_shop(session)
        now = datetime.now(UTC)
        for number in range(OVERDUE):
            lodged(session, merchant=shop, amount=LARGE, now=now - timedelta(hours=30, minutes=number))
        for _ in range(FRESH):
            lodged(session, merchant=shop, amount=LARGE, now=now)
        session.commit()
        yield committed


def expired():
    db.session.rollback()
    return db.session.scalar(select(func.count(Escalation.id)).where(Escalation.step == Step.EXPIRED))


def assert_each_exactly_once():
    """Each overdue deadline has one escalation, one event and its notices, and none of the fresh has any."""
    db.session.rollback()
    overdue = set(
        db.session.scalars(
            select(Deadline.id).where(Deadline.rule_code == "S-11", Deadline.breached_at.is_not(None))
        )
    )
    assert len(overdue) == OVERDUE
    acted = Counter(db.session.scalars(select(Escalation.deadline_id).where(Escalation.step == Step.EXPIRED)))
    assert set(acted.values()) == {1}
    assert set(acted) == overdue
    told = Counter(db.session.scalars(select(Event.complaint_id).where(Event.action == "escalate")))
    assert len(told) == OVERDUE
    assert set(told.values()) == {1}
    owed = db.session.scalars(
        select(Notice.complaint_id).where(Notice.template == "overdue", Notice.recipient == "contact")
    )
    assert Counter(owed) == Counter(dict.fromkeys(told, 1))


def test_two_sweepers_at_once_share_the_work_and_double_nothing(town):
    with running(town, "sweep") as first, running(town, "sweep") as second:
        assert first.wait(PATIENCE) == 0
        assert second.wait(PATIENCE) == 0

    assert_each_exactly_once()


def test_a_sweeper_killed_in_the_middle_leaves_nothing_half_done(town, monkeypatch):
    db.session.execute(
        text(
            "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$"
        )
    )
    db.session.execute(
        text("CREATE TRIGGER slowly BEFORE INSERT ON escalations FOR EACH ROW EXECUTE FUNCTION slowly()")
    )
    db.session.commit()
    with running(town, "sweep") as sweeper:
        until(_is_writing)
        os.killpg(sweeper.pid, signal.SIGKILL)
        sweeper.wait()
    until(lambda: not _is_writing())
    assert expired() < OVERDUE
    db.session.execute(text("DROP TRIGGER slowly ON escalations"))
    db.session.commit()

    escalation.sweep()

    assert_each_exactly_once()


def _is_writing():
    db.session.rollback()
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE 'COPY escalations%' AND state <> 'idle'"
    )
    return db.session.scalar(text(query))


def test_a_worker_killed_with_the_job_in_its_hands_costs_one_beat_at_most(town, redis):
    seen = {}
    beat.beat(town, time.time(), seen)
    with running(town, "worker", "--queue", "sweep") as worker:
        until(lambda: expired() or worker.poll() is not None)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    beat.beat(town, time.time() + 60, seen)
    with running(town, "worker", "--queue", "sweep"):
        until(lambda: expired() == OVERDUE)

    assert_each_exactly_once()


def test_a_queue_that_forgot_everything_loses_no_deadline(town, redis):
    beat.beat(town, time.time(), {})
    redis.flushall()
    beat.beat(town, time.time() + 60, {})

    with running(town, "worker", "--queue", "sweep"):
        until(lambda: expired() == OVERDUE)

    assert_each_exactly_once()


def test_many_beats_put_each_job_on_the_queue_once(town, redis):
    at = time.time()
    for _ in range(3):
        beat.beat(town, at, {})

    counts = {name: queue.count for name, queue in town.extensions["queues"].items()}
    assert counts == Counter(queue for _job, _every, queue in beat.TIMETABLE)


def test_two_senders_at_once_send_each_letter_once(town):
    with running(town, "sweep") as first, running(town, "sweep") as second:
        first.wait(PATIENCE)
        second.wait(PATIENCE)
    notices.send_due()

    db.session.rollback()
    sent = db.session.scalars(
        select(Notice.id).where(Notice.sent_at.is_not(None), Notice.recipient == "contact")
    )
    files = Path(town.config["SETTINGS"].outbox_dir).glob("notice-*.eml")
    assert {f"notice-{id_}" for id_ in sent} <= {file.stem for file in files}


def test_jobs_carry_ids_and_plain_values_only(town, redis):
    beat.beat(town, time.time(), {})

    for queue in town.extensions["queues"].values():
        assert isinstance(queue, Queue)
        for job in queue.jobs:
            assert not job.args
            assert not job.kwargs


def test_the_number_of_jobs_does_not_grow_with_what_is_due(town, redis):
    calls = []
    event.listen(db.engine, "commit", lambda connection: calls.append(1))

    escalation.sweep()

    assert len(calls) <= 2 + OVERDUE // escalation.BATCH + 1
