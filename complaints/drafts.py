"""Complaints not yet sent: sealed under a code only their writer holds, sent once, forgotten in time."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from complaints import receipts
from complaints.errors import Gone
from models.attachment import Attachment
from models.complaint import Complaint
from models.draft import Draft

KEPT = timedelta(days=14)
KEPT_AFTER_SENDING = timedelta(hours=2)  # as long as the receipt's secret may still be read off the page
CODE_LENGTH = 16


def begin(session: Session, *, now: datetime) -> tuple[Draft, str]:
    """An empty draft and the code that opens it, of which only a hash is kept."""
    code = _new_code()
    draft = Draft(
        token_hash=receipts.hashed(code), answers="{}", step="", updated_at=now, expires_at=now + KEPT
    )
    session.add(draft)
    return draft, code


def find(session: Session, code: str, *, now: datetime) -> Draft | None:
    """The draft behind `code` as somebody typed it, unless it has run out."""
    return session.scalar(_open_by(code, now))


def lock(session: Session, code: str, *, now: datetime) -> Draft:
    """The same to be changed or sent: a second writer waits for the first. Raises Gone where there is none."""
    newest = _open_by(code, now).with_for_update().execution_options(populate_existing=True)
    draft = session.scalar(newest)
    if draft is None:
        raise Gone("draft_gone")
    return draft


def answers(draft: Draft) -> dict[str, Any]:
    """What was typed so far, by step."""
    given: dict[str, Any] = json.loads(draft.answers)
    return given


def keep(draft: Draft, step: str, given: dict[str, Any], *, now: datetime) -> None:
    """Keep the answers of one step in place of those given before. `given` holds plain JSON values."""
    draft.answers = json.dumps({**answers(draft), step: given}, ensure_ascii=False)
    draft.step = step
    draft.updated_at = now
    draft.expires_at = now + KEPT


def reached(draft: Draft, step: str, *, now: datetime) -> None:
    """The writer got as far as `step`, which keeps its answers elsewhere."""
    draft.step = step
    draft.updated_at = now
    draft.expires_at = now + KEPT


def sent(draft: Draft, complaint: Complaint, secret: str, *, now: datetime) -> None:
    """The draft became `complaint`. What was typed goes; the secret stays a short while, for a re-send."""
    draft.complaint_id = complaint.id
    draft.answers = json.dumps({"secret": secret})
    draft.step = "sent"
    draft.updated_at = now
    draft.expires_at = now + KEPT_AFTER_SENDING


def secret_of(draft: Draft) -> str:
    """The secret of the receipt of a sent draft."""
    return str(answers(draft).get("secret", ""))


def discard(draft: Draft, *, now: datetime) -> None:
    """Forget what was typed at once; the row and its files go with the next sweep. Repeatable."""
    draft.answers = "{}"
    draft.expires_at = now
    draft.updated_at = now


def written(code: str) -> str:
    """A code as people copy it, in groups of four, whatever form it was typed in."""
    plain = "".join(sign for sign in code.upper().translate(receipts.LOOKALIKES) if sign in receipts.ALPHABET)
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def expired(session: Session, *, now: datetime, limit: int = 500) -> list[Draft]:
    """Drafts whose time is over, oldest first, for whoever removes them and their files."""
    query = select(Draft).where(Draft.expires_at <= now).order_by(Draft.expires_at).limit(limit)
    return list(session.scalars(query))


def files_of(session: Session, drafts: list[Draft]) -> list[str]:
    """The storage keys that go with `drafts`."""
    ids = [draft.id for draft in drafts]
    query = select(Attachment.original_key, Attachment.shown_key).where(Attachment.draft_id.in_(ids))
    return [key for pair in session.execute(query) for key in pair]


def _open_by(code: str, now: datetime) -> Select[Draft]:
    return select(Draft).where(Draft.token_hash == receipts.hashed(code), Draft.expires_at > now)


def _new_code() -> str:
    signs = "".join(secrets.choice(receipts.ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, CODE_LENGTH, 4))
