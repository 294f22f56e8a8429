"""Full-text search over what one may see, the newest first."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from complaints import lists, text
from complaints.actors import Actor
from complaints.lists import PAGE, Cursor, Page
from models.complaint import Complaint


def page(
    session: Session,
    actor: Actor,
    words: str,
    conditions: Sequence[ColumnElement[bool]],
    cursor: Cursor | None,
    *,
    options: Sequence[ExecutableOption] = (),
    limit: int = PAGE,
) -> Page:
    """One page of the complaints that hold each phrase of `words`. Nothing to look for finds nothing."""
    phrases = text.phrases(words)
    if not phrases:
        return Page([])
    found = and_(*[Complaint.search.op("@@")(func.phraseto_tsquery("simple", phrase)) for phrase in phrases])
    return lists.newest(session, actor, [found, *conditions], cursor, options=options, limit=limit)
