"""Reading anew among real processes: two workers, one killed in mid-chunk, a queue that forgets, two who begin at once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from classifier import corpus, storage, training
from complaints import reclassification as runs
from jobs import beat
from jobs import reclassification as jobs
from models import db
from models.complaint import Complaint
from models.notice import Notice
from models.reclassification import Reclassification, ReclassificationChunk
from models.suggestion import Suggestion
from tests.factories import a_suggestion, lodged
from tests.processes import PATIENCE, ROOT, environment, running, until

COMPLAINTS, SIZE = 120, 10


@pytest.fixture(scope="module")
def model_directory(tmp_path_factory):
    """A small model in use."""
    by_label = {}
    for example in corpus.read(corpus.TRAIN):
        if example.language.startswith("zh"):
            by_label.setdefault(example.label, []).append(example)
    examples = [example for label in sorted(by_label) for example in by_label[label][:60]]
    directory = tmp_path_factory.mktemp("models")
    storage.save(directory, training.fit(examples, examples[::5]).stored("newer"))
    storage.promote(directory, "newer")
    return directory


@pytest.fixture
def town(committed, redis, model_directory, monkeypatch):
    """Complaints that an older model read, and a run over them in small chunks that has just begun."""
    monkeypatch.setenv("MODEL_DIR", str(model_directory))
    monkeypatch.setitem(committed.config, "MODEL_DIR", str(model_directory))
    monkeypatch.setattr(runs, "CHUNK", SIZE)
    with committed.app_context():
        session, now = db.session(), datetime.now(UTC)
        bodies = [
            "外卖里有虫，商家不肯退款。",
            "健身房关门跑路，卡里还有三千块。",
            "煤气泄漏，老人昏倒送医院抢救。",
        ]
        for number in range(COMPLAINTS):
            lodged(session, now=now, industry=None, suggestion=a_suggestion(), body=bodies[number % 3])
        session.commit()
        yield committed


@pytest.fixture
def run(town):
    begun = jobs.begin(open_only=False, actor_id=None)
    db.session.commit()
    return begun.id


@pytest.fixture
def slowly(town):
    """Each reading takes a while to be written."""
    db.session.execute(
        text(
            "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END $$"
        )
    )
    db.session.execute(
        text("CREATE TRIGGER slowly BEFORE INSERT ON suggestions FOR EACH ROW EXECUTE FUNCTION slowly()")
    )
    db.session.commit()

    def no_more():
        db.session.execute(text("DROP TRIGGER slowly ON suggestions"))
        db.session.commit()

    return no_more


def writing():
    """How many write readings at this moment."""
    db.session.rollback()
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE 'COPY suggestions%' AND state <> 'idle'"
    )
    return db.session.scalar(text(query))


def has_ended(run):
    db.session.rollback()
    return db.session.scalar(select(Reclassification.ended_at).where(Reclassification.id == run))


def read():
    """How often each complaint was read by the newer model."""
    db.session.rollback()
    return Counter(
        db.session.scalars(select(Suggestion.complaint_id).where(Suggestion.model_version == "newer"))
    )


def counted(run):
    return db.session.scalar(
        select(func.sum(ReclassificationChunk.read)).where(ReclassificationChunk.run_id == run)
    )


def assert_each_exactly_once(run):
    everybody = db.session.scalars(select(Complaint.id)).all()
    assert len(everybody) == COMPLAINTS
    assert read() == Counter(everybody)
    assert counted(run) == COMPLAINTS
    letters = select(func.count(Notice.id)).where(
        Notice.template == "danger_suspected", Notice.recipient == "department"
    )
    assert db.session.scalar(letters) <= 2  # one an hour for the one office


def enqueue_resume(app, later=0):
    beat.beat(app, time.time() + later, {})


def test_two_workers_share_the_chunks_and_double_nothing(town, run, slowly):
    with running(town, "worker", "--queue", "bulk"), running(town, "worker", "--queue", "bulk"):
        until(lambda: len(town.extensions["redis"].smembers("rq:workers:bulk")) == 2)
        enqueue_resume(town)
        until(lambda: writing() == 2)
        slowly()
        until(lambda: has_ended(run))

    assert_each_exactly_once(run)


def test_a_worker_killed_in_the_middle_of_a_chunk_leaves_it_whole_for_the_next(town, run, slowly):
    enqueue_resume(town)
    with running(town, "worker", "--queue", "bulk") as worker:
        until(lambda: len(read()) >= SIZE and writing())
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    until(lambda: not writing())

    so_far = read()
    assert SIZE <= len(so_far) < COMPLAINTS
    assert len(so_far) % SIZE == 0
    assert counted(run) == len(so_far)
    assert not has_ended(run)

    slowly()
    enqueue_resume(town, later=20)
    with running(town, "worker", "--queue", "bulk"):
        until(lambda: has_ended(run))

    assert_each_exactly_once(run)


def test_a_queue_that_forgot_everything_loses_no_chunk(town, run, redis):
    enqueue_resume(town)
    redis.flushall()
    enqueue_resume(town, later=20)

    with running(town, "worker", "--queue", "bulk"):
        until(lambda: has_ended(run))

    assert_each_exactly_once(run)


def test_a_run_goes_on_with_its_model_when_another_is_promoted(town, run, model_directory):
    storage.save(model_directory, replace(storage.load(model_directory), version="newest"))
    storage.promote(model_directory, "newest")
    try:
        while jobs.work():
            pass
    finally:
        storage.promote(model_directory, "newer")

    assert_each_exactly_once(run)


def test_the_command_reads_to_the_end_without_any_worker(town):
    done = command(town, "reclassify")

    assert done.returncode == 0
    assert f"{COMPLAINTS} read" in done.stdout
    assert_each_exactly_once(db.session.scalar(select(Reclassification.id)))


def test_a_command_killed_in_the_middle_is_taken_up_by_the_next(town, run, slowly):
    with running(town, "classifier", "reclassify") as first:
        until(lambda: len(read()) >= SIZE and writing())
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    until(lambda: not writing())
    slowly()

    done = command(town, "reclassify")

    assert "going on with it" in done.stdout
    assert_each_exactly_once(run)


def test_two_who_begin_at_once_begin_one_run(town):
    with (
        running(town, "classifier", "reclassify") as first,
        running(town, "classifier", "reclassify") as second,
    ):
        ends = {first.wait(PATIENCE), second.wait(PATIENCE)}

    assert ends <= {0, 1}
    assert 0 in ends
    # The second may come after the first has ended, and then begins one of its own.
    begun = db.session.scalars(select(Reclassification.id)).all()
    assert len(begun) in {1, 2}
    assert [counted(run) for run in begun] == [COMPLAINTS] * len(begun)


def test_the_command_counts_first_begins_for_the_workers_and_cancels(town, redis):
    assert command(town, "reclassify", "--dry-run", "--open").stdout == f"{COMPLAINTS} complaints\n"
    assert "No run is under way" in command(town, "reclassify", "--cancel").stdout
    assert f"reads {COMPLAINTS} complaints with model newer" in command(town, "reclassify", "--detach").stdout
    assert [job.func_name for job in town.extensions["queues"]["bulk"].jobs] == [
        "jobs.reclassification.resume"
    ]
    assert "is cancelled" in command(town, "reclassify", "--cancel").stdout
    assert not read()


def command(app, *words):
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "classifier", *words],
        cwd=ROOT,
        env=environment(app),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
