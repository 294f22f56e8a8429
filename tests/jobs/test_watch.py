"""Looking after the queues: what failed is tried again or discarded, and Valkey away is said and not suffered."""

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway
from rq import SimpleWorker, Worker
from rq.exceptions import NoSuchJobError

from complaints.errors import Conflict, Unknown
from jobs import watch
from tests.factories import NOW, lodged


def a_failed_job(app, queue="bulk"):
    target = app.extensions["queues"][queue]
    job = target.enqueue("jobs.nothing.of_this_name", failure_ttl=3600)
    SimpleWorker([target], connection=target.connection, serializer="json").work(
        burst=True, logging_level="CRITICAL"
    )
    return job.id


SEEN_AT_WORK: list[watch.Queues] = []


def look_around():
    """A job that looks at the workers while one of them is at this very job."""
    SEEN_AT_WORK.append(watch.queues())


def at_work(app, job):
    target = app.extensions["queues"]["bulk"]
    target.enqueue(f"{__name__}.{job}")
    SEEN_AT_WORK.clear()
    SimpleWorker([target], connection=target.connection, serializer="json").work(
        burst=True, logging_level="CRITICAL"
    )
    return SEEN_AT_WORK[0]


@pytest.mark.usefixtures("redis", "session")
class TestQueues:
    def test_a_worker_is_shown_with_the_job_it_is_at(self, app):
        assert [hand.job for hand in at_work(app, "look_around").hands] == [f"{__name__}.look_around"]

    def test_a_worker_whose_job_has_gone_meanwhile_is_shown_without_one(self, app, monkeypatch):
        def gone(worker):
            raise NoSuchJobError

        monkeypatch.setattr(Worker, "get_current_job", gone)
        assert [hand.job for hand in at_work(app, "look_around").hands] == [""]

    def test_an_empty_queue_is_told_as_such(self):
        seen = watch.queues()
        assert not seen.is_away
        assert [(line.waiting, line.failed) for line in seen.lines] == [(0, 0)] * 3
        assert (seen.hands, seen.failures, seen.beat_at) == ([], [], None)

    def test_a_failed_job_is_shown_with_its_error_and_tried_again(self, app):
        job_id = a_failed_job(app)
        failure = watch.queues().failures[0]
        assert (failure.id, failure.queue) == (job_id, "bulk")
        assert "nothing" in failure.error
        assert watch.retry("bulk", job_id) == "jobs.nothing.of_this_name"
        line = next(line for line in watch.queues().lines if line.name == "bulk")
        assert (line.waiting, line.failed) == (1, 0)
        assert line.oldest_at.tzinfo is not None
        with pytest.raises(Unknown):
            watch.retry("bulk", job_id)

    def test_a_failed_job_is_discarded_once(self, app):
        job_id = a_failed_job(app)
        watch.discard("bulk", job_id)
        assert watch.queues().failures == []
        with pytest.raises(Unknown):
            watch.discard("bulk", job_id)

    def test_of_two_who_discard_it_at_once_the_second_finds_nothing(self, app, monkeypatch):
        job_id = a_failed_job(app)
        found = watch._failed("bulk", job_id)
        watch.discard("bulk", job_id)
        monkeypatch.setattr(watch, "_failed", lambda queue, job_id: found)
        with pytest.raises(Unknown):
            watch.discard("bulk", job_id)

    def test_a_queue_that_is_not_ours_is_unknown(self):
        with pytest.raises(Unknown):
            watch.retry("somebody-elses", "x")


def test_with_valkey_away_it_says_so(app, session, monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway

    monkeypatch.setattr(Redis, "execute_command", away)
    assert watch.queues().is_away
    with pytest.raises(Conflict, match="queue_away"):
        watch.retry("bulk", "x")
    with pytest.raises(Conflict, match="queue_away"):
        watch.discard("bulk", "x")


def test_the_database_tells_what_is_overdue(session):
    complaint = lodged(session).complaint
    due = max(deadline.next_at for deadline in complaint.deadlines if deadline.next_at)
    owed = watch.owed(due)
    assert owed.overdue >= 1
    assert owed.overdue_at <= due
    assert owed.waiting >= owed.late >= 1
    assert watch.owed(NOW).overdue == 0
    assert watch.dead_notices() == []
    with pytest.raises(Unknown):
        watch.owe_again(complaint.notices[0].id, now=NOW)
