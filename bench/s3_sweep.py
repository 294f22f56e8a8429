"""s3: the sweep. What is due against how much is open, one to four sweepers, one of them killed; each exactly once."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import event, text

from bench import meter
from bench.report import Report
from bench.rulers import raw_sql
from bench.stage import Stage
from jobs import escalation
from models import db

LONG_AGO = "2000-01-01T00:00:00+00:00"
IDLE = 50
SMALL = 10_000
DUE = (100, 1_000, 10_000)
MAKE_DUE = """
WITH chosen AS (
    SELECT id, due_at - (now() - interval '1 minute') AS by FROM (
        SELECT DISTINCT ON (complaint_id) id, due_at FROM deadlines WHERE next_at > now() AND due_at > now()
        ORDER BY complaint_id, id
    ) running ORDER BY hashint8(id + :turn) LIMIT :count
)
UPDATE deadlines d SET started_at = started_at - by, due_at = due_at - by, next_at = due_at - by, next_step = 'expired'
FROM chosen WHERE d.id = chosen.id
"""


# Rows are never taken back, so that the newest numbers tell how many were added.
ADDED = "SELECT " + " + ".join(
    f"(SELECT coalesce(max(id), 0) FROM {table})"
    for table in ("escalations", "events", "notices", "deadlines")
)


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    _with_nothing_due(stage, size, rounds, report)
    for due in DUE:
        if due <= size // 10:
            _tell(_against_the_ruler(stage, size, due, rounds), size, due, report)
    with _copy(stage, size) as url:
        for sweepers in (1, 2, 4):
            _together(stage, url, size, sweepers, report)
        _killed(stage, url, size, report)


@contextmanager
def _copy(stage: Stage, size: int) -> Iterator[str]:
    url = stage.database(size)
    try:
        yield url
    finally:
        stage.drop(url)


def _with_nothing_due(stage: Stage, size: int, rounds: int, report: Report) -> None:
    """Beside a small city, since what is open must cost nothing."""
    with _copy(stage, size) as large, _copy(stage, SMALL) as small:
        contestants: dict[str, meter.Slice] = {
            "large": partial(_idle, stage, large),
            "small": partial(_idle, stage, small),
        }
        figures = meter.take_turns(contestants, rounds)
    milliseconds = [value * 1_000 for value in figures.series("large", "seconds")]
    report.add("s3", f"nothing due of {size}: milliseconds", milliseconds, 1)
    ratio = figures.ratio("large", "small", "seconds")
    report.add("s3", f"nothing due: {size} stored ÷ {SMALL} stored", ratio, 2, "≤ 1.5")


def _idle(stage: Stage, url: str) -> dict[str, float]:
    """How long one of many sweeps takes that find nothing."""
    with stage.application(url):
        escalation.sweep(LONG_AGO)
        with meter.stopwatch() as watch:
            for _ in range(IDLE):
                assert not any(escalation.sweep(LONG_AGO).values())
            return {"seconds": watch() / IDLE}


def _against_the_ruler(stage: Stage, size: int, due: int, rounds: int) -> meter.Figures:
    """As many rounds as asked for, on as many copies as they need: each turn uses up what it makes due."""
    figures = meter.Figures()
    each = max(size // (4 * due), 1)  # four in ten are open
    while (left := rounds - len(figures.rounds["sweep"])) > 0:
        with _copy(stage, size) as url, stage.application(url), closing(stage.connect(url)) as ruler:
            escalation.sweep()
            seen = meter.take_turns(_contestants(stage, ruler, due), min(left, each))
        for who, measured in seen.rounds.items():
            figures.rounds[who] += measured
    return figures


def _contestants(stage: Stage, ruler: psycopg.Connection, due: int) -> dict[str, meter.Slice]:
    turns = iter(range(1, 1_000_000))
    statements: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    def timed(sweep: Callable[[], int]) -> dict[str, float]:
        make_due(due, next(turns))
        rows, before = _rows(), stage.database_cpu() + time.process_time()
        statements.clear()
        with meter.stopwatch() as watch:
            done = sweep()
            seconds = watch()
        cpu = stage.database_cpu() + time.process_time() - before
        assert done == due
        return {"seconds": seconds, "cpu": cpu, "statements": len(statements), "rows": _rows() - rows}

    def ours() -> dict[str, float]:
        return timed(lambda: escalation.sweep()["acted"])

    def theirs() -> dict[str, float]:
        return timed(lambda: raw_sql.sweep(ruler, datetime.now(UTC), due))

    return {"sweep": ours, "raw SQL": theirs}


def _rows() -> int:
    added = int(db.session.scalar(text(ADDED)) or 0)
    db.session.rollback()
    return added


def _tell(figures: meter.Figures, size: int, due: int, report: Report) -> None:
    what = f"{due} due of {size}"
    milliseconds = [value * 1_000 for value in figures.series("sweep", "seconds")]
    report.add("s3", f"{what}: milliseconds", milliseconds, 1)
    report.add("s3", f"{what}: statements", figures.series("sweep", "statements"), 0)
    must = "≤ 4" if due == 1_000 else ""
    report.add("s3", f"{what}: wall ÷ raw SQL", figures.ratio("sweep", "raw SQL", "seconds"), 2, must)
    report.add("s3", f"{what}: rows added ÷ raw SQL", figures.ratio("sweep", "raw SQL", "rows"), 2)
    cpu = [1_000 * value / due for value in figures.series("sweep", "cpu")]
    report.add("s3", f"{what}: CPU-ms each, with the database", cpu, 3)


def make_due(count: int, turn: int) -> None:
    """Let the time of `count` deadlines be over, each of another complaint. Fails where there are not so many."""
    made = db.session.execute(text(MAKE_DUE), {"count": count, "turn": turn}).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    assert made == count, f"only {made} could be made due"


@contextmanager
def _sweepers(stage: Stage, url: str, count: int) -> Iterator[list[subprocess.Popen]]:
    started = [
        stage.start(
            sys.executable,
            "-m",
            "bench.sweeper",
            url=url,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    try:
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        yield started
    finally:
        for one in started:
            one.kill()
            one.wait()


def _together(stage: Stage, url: str, size: int, sweepers: int, report: Report) -> None:
    """Several at once: how long, and that each deadline was acted on once."""
    due = min(10_000, size // 10)
    with stage.application(url):
        before = _acted()
        make_due(due, sweepers * 1_000_003)
    with _sweepers(stage, url, sweepers) as started, meter.stopwatch() as watch:
        for one in started:
            print("go", file=one.stdin, flush=True)
        acted = sum(json.loads(one.stdout.readline())["acted"] for one in started)  # type: ignore[union-attr]
        seconds = watch()
    report.add("s3", f"{due} due, {sweepers} sweepers: seconds for each 1,000", [1_000 * seconds / due], 2)
    with stage.application(url):
        _exactly_once(f"{due} due, {sweepers} sweepers", before + due, report)
    assert acted == due


def _killed(stage: Stage, url: str, size: int, report: Report) -> None:
    """One of two is killed in mid-batch; another completes."""
    due = min(10_000, size // 10)
    with stage.application(url):
        before = _acted()
        make_due(due, 77_000_077)
        with _sweepers(stage, url, 2) as (victim, survivor):
            for one in (victim, survivor):
                print("go", file=one.stdin, flush=True)
            while _acted() < before + due // 10:
                time.sleep(0.002)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            assert survivor.stdout is not None
            survivor.stdout.readline()
        escalation.sweep()  # what the victim had locked until the server noticed
        _exactly_once(f"{due} due, one of two sweepers killed", before + due, report)


def _acted() -> int:
    db.session.rollback()
    return int(db.session.scalar(text("SELECT count(*) FROM escalations WHERE step = 'expired'")) or 0)


def _exactly_once(what: str, expected: int, report: Report) -> None:
    missed = expected - _acted()
    still = db.session.scalar(
        text("SELECT count(*) FROM deadlines WHERE next_at <= now() - interval '1 second'")
    )
    doubled = db.session.scalar(
        text(
            "SELECT count(*) FROM (SELECT 1 FROM escalations GROUP BY deadline_id, step HAVING count(*) > 1) twice"
        )
    )
    report.add("s3", f"{what}: missed or doubled", [abs(missed) + (still or 0) + (doubled or 0)], 0, "0")
