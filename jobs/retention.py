"""Forget what is no longer needed: drafts that ran out and answers kept for repeated requests."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from models import db
from models.draft import Draft
from models.repeat import Repeat

KEPT_FOR = timedelta(hours=24)


def forget() -> dict[str, int]:
    """Delete what has run out; how many rows of each. Repeatable."""
    now = datetime.now(UTC)
    session = db.session()
    drafts = session.execute(delete(Draft).where(Draft.expires_at <= now)).rowcount
    repeats = session.execute(delete(Repeat).where(Repeat.created_at <= now - KEPT_FOR)).rowcount
    session.commit()
    return {"drafts": drafts, "repeats": repeats}
