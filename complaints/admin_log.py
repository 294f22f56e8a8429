"""The record of changes to the service itself: offices, people, rules, calendar, memberships. Append-only."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from models.admin_event import AdminEvent
from models.base import Base
from models.codes import AdminAction
from models.people import User

PAGE = 50


def note(
    session: Session,
    actor_id: int | None,
    action: AdminAction,
    subject: str,
    *,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AdminEvent:
    """Write down a change. Of two states only what differs is kept; `actor_id` is None for an operator's command."""
    old, new = _plain(before or {}), _plain(after or {})
    event = AdminEvent(
        at=now,
        actor_id=actor_id,
        action=action,
        subject=subject,
        before={name: value for name, value in old.items() if new.get(name, ...) != value},
        after={name: value for name, value in new.items() if old.get(name, ...) != value},
        reason=reason,
    )
    session.add(event)
    return event


def state(row: Base, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns `names` of `row` as they are now, to be compared later."""
    return {name: getattr(row, name) for name in names}


def page(session: Session, *, before_id: int | None = None, subject: str = "") -> list[AdminEvent]:
    """The newest changes, or those older than `before_id`; one more than a page tells that there are more."""
    query = select(AdminEvent).order_by(AdminEvent.id.desc()).limit(PAGE + 1)
    if before_id is not None:
        query = query.where(AdminEvent.id < before_id)
    if subject:
        query = query.where(AdminEvent.subject == subject)
    named = joinedload(AdminEvent.actor).options(lazyload(User.department), lazyload(User.merchant))
    return list(session.scalars(query.options(named)))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
