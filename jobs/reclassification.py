"""Read complaints anew with the model a run began with, a chunk a transaction, by as many workers as there are."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from flask import current_app
from redis.exceptions import RedisError
from rq import Worker
from rq.timeouts import BaseTimeoutException

import classifier
from classifier import ModelMissing
from complaints import reclassification as runs
from complaints.errors import Conflict
from complaints.reclassification import Text
from jobs import statistics
from jobs.queue import BULK, enqueue
from jobs.reading import LONGEST_READ, row_of
from models import db
from models.reclassification import Doubt, Reclassification
from models.suggestion import Suggestion

if TYPE_CHECKING:
    from classifier.model import Model

log = logging.getLogger(__name__)

TURN = 15.0  # seconds; then what is more urgent gets the worker


def begin(*, open_only: bool, actor_id: int | None) -> Reclassification:
    """Begin a run with the model in use. Raises Conflict where there is none, or while another run is under way.

    Commit, then hurry `resume`.
    """
    now = datetime.now(UTC)
    return runs.begin(db.session(), version_in_use(), actor_id, open_only=open_only, now=now)


def version_in_use() -> str:
    """The model a run would read with. Raises Conflict where there is none that can be read."""
    try:
        return classifier.model_in_use(current_app.config["MODEL_DIR"]).version
    except ModelMissing as error:
        raise Conflict("no_model") from error


def resume() -> int:
    """Go on with the run under way, if there is one, and ask the other workers in; how many chunks this one did.

    The beat calls it again and again, so whatever died, the run goes on.
    """
    run = runs.under_way(db.session())
    if run is None:
        db.session.rollback()
        return 0
    for slot in range(1, _workers()):
        enqueue("jobs.reclassification.turn", slot, queue=BULK)
    return turn(0)


def turn(slot: int) -> int:
    """Do chunks for a while, then stand in line again if nobody else does; how many were done.

    `slot` tells the turns of several workers apart and means nothing else.
    """
    ends, done = monotonic() + TURN, 0
    while monotonic() < ends:
        if not work():
            return done
        done += 1
    if _is_line_empty():
        enqueue("jobs.reclassification.turn", slot, queue=BULK)
    return done


def work() -> bool:
    """Do one chunk of the run under way; whether there may be another. Commits."""
    session = db.session()
    run = runs.under_way(session)
    ready = _model(run.model_version) if run is not None else None
    chunk_id = runs.claim(session, run) if run is not None and ready is not None else None
    session.commit()
    if run is None or ready is None:
        return False
    if chunk_id is None:
        has_ended = runs.finish(session, run, now=datetime.now(UTC))
        session.commit()
        if has_ended:
            statistics.renew(Doubt, Suggestion)
        return False
    chunk = runs.hold(session, chunk_id)
    if chunk is not None:
        now, texts = datetime.now(UTC), runs.texts(session, run, chunk)
        runs.record(session, run, chunk, texts, _read(ready, texts, now), now=now)
    session.commit()
    return True


def _read(ready: "Model", texts: Sequence[Text], now: datetime) -> dict[int, Suggestion]:
    """What the model says, by the ids of the texts; nothing of one it cannot read, which keeps no other back."""
    try:
        said = ready.suggest_many([text.body[:LONGEST_READ] for text in texts])
        return {text.id: _row(text.id, one, now) for text, one in zip(texts, said, strict=True)}
    except BaseTimeoutException:
        raise
    except Exception as error:
        if len(texts) == 1:
            # What the error says may hold some of the text.
            about = {"complaint_id": texts[0].id, "why": type(error).__name__}
            log.error("a complaint could not be read", extra=about)
            return {}
    return {id_: row for text in texts for id_, row in _read(ready, [text], now).items()}


def _row(complaint_id: int, said: classifier.Suggestion, now: datetime) -> Suggestion:
    row = row_of(said, now)
    row.complaint_id = complaint_id
    return row


def _model(version: str) -> "Model | None":
    """The model a run reads with to its end, whatever is promoted meanwhile; None where this machine does not have it."""
    try:
        return classifier.model_of(version, current_app.config["MODEL_DIR"])
    except ModelMissing as error:
        log.warning("the model of a run is not here", extra={"version": version, "why": error.why})
        return None


def _workers() -> int:
    try:
        return Worker.count(queue=current_app.extensions["queues"][BULK])
    except RedisError:
        return 1


def _is_line_empty() -> bool:
    try:
        return not len(current_app.extensions["queues"][BULK])
    except RedisError:
        return False
