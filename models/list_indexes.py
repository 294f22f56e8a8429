"""The indexes of complaints that lists are read from: each holds a drawer in its order.

Who works for an office reads that office's; who looks after the city reads those of the city. What lists are
narrowed by is kept in them, so that what does not fit is passed over without reading its row. Where states are
asked for, those that begin with them are read, a stretch for each combination of the others: what is rare in a
city is found no later than what is common.
"""

from collections.abc import Sequence

from sqlalchemy import Index, text

NARROWED_BY = ("status", "industry", "district", "urgency", "lane", "level")
STATE = ("status", "level", "lane", "urgency")
MATTER = ("industry", "district")
DUE, ENDED = ("due_at", "id"), ("closed_at", "id")
TOLD = "merchant_told_at IS NOT NULL AND kind = 'complaint'"  # what a merchant may see
# The order of each drawer, and what is in it.
DRAWERS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "newest": (("id",), None),
    "due": (DUE, "closed_at IS NULL"),
    "ended": (ENDED, "closed_at IS NOT NULL"),
    "unassigned": (DUE, "closed_at IS NULL AND officer_id IS NULL"),
    "triage": (DUE, "closed_at IS NULL AND status IN ('submitted', 'triage')"),
}
BY_STATE_IN_OFFICE = ("newest", "due", "ended")  # of the others an office has few
BY_STATE_IN_CITY = (*BY_STATE_IN_OFFICE, "unassigned")


def list_indexes() -> list[Index]:
    """All of them, for the table's arguments."""
    office, city = ("department_id",), ()
    of_city = (*office, *NARROWED_BY)
    assigned = "closed_at IS NULL AND officer_id IS NOT NULL"
    return [
        _index("officer_open", ("officer_id", *DUE), of_city, assigned),
        _index("merchant_open", ("merchant_id", "status", *DUE), (), f"closed_at IS NULL AND {TOLD}"),
        _index("merchant_ended", ("merchant_id", "id"), (), f"closed_at IS NOT NULL AND {TOLD}"),
        _index("department_matter", (*office, *MATTER, "status")),
        *[_drawer("department", office, drawer, NARROWED_BY) for drawer in DRAWERS],
        *[_drawer("city", city, drawer, of_city) for drawer in DRAWERS],
        *[_drawer("department_state", (*office, *STATE), drawer, MATTER) for drawer in BY_STATE_IN_OFFICE],
        *[_drawer("city_state", STATE, drawer, (*office, *MATTER)) for drawer in BY_STATE_IN_CITY],
    ]


def _drawer(whose: str, first: Sequence[str], drawer: str, kept: Sequence[str]) -> Index:
    order, condition = DRAWERS[drawer]
    return _index(f"{whose}_{drawer}", (*first, *order), kept, condition)


def _index(
    name: str, columns: Sequence[str], kept: Sequence[str] = (), condition: str | None = None
) -> Index:
    where = text(condition) if condition else None
    return Index(f"ix_complaints_{name}", *columns, postgresql_include=kept or None, postgresql_where=where)
