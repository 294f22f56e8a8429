"""Send what the outbox owes: after the commit, in the reader's language and waking hours, retried until it is dead."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app
from rq.timeouts import BaseTimeoutException
from sqlalchemy import Table, bindparam, select, update

from jobs import letters, post, spreading
from models import db
from models.notice import Notice
from settings import Settings

log = logging.getLogger(__name__)

BATCH = 100
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
MORNING, EVENING = time(8), time(21)

NOTICES = cast(Table, Notice.__table__)
# One letter, if it is still owed and nobody else has it in hand.
HOLD = (
    select(NOTICES.c.id)
    .where(NOTICES.c.id == bindparam("id"), NOTICES.c.send_at <= bindparam("now"))
    .where(NOTICES.c.sent_at.is_(None), NOTICES.c.dead_at.is_(None))
    .with_for_update(skip_locked=True)
)
DECIDED = ("sent_at", "send_at", "dead_at", "attempts", "last_error")  # what becomes of a letter
WRITE_OFF = (
    update(NOTICES)
    .where(NOTICES.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in DECIDED})
)


def send_due() -> dict[str, int]:
    """Spread, then send everything owed by now. Two at once share the work; what one holds the other leaves alone.

    Letters are read in batches, and each is held and written off in a transaction of its own: whoever dies with one in
    hand sends that one again at most, under its own key.
    """
    now = datetime.now(UTC)
    settings: Settings = current_app.config["SETTINGS"]
    spread_out = _all(lambda: spreading.spread(now))
    sent = _all(lambda: _send(now, settings))
    return {"spread": spread_out, "sent": sent}


def _all(some: Callable[[], int]) -> int:
    """Let `some` do what it can, commit by commit, until nothing is left; how much that was together."""
    total = 0
    while done := some():
        db.session.commit()
        db.session.expunge_all()
        total += done
    db.session.rollback()
    return total


def _send(now: datetime, settings: Settings) -> int:
    """Take a batch off the list, letter by letter, but for what another holds or has just sent; how many that was."""
    batch = spreading.owed(now, to_organisations=False, limit=BATCH)
    db.session.expunge_all()  # a commit would have each of them read again
    db.session.rollback()
    return sum(_send_one(notice, now, settings) for notice in batch)


def _send_one(notice: Notice, now: datetime, settings: Settings) -> bool:
    if db.session.scalar(HOLD, {"id": notice.id, "now": now}) is None:
        db.session.rollback()
        return False
    try:
        _deliver(notice, now, settings)
    except BaseTimeoutException:
        # The worker's word that the job took too long says nothing of this letter.
        raise
    except Exception as error:
        # A server that refuses, or a letter that cannot be written: the others still go.
        _put_off(notice, now, error)
    db.session.execute(WRITE_OFF, {"this": notice.id, **{name: getattr(notice, name) for name in DECIDED}})
    db.session.commit()
    return True


def _deliver(notice: Notice, now: datetime, settings: Settings) -> None:
    """Hand one notice over, or put it off until morning. Either takes it out of this run; a fault is raised."""
    address, locale, zone = _reader(notice)
    morning = _morning_after(now, zone)
    if _can_wait(notice) and morning is not None:
        notice.send_at = morning
        return
    if address is None:
        notice.dead_at, notice.last_error = now, "no address"
        return
    post.send(letters.write(notice, locale, settings), address, f"notice-{notice.id}", settings)
    notice.sent_at = now


def _can_wait(notice: Notice) -> bool:
    return notice.template in spreading.UNHURRIED or bool(notice.params.get("waits"))


def _put_off(notice: Notice, now: datetime, error: Exception) -> None:
    if not isinstance(error, OSError):
        log.error("a letter could not be written", exc_info=error, extra={"notice_id": notice.id})
    notice.last_error = type(error).__name__
    if notice.attempts < len(BACK_OFF):
        notice.send_at = now + BACK_OFF[notice.attempts]
        notice.attempts += 1
    else:
        notice.dead_at = now
        log.error("a notice could not be delivered", extra={"notice_id": notice.id})


def _reader(notice: Notice) -> tuple[str | None, str, str]:
    """Address, language and zone of whoever gets it."""
    if notice.user is not None:
        user = notice.user
        return (user.email if user.is_enabled else None), notice.locale or user.locale, user.timezone
    if notice.application is not None:
        return notice.application.contact_email, notice.application.locale, "Asia/Shanghai"
    contact = notice.complaint.contact if notice.complaint else None
    if contact is None:
        return None, notice.locale or "zh_Hans_CN", "Asia/Shanghai"
    return contact.email, notice.locale or contact.locale, contact.timezone


def _morning_after(now: datetime, zone: str) -> datetime | None:
    """The next morning where the reader lives, or None while it is day there."""
    local = now.astimezone(ZoneInfo(zone))
    if MORNING <= local.time() < EVENING:
        return None
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, local.tzinfo).astimezone(UTC)
