"""Act on deadlines and offers whose time has come. Runs every minute; safe at any time, on any number of machines."""

import gc
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import select

from complaints import changes, due, escalation, green_channel, ladder, rulebook
from complaints.escalation import Context
from models import db
from models.deadline import Deadline

log = logging.getLogger(__name__)

BATCH = 500


def sweep(now: str | None = None) -> dict[str, int]:
    """Handle everything due, oldest first, a batch a transaction, and say how much that was.

    A deadline that cannot be handled is logged, left as it is and reported; the others still go their way. `now`
    (ISO 8601) is for operators and tests; a job leaves it out.
    """
    at = datetime.fromisoformat(now) if now else datetime.now(UTC)
    session = db.session()
    context = Context(at, rulebook.current(session), ladder.read(session))
    failed: list[int] = []
    acted = _all_of(partial(_deadlines, context, failed))
    expired = _all_of(partial(_offers, context))
    session.rollback()
    return {"acted": acted, "offers": expired, "failed": len(failed)}


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
    if not batch:
        return None
    ids = [deadline.id for deadline in batch]
    try:
        acted = sum(escalation.act(deadline, context) is not None for deadline in batch)
        changes.write(db.session(), {deadline.complaint for deadline in batch})
        db.session.commit()
    except Exception:
        log.warning("a batch is done again, one by one", exc_info=True)
        db.session.rollback()
        return _one_by_one(ids, context, failed)
    return acted


def _one_by_one(ids: list[int], context: Context, failed: list[int]) -> int:
    """The batch again, each deadline in a transaction of its own, so that a bad one keeps nobody else back."""
    acted = 0
    for deadline_id in ids:
        try:
            deadline = _again(deadline_id)
            acted += deadline is not None and escalation.act(deadline, context) is not None
            db.session.commit()
        except Exception:
            db.session.rollback()
            failed.append(deadline_id)
            log.exception("a deadline could not be handled", extra={"deadline_id": deadline_id})
    return acted


def _again(deadline_id: int) -> Deadline | None:
    query = select(Deadline).where(Deadline.id == deadline_id).with_for_update(skip_locked=True)
    return db.session().scalar(query)


def _offers(context: Context) -> int | None:
    batch = due.claim_offers(db.session(), context.now, BATCH)
    if not batch:
        return None
    expired = sum(
        green_channel.expire_offer(offer.complaint, offer, now=context.now, clock=context.clock)
        for offer in batch
    )
    changes.write(db.session(), {offer.complaint for offer in batch})
    db.session.commit()
    return expired
