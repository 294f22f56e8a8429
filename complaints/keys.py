"""API keys: a program's way in for one organisation. Shown once, kept as a hash."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import receipts
from models.people import ApiKey, User

PREFIX_LENGTH = 8


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


def opened_by(session: Session, key: str) -> ApiKey | None:
    """The key row behind a bearer token, or None for one that is unknown, revoked, or whose person may not sign in."""
    kind, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    if kind != "gck" or not secret:
        return None
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None)))
    if row is None or not secrets.compare_digest(row.secret_hash, receipts.digest(secret)):
        return None
    return row if row.user.is_enabled else None
