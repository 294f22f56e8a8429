"""Forget what is no longer needed: drafts that ran out, answers kept for repeated requests, files without a row."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import files
from complaints import drafts
from models import db
from models.attachment import Attachment
from models.draft import Draft
from models.repeat import Repeat

KEPT_FOR = timedelta(hours=24)
KINDS = {"original": Attachment.original_key, "shown": Attachment.shown_key}


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
    return {"drafts": forgotten, "repeats": repeats, "files": _forget_files(session, now)}


def _forget_files(session: Session, now: datetime) -> int:
    """Remove files whose row never came to be, or went without them: each hour other shelves, all of them in a day."""
    removed = 0
    for shelf in files.SHELVES[now.hour :: 24]:
        for kind, column in KINDS.items():
            lying = files.put_before(kind, shelf, now - KEPT_FOR)
            held = select(column).where(column.startswith(f"{kind}/{shelf}/"))
            for key in set(lying).difference(session.scalars(held)):
                files.remove(key)
                removed += 1
    return removed
