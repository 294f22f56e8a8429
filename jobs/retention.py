"""Forget what is no longer needed: drafts that ran out and answers kept for repeated requests."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

import files
from complaints import drafts
from models import db
from models.draft import Draft
from models.repeat import Repeat

KEPT_FOR = timedelta(hours=24)


def forget() -> dict[str, int]:
    """Delete what has run out; how many rows of each. Repeatable."""
    now = datetime.now(UTC)
    session = db.session()
    repeats = len(
        session.scalars(delete(Repeat).where(Repeat.created_at <= now - KEPT_FOR).returning(Repeat.id)).all()
    )
    session.commit()
    forgotten = 0
    while over := drafts.expired(session, now=now):
        # Files before rows: a row that is still there after a crash leads to them once more.
        for key in drafts.files_of(session, over):
            files.remove(key)
        session.execute(delete(Draft).where(Draft.id.in_([draft.id for draft in over])))
        session.commit()
        forgotten += len(over)
    return {"drafts": forgotten, "repeats": repeats}
