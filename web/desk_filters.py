"""What the desk's lists are narrowed by: read from the address, written back into it, and kept under a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

import i18n
from complaints.errors import Conflict
from complaints.lists import Filters, Tab
from complaints.text import clean
from models.codes import Industry, Lane, Status, Urgency
from models.people import SavedFilter, User
from web import districts
from web.moments import now

CODES: dict[str, type[StrEnum]] = {
    "industry": Industry,
    "status": Status,
    "urgency": Urgency,
    "lane": Lane,
}
LEVELS = range(6)
LONGEST_TEXT = 200
MOST_SAVED = 30


@dataclass(frozen=True)
class Question:
    """What a list is asked for: a drawer, its filters and words in the text."""

    tab: Tab = Tab.OPEN
    filters: Filters = Filters()  # noqa: RUF009  (frozen, hence safe to share)
    text: str = ""

    def address(self, **other: Any) -> dict[str, str]:
        """The same as arguments of an address; `other` takes precedence, None leaves out."""
        plain = {"tab": self.tab, "q": self.text} | {
            field.name: getattr(self.filters, field.name) for field in fields(self.filters)
        }
        return {name: str(value) for name, value in (plain | other).items() if value not in {None, ""}}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text) or self.filters != Filters()


def read(given: Mapping[str, str]) -> Question:
    """The question an address asks. What no list knows is passed over: an old link still shows something."""
    codes = {name: kind(given[name]) for name, kind in CODES.items() if given.get(name) in set(kind)}
    level = given.get("level", "")
    return Question(
        tab=Tab(given["tab"]) if given.get("tab") in set(Tab) else Tab.OPEN,
        filters=Filters(
            **codes,  # type: ignore[arg-type]
            level=int(level) if level in {str(number) for number in LEVELS} else None,
            district=given["district"] if given.get("district") in districts.NAMES else None,
        ),
        text=" ".join(clean(given.get("q", "")).split())[:LONGEST_TEXT],
    )


def in_words(question: Question) -> list[tuple[str, str]]:
    """Each filter that is set: the argument it is taken away by, and what it says."""
    filters = question.filters
    said = [("q", f"“{question.text}”" if question.text else "")]
    said += [(name, str(i18n.label(code))) for name in CODES if (code := getattr(filters, name)) is not None]
    said += [("district", districts.name(filters.district)), ("level", "")]
    if filters.level is not None:
        said[-1] = ("level", f"L{filters.level} {i18n.level(filters.level)}")
    return [(name, words) for name, words in said if words]


def saved(session: Session, user: User) -> Sequence[SavedFilter]:
    query = select(SavedFilter).where(SavedFilter.user_id == user.id)
    return session.scalars(query.order_by(SavedFilter.name)).all()


def keep(session: Session, user: User, name: str, question: Question) -> None:
    """Keep `question` under `name`; the same name again replaces it. Raises Conflict for too many."""
    held = session.scalar(select(func.count()).where(SavedFilter.user_id == user.id)) or 0
    if held >= MOST_SAVED:
        raise Conflict("too_many_filters", most=MOST_SAVED)
    query = urlencode(question.address())
    row = insert(SavedFilter).values(user_id=user.id, name=name, query=query, created_at=now())
    session.execute(row.on_conflict_do_update(index_elements=["user_id", "name"], set_={"query": query}))


def drop(session: Session, user: User, filter_id: int) -> None:
    """Forget one of one's own. Repeatable: what is gone is gone, and of others' nothing is told."""
    session.execute(delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == user.id))
