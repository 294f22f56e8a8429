"""Full-text search over what one may see, the newest first.

A word that is common is found at once among the newest rows, where the index of words would return half the
table. A word that is rare, or two that never meet, is found at once by the index of words, where reading rows
from the newest down would read them all. So the newest are read first, and only then the index is asked.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from complaints import lists, queries, text
from complaints.actors import Actor
from complaints.lists import NEWEST, PAGE, Cursor, Page
from models.complaint import Complaint

RECENT = 3_000  # how many rows are read before the index is asked


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
    is_back = cursor is not None and cursor.is_back
    order = Complaint.id.asc() if is_back else Complaint.id.desc()
    wanted = [*conditions, *[_holds(phrase) for phrase in phrases]]
    if cursor is not None:
        wanted.append(Complaint.id > cursor.id if is_back else Complaint.id < cursor.id)
    edge = session.scalar(queries.edge(actor, wanted[-1:] if cursor else [], order, RECENT))
    near, far = _parted(edge, is_back)
    newest = queries.first(actor, [*near, *wanted], [order], limit + 1)
    rows = list(session.scalars(newest.options(*options)))
    if far and len(rows) <= limit:
        others = _by_index(actor, phrases, [*far, *wanted]).order_by(order).limit(limit + 1 - len(rows))
        rows += session.scalars(others.options(*options))
    return lists.cut(rows, cursor, NEWEST, limit)


def _parted(edge: int | None, is_back: bool) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """What is read row by row and what is left to the index; without an edge all of it is read."""
    if edge is None:
        return [], []
    if is_back:
        return [Complaint.id <= edge], [Complaint.id > edge]
    return [Complaint.id >= edge], [Complaint.id < edge]


def _holds(phrase: Sequence[str]) -> ColumnElement[bool]:
    return func.strpos(Complaint.search, text.padded(phrase)) > 0


def _by_index(
    actor: Actor, phrases: Sequence[Sequence[str]], conditions: Sequence[ColumnElement[bool]]
) -> Select[Complaint]:
    """All that fits, gathered before it is ordered: else the order might be followed row by row to its end."""
    grams = sorted({gram for phrase in phrases for gram in text.grams(phrase)})
    held = Complaint.grams.contains(grams)
    hits = queries.every_id(actor, [held, *conditions]).cte("hits")
    hits = hits.prefix_with("MATERIALIZED", dialect="postgresql")
    return select(Complaint).join(hits, hits.c.id == Complaint.id)
