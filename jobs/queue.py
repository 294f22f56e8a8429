"""The queue and its worker. Valkey only hurries: what must happen is a row, and the sweeps find it without us."""

import gc
import logging
from collections.abc import Sequence
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from redis import Redis
from redis.connection import parse_url
from redis.exceptions import RedisError
from redis.sentinel import Sentinel
from rq import Queue, Worker
from rq.job import Job

from models import db
from models.faults import without_values
from settings import Settings

log = logging.getLogger(__name__)

SWEEP, NOTICES, BULK = "sweep", "notices", "bulk"
QUEUES = (SWEEP, NOTICES, BULK)
TIMEOUT = 120
PAUSE = 1.0  # seconds between two times that a process hurries the same job


def connect(settings: Settings) -> Redis:
    """A client of the queue's server, which is first asked when it is first used."""
    if settings.redis_sentinels:
        known = parse_url(settings.redis_url)
        login = {name: known[name] for name in ("username", "password", "db") if name in known}
        sentinel = Sentinel(settings.redis_sentinels, socket_timeout=2)
        return sentinel.master_for(settings.redis_sentinel_name, **login)
    return Redis.from_url(settings.redis_url, socket_connect_timeout=2, health_check_interval=30)


def limits_url(settings: Settings) -> str:
    """Where the rate limits are counted, in the words of the limits package."""
    url = settings.redis_url
    if settings.redis_sentinels:
        login = urlsplit(url).netloc.rpartition("@")[0]
        hosts = ",".join(f"{host}:{port}" for host, port in settings.redis_sentinels)
        return f"redis+sentinel://{login}{'@' if login else ''}{hosts}/{settings.redis_sentinel_name}"
    return f"redis+unix://{url.removeprefix('unix://')}" if url.startswith("unix://") else url


def init_app(app: Flask, settings: Settings) -> None:
    connection = connect(settings)
    app.extensions["redis"] = connection
    app.extensions["hurried"] = {}
    app.extensions["queues"] = {
        name: Queue(name, connection=connection, serializer="json", default_timeout=TIMEOUT)
        for name in QUEUES
    }


def enqueue(job: str, *args: int | str, queue: str = NOTICES) -> None:
    """Hurry `job` along. Call it after the commit: Valkey may be away, and a sweep finds the work anyway.

    A process puts the same job on the queue once a second at most, since one run serves all who asked for it.
    Whoever asks within that second is served by the next run, at the latest by the beat's.
    """
    if not _is_first((job, *args)):
        return
    try:
        current_app.extensions["queues"][queue].enqueue(job, *args, result_ttl=600, failure_ttl=30 * 86400)
    except RedisError:
        log.warning("not hurried, left to the sweep", extra={"job": job})


def _is_first(job: tuple[int | str, ...]) -> bool:
    """Whether nobody here asked for it in the last second."""
    hurried: dict[tuple[int | str, ...], float] = current_app.extensions["hurried"]
    now = monotonic()
    if now - hurried.get(job, -PAUSE) < PAUSE:
        return False
    hurried[job] = now
    return True


def settle() -> None:
    """Leave what was loaded so far out of garbage collection. For a process that lives long, before it begins to work.

    A batch of objects sets the collector off again and again, which then walks through every module there is:
    a sweep took twice as long. A child that is forked shares what is not walked through with its parent.
    """
    gc.collect()
    gc.freeze()


class AppWorker(Worker):
    """Runs each job in an application context of its own, hence in a session of its own."""

    def __init__(self, app: Flask, names: Sequence[str] = QUEUES) -> None:
        self.app = app
        queues = [app.extensions["queues"][name] for name in names]
        super().__init__(
            queues, connection=queues[0].connection, serializer="json", worker_ttl=60, maintenance_interval=60
        )

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            # The fork shares the parent's sockets; the child must not speak on them.
            db.engine.dispose(close=False)
            return super().perform_job(*args, **kwargs)

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> None:
        """Keep the trace of a failed job, without the row the database would not take."""
        if "exc_string" in kwargs:
            kwargs["exc_string"] = without_values(kwargs["exc_string"])
        super().handle_job_failure(job, queue, *args, **kwargs)
