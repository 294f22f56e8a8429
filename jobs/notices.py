"""Send what the outbox owes: after the commit, in the reader's language and waking hours, retried until it is dead."""

import logging
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from jobs import letters, post, spreading
from models import db
from models.notice import Notice
from settings import Settings

log = logging.getLogger(__name__)

BATCH = 100
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
MORNING, EVENING = time(8), time(21)


def send_due() -> dict[str, int]:
    """Spread, then send everything owed by now. Two at once share the work; what one holds the other leaves alone."""
    now = datetime.now(UTC)
    settings: Settings = current_app.config["SETTINGS"]
    spread_out = _all(lambda: spreading.spread(now))
    sent = _all(lambda: _send(now, settings))
    return {"spread": spread_out, "sent": sent}


def _all(one_batch: object) -> int:
    total = 0
    while done := one_batch():  # type: ignore[operator]
        db.session.commit()
        db.session.expunge_all()
        total += done
    db.session.rollback()
    return total


def _send(now: datetime, settings: Settings) -> int:
    batch = spreading.owed(now, to_organisations=False, limit=BATCH)
    for notice in batch:
        try:
            _deliver(notice, now, settings)
        except Exception as error:
            # A server that refuses, or a letter that cannot be written: the others still go.
            _put_off(notice, now, error)
    return len(batch)


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
