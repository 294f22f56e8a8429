"""Act on deadlines and offers whose time has come. Runs every minute; safe at any time, on any number of machines."""

import gc
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from rq.timeouts import BaseTimeoutException
from sqlalchemy import select

from complaints import changes, due, escalation, green_channel, ladder, rulebook
from complaints.escalation import Context
from models import db
from models.deadline import Deadline
from models.settlement import Offer

log = logging.getLogger(__name__)

BATCH = 500

Due = TypeVar("Due", Deadline, Offer)


def sweep(now: str | None = None) -> dict[str, int]:
    """Handle everything due, oldest first, a batch a transaction, and say how much that was.

    A deadline or an offer that cannot be handled is logged, left as it is and reported; the others still go their way. `now`
    (ISO 8601) is for operators and tests; a job leaves it out.
    """
    at = datetime.fromisoformat(now) if now else datetime.now(UTC)
    session = db.session()
    context = Context(at, rulebook.current(session), ladder.read(session))
    late: list[int] = []
    stale: list[int] = []
    acted = _all_of(partial(_deadlines, context, late))
    expired = _all_of(partial(_offers, context, stale))
    session.rollback()
    return {"acted": acted, "offers": expired, "failed": len(late) + len(stale)}


def _all_of(handle: Callable[[], int | None]) -> int:
    """Let `handle` do batch after batch until there is none; how much that was together."""
    total = 0
    while (done := _undisturbed(handle)) is not None:
        total += done
    return total


def _undisturbed(handle: Callable[[], int | None]) -> int | None:
    """One batch, and garbage is looked for once, after it: till then its thousands of objects are all in use."""
    gc.disable()
    try:
        return handle()
    finally:
        gc.enable()
        gc.collect(0)


def _deadlines(context: Context, failed: list[int]) -> int | None:
    batch = due.claim(db.session(), context.now, BATCH, failed)
    return _handle(batch, lambda deadline: escalation.act(deadline, context) is not None, failed)


def _offers(context: Context, failed: list[int]) -> int | None:
    batch = due.claim_offers(db.session(), context.now, BATCH, failed)
    return _handle(batch, partial(_expire, context), failed)


def _expire(context: Context, offer: Offer) -> bool:
    return green_channel.expire_offer(offer.complaint, offer, now=context.now, clock=context.clock)


def _handle(batch: Sequence[Due], handle: Callable[[Due], bool], failed: list[int]) -> int | None:
    """The batch in one transaction; how many there was something to do for, or None where it is empty."""
    if not batch:
        return None
    ids = [row.id for row in batch]
    try:
        done = sum(map(handle, batch))
        changes.write(db.session(), {row.complaint for row in batch})
        db.session.commit()
    except BaseTimeoutException:  # the worker's own, for this job: nothing that one by one could mend
        raise
    except Exception:
        log.warning("a batch is done again, one by one", exc_info=True)
        db.session.rollback()
        return _one_by_one(type(batch[0]), ids, handle, failed)
    return done


def _one_by_one(kind: type[Due], ids: list[int], handle: Callable[[Due], bool], failed: list[int]) -> int:
    """The batch again, each row in a transaction of its own, so that a bad one keeps nobody else back."""
    done = 0
    for id_ in ids:
        try:
            row = _again(kind, id_)
            done += row is not None and handle(row)
            db.session.commit()
        except BaseTimeoutException:
            raise
        except Exception:
            db.session.rollback()
            failed.append(id_)
            log.exception("a row of %s could not be handled", kind.__tablename__, extra={"row_id": id_})
    return done


def _again(kind: type[Due], id_: int) -> Due | None:
    return db.session().scalar(select(kind).where(kind.id == id_).with_for_update(skip_locked=True))
