"""API keys: a program's way in for one organisation. Shown once, kept as a hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from complaints import queries, receipts
from complaints.actors import Actor
from models.codes import Role
from models.people import ApiKey, User

PREFIX_LENGTH = 8


@dataclass(frozen=True)
class Opened:
    """What a key lets its bearer do, in whose name, and how to speak to them."""

    id: int
    organisation: str  # whose program calls, such as merchant:12
    actor: Actor
    locale: str
    timezone: str


def issue(session: Session, user: User, name: str, *, now: datetime) -> str:
    """A new key for the organisation of `user`, in whose name its program acts.

    Returns the only copy: gck_<prefix>_<secret>.
    """
    prefix = "".join(secrets.choice(receipts.ALPHABET) for _ in range(PREFIX_LENGTH))
    secret = secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            name=name,
            prefix=prefix,
            secret_hash=receipts.digest(secret),
            merchant_id=user.merchant_id,
            department_id=user.department_id,
            user_id=user.id,
            created_at=now,
        )
    )
    return f"gck_{prefix}_{secret}"


def opened_by(session: Session, key: str) -> Opened | None:
    """What a bearer token opens. None for one that is unknown or revoked, or whose person may not sign in or has left
    the organisation it was issued to.

    Rows without objects: every request of a program begins here.
    """
    kind, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    if kind != "gck" or not secret:
        return None
    row = session.connection().execute(FIND, {"prefix": prefix}).one_or_none()
    if row is None or not secrets.compare_digest(row.secret_hash, receipts.digest(secret)):
        return None
    role = Role(row.role)
    actor = Actor(
        role=role,
        user_id=row.user_id,
        merchant_id=row.merchant_id,
        department_id=row.department_id,
        departments=queries.offices_of(session, role, row.department_id),
    )
    organisation = (
        f"merchant:{row.key_merchant_id}" if row.key_merchant_id else f"department:{row.key_department_id}"
    )
    return Opened(row.id, organisation, actor, row.locale, row.timezone)


def revoke_of(session: Session, user: User, *, now: datetime) -> None:
    """End every key that acts in the name of `user`, as when they move. Repeatable."""
    held = update(ApiKey).where(ApiKey.user_id == user.id, ApiKey.revoked_at.is_(None))
    session.execute(held.values(revoked_at=now))


KEYS, USERS = cast(Table, ApiKey.__table__), cast(Table, User.__table__)
FIND = (
    select(
        KEYS.c.id,
        KEYS.c.secret_hash,
        KEYS.c.merchant_id.label("key_merchant_id"),
        KEYS.c.department_id.label("key_department_id"),
        KEYS.c.user_id,
        USERS.c.role,
        USERS.c.merchant_id,
        USERS.c.department_id,
        USERS.c.locale,
        USERS.c.timezone,
    )
    .join(USERS, USERS.c.id == KEYS.c.user_id)
    .where(
        KEYS.c.prefix == bindparam("prefix"),
        KEYS.c.revoked_at.is_(None),
        KEYS.c.merchant_id.is_not_distinct_from(USERS.c.merchant_id),
        KEYS.c.department_id.is_not_distinct_from(USERS.c.department_id),
        USERS.c.is_enabled,
    )
)
