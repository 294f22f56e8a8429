"""How the queue and the outbox are doing, for whoever has to look after them. Says so plainly when Valkey is away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import current_app
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.worker import BaseWorker
from sqlalchemy import func, select

from complaints.errors import Conflict, Unknown
from jobs.beat import LAST_BEAT
from models import db
from models.deadline import Deadline
from models.notice import Notice

MOST_SHOWN = 50
LONGEST_ERROR = 4000


@dataclass(frozen=True)
class Line:
    """One queue in figures."""

    name: str
    waiting: int
    started: int
    failed: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Failure:
    """A job that ended in an error."""

    id: str
    queue: str
    job: str
    at: datetime | None
    error: str


@dataclass(frozen=True)
class Hand:
    """A worker process."""

    name: str
    state: str
    job: str
    seen_at: datetime | None


@dataclass(frozen=True)
class Queues:
    """What Valkey tells. `is_away` when it told nothing."""

    is_away: bool = False
    lines: list[Line] = field(default_factory=list)
    hands: list[Hand] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    beat_at: datetime | None = None


@dataclass(frozen=True)
class Owed:
    """What the database tells: notices not sent yet, given up, and the deadline the sweep is furthest behind with."""

    waiting: int
    late: int
    dead: int
    oldest_at: datetime | None
    overdue_at: datetime | None
    overdue: int


def queues() -> Queues:
    """Everything about the queues, or that they cannot be asked at this moment."""
    try:
        lines = [_line(queue) for queue in _queues().values()]
        workers = Worker.all(connection=current_app.extensions["redis"], serializer="json")
        hands = [_hand(worker) for worker in workers]
        return Queues(False, lines, hands, list(_failures()), _beat_at())
    except RedisError:
        return Queues(is_away=True)


def owed(now: datetime) -> Owed:
    session = db.session()
    open_ = (Notice.sent_at.is_(None), Notice.dead_at.is_(None))
    waiting, late, oldest = session.execute(
        select(
            func.count(Notice.id),
            func.count(Notice.id).filter(Notice.send_at <= now),
            func.min(Notice.send_at),
        ).where(*open_)
    ).one()
    dead = session.scalar(select(func.count(Notice.id)).where(Notice.dead_at.is_not(None))) or 0
    overdue_at, overdue = session.execute(
        select(func.min(Deadline.next_at), func.count(Deadline.id)).where(Deadline.next_at <= now)
    ).one()
    return Owed(waiting, late, dead, oldest, overdue_at, overdue)


def dead_notices() -> list[Notice]:
    """The notices that were given up, newest first."""
    query = (
        select(Notice).where(Notice.dead_at.is_not(None)).order_by(Notice.dead_at.desc(), Notice.id.desc())
    )
    return list(db.session().scalars(query.limit(MOST_SHOWN)))


def owe_again(notice_id: int, *, now: datetime) -> Notice:
    """Let a notice that was given up start anew. Raises Unknown for one that is not dead."""
    notice = db.session().get(Notice, notice_id, with_for_update={"of": Notice})
    if notice is None or notice.dead_at is None:
        raise Unknown
    notice.dead_at, notice.attempts, notice.send_at = None, 0, now
    return notice


def retry(queue: str, job_id: str) -> str:
    """Put a failed job back on its queue; its name. Raises Unknown for one that is not there or did not fail."""
    try:
        job = _failed(queue, job_id)
        _queues()[queue].failed_job_registry.requeue(job_id)
    except (InvalidJobOperation, NoSuchJobError) as error:
        raise Unknown from error
    except RedisError as error:
        raise Conflict("queue_away") from error
    return job.func_name or ""


def discard(queue: str, job_id: str) -> str:
    """Forget a failed job; its name. The sweeps find its work again. Raises Unknown for one that is not there."""
    try:
        name = _failed(queue, job_id).func_name or ""
        _queues()[queue].failed_job_registry.remove(job_id, delete_job=True)
    except NoSuchJobError as error:
        raise Unknown from error
    except RedisError as error:
        raise Conflict("queue_away") from error
    return name


def _queues() -> dict[str, Queue]:
    return current_app.extensions["queues"]


def _failed(queue: str, job_id: str) -> Job:
    if queue not in _queues() or job_id not in _queues()[queue].failed_job_registry.get_job_ids():
        raise Unknown
    job = _queues()[queue].fetch_job(job_id)
    if job is None:
        raise Unknown
    return job


def _line(queue: Queue) -> Line:
    first = queue.get_jobs(0, 1)
    return Line(
        queue.name,
        len(queue),
        len(queue.started_job_registry),
        len(queue.failed_job_registry),
        _aware(first[0].enqueued_at) if first else None,
    )


def _failures() -> Iterator[Failure]:
    for queue in _queues().values():
        for job_id in queue.failed_job_registry.get_job_ids(0, MOST_SHOWN - 1, desc=True):
            job = queue.fetch_job(job_id)
            if job is not None:
                yield Failure(job.id, queue.name, job.func_name or "", _aware(job.ended_at), _error(job))


def _error(job: Job) -> str:
    result = job.latest_result()
    return ((result.exc_string if result else "") or "")[-LONGEST_ERROR:]


def _hand(worker: BaseWorker) -> Hand:
    return Hand(worker.name, str(worker.get_state()), _in_hand(worker), _aware(worker.last_heartbeat))


def _in_hand(worker: BaseWorker) -> str:
    """The name of the job it is at; none where the job has ended since it was listed."""
    try:
        job = worker.get_current_job()
    except NoSuchJobError:
        return ""
    return (job.func_name if job else "") or ""


def _beat_at() -> datetime | None:
    beaten = current_app.extensions["redis"].get(LAST_BEAT)
    return datetime.fromtimestamp(int(beaten), UTC) if beaten else None


def _aware(at: datetime | None) -> datetime | None:
    """RQ writes instants in UTC and not always with their zone."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
