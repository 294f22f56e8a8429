"""Send what the outbox owes: after the commit, in the reader's language and waking hours, retried until it is dead."""

import logging
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from jobs import letters, post
from models import db
from models.codes import Recipient, Role
from models.notice import Notice
from models.people import User
from settings import Settings

log = logging.getLogger(__name__)

BATCH = 100
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
# What the clock causes can wait for the morning; what a person just did cannot.
UNHURRIED = frozenset({"due_soon", "overdue", "supplement_missing", "silence_recorded", "expire_offer"})
MORNING, EVENING = time(8), time(21)
ORGANISATIONS = frozenset({Recipient.MERCHANT, Recipient.DEPARTMENT})


def send_due() -> dict[str, int]:
    """Spread, then send everything owed by now. Two at once share the work; what one holds the other leaves alone."""
    now = datetime.now(UTC)
    settings: Settings = current_app.config["SETTINGS"]
    spread_out = _all(lambda: _spread(now))
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


def _owed(now: datetime, to_organisations: bool) -> list[Notice]:
    kinds = Notice.recipient.in_(ORGANISATIONS)
    query = (
        select(Notice)
        .where(Notice.sent_at.is_(None), Notice.dead_at.is_(None), Notice.send_at <= now)
        .where(kinds if to_organisations else ~kinds)
        .order_by(Notice.send_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Notice)
        .options(joinedload(Notice.user), joinedload(Notice.complaint), joinedload(Notice.application))
    )
    return list(db.session().scalars(query))


def _spread(now: datetime) -> int:
    """One row for each member of an organisation. The unique key keeps a repeated run from owing anything twice."""
    batch = _owed(now, to_organisations=True)
    for notice in batch:
        rows = [_row(notice, user) for user in _members(notice)]
        if rows:
            db.session.execute(insert(Notice).values(rows).on_conflict_do_nothing(index_elements=["key"]))
        notice.sent_at = now
    return len(batch)


def _members(notice: Notice) -> list[User]:
    if notice.recipient is Recipient.MERCHANT:
        belongs = User.merchant_id == notice.merchant_id
    else:
        belongs = (User.department_id == notice.department_id) & (User.role != Role.MEDIATOR)
    officer = notice.complaint.officer_id if notice.complaint else None
    if notice.recipient is Recipient.DEPARTMENT and officer is not None:
        belongs = belongs & or_(User.id == officer, User.role == Role.SUPERVISOR)
    return list(db.session().scalars(select(User).where(belongs, User.is_enabled)))


def _row(notice: Notice, user: User) -> dict[str, object]:
    return {
        "key": f"{notice.key}:{user.id}",
        "template": notice.template,
        "channel": notice.channel,
        "recipient": Recipient.USER,
        "user_id": user.id,
        "complaint_id": notice.complaint_id,
        "locale": user.locale,
        "params": notice.params,
        "created_at": notice.created_at,
        "send_at": notice.send_at,
        "attempts": 0,
        "last_error": "",
    }


def _send(now: datetime, settings: Settings) -> int:
    batch = _owed(now, to_organisations=False)
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
    if notice.template in UNHURRIED and morning is not None:
        notice.send_at = morning
        return
    if address is None:
        notice.dead_at, notice.last_error = now, "no address"
        return
    post.send(letters.write(notice, locale, settings), address, f"notice-{notice.id}", settings)
    notice.sent_at = now


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
