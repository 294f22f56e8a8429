"""Puts the repeating jobs on the queue, once for each stretch of time whatever the number of beats. Keeps no state."""

import logging
import time
from collections.abc import Callable

from flask import Flask
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError

from jobs.queue import BULK, NOTICES, SWEEP

log = logging.getLogger(__name__)

# job, seconds between two runs, queue
TIMETABLE = (
    ("jobs.escalation.sweep", 60, SWEEP),
    ("jobs.notices.send_due", 20, NOTICES),
    ("jobs.deadlines.recompute_open", 60, BULK),
    ("jobs.reclassification.resume", 20, BULK),
    ("jobs.retention.forget", 3600, BULK),
    ("jobs.learning.count", 3600, BULK),
)
TICK = 1.0
LAST_BEAT = "beat:last"


def run(app: Flask, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Beat until `goes_on` says no. A server that is away is tried again at the next tick."""
    seen: dict[str, int] = {}
    while goes_on():
        beat(app, time.time(), seen)
        time.sleep(TICK)


def beat(app: Flask, at: float, seen: dict[str, int]) -> list[str]:
    """Enqueue what is due at `at` (epoch seconds) and was not seen yet; the names of what this call enqueued.

    The stretch of time is part of the job's id, so that of several beats the queue keeps one job.
    """
    enqueued = []
    for job, every, queue in TIMETABLE:
        bucket = int(at // every)
        if seen.get(job) == bucket:
            continue
        try:
            if _enqueue(app, job, bucket, queue, every):
                enqueued.append(job)
            seen[job] = bucket
            app.extensions["redis"].set(LAST_BEAT, int(at))
        except RedisError:
            log.warning("the queue is away; trying again", extra={"job": job})
    return enqueued


def _enqueue(app: Flask, job: str, bucket: int, queue: str, every: int) -> bool:
    try:
        app.extensions["queues"][queue].enqueue(
            job,
            job_id=f"{job.replace('.', '-')}-{bucket}",
            unique=True,
            ttl=max(2 * every, 120),
            result_ttl=600,
            failure_ttl=30 * 86400,
            job_timeout=300,
        )
    except DuplicateJobError:
        return False
    return True
