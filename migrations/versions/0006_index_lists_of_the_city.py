"""Lists of the whole city, and lists by state, get indexes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NARROWED_BY = ("status", "industry", "district", "urgency", "lane", "level")
STATE = ("status", "level", "lane", "urgency")
MATTER = ("industry", "district")
OPEN = "closed_at IS NULL"
ENDED = "closed_at IS NOT NULL"
UNASSIGNED = "closed_at IS NULL AND officer_id IS NULL"
UNROUTED = "closed_at IS NULL AND status IN ('submitted', 'triage')"
ASSIGNED = "closed_at IS NULL AND officer_id IS NOT NULL"
TOLD = "merchant_told_at IS NOT NULL AND kind = 'complaint'"
# Columns, those kept beside them, and which rows.
Shape = tuple[tuple[str, ...], tuple[str, ...], str | None]
ADDED: dict[str, Shape] = {
    "department_matter": (("department_id", *MATTER, "status"), (), None),
    "department_triage": (("department_id", "due_at", "id"), NARROWED_BY, UNROUTED),
    "department_state_newest": (("department_id", *STATE, "id"), MATTER, None),
    "department_state_due": (("department_id", *STATE, "due_at", "id"), MATTER, OPEN),
    "department_state_ended": (("department_id", *STATE, "closed_at", "id"), MATTER, ENDED),
    "officer_open": (("officer_id", "due_at", "id"), ("department_id", *NARROWED_BY), ASSIGNED),
    "merchant_open": (("merchant_id", "status", "due_at", "id"), (), f"{OPEN} AND {TOLD}"),
    "merchant_ended": (("merchant_id", "id"), (), f"{ENDED} AND {TOLD}"),
    "city_newest": (("id",), ("department_id", *NARROWED_BY), None),
    "city_due": (("due_at", "id"), ("department_id", *NARROWED_BY), OPEN),
    "city_ended": (("closed_at", "id"), ("department_id", *NARROWED_BY), ENDED),
    "city_unassigned": (("due_at", "id"), ("department_id", *NARROWED_BY), UNASSIGNED),
    "city_triage": (("due_at", "id"), ("department_id", *NARROWED_BY), UNROUTED),
    "city_state_newest": ((*STATE, "id"), ("department_id", *MATTER), None),
    "city_state_due": ((*STATE, "due_at", "id"), ("department_id", *MATTER), OPEN),
    "city_state_ended": ((*STATE, "closed_at", "id"), ("department_id", *MATTER), ENDED),
    "city_state_unassigned": ((*STATE, "due_at", "id"), ("department_id", *MATTER), UNASSIGNED),
}
DROPPED: dict[str, Shape] = {
    "officer_due": (("officer_id", "due_at", "id"), (), ASSIGNED),
    "merchant_due": (("merchant_id", "due_at", "id"), (), OPEN),
    "triage": (("department_id", "due_at", "id"), (), "status IN ('submitted', 'triage')"),
}


def upgrade() -> None:
    _exchange(ADDED, DROPPED)


def downgrade() -> None:
    _exchange(DROPPED, ADDED)


def _exchange(made: dict[str, Shape], dropped: dict[str, Shape]) -> None:
    """Outside of a transaction, so that nobody waits; what a broken-off try has left is made anew."""
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        for name, (columns, kept, condition) in made.items():
            _drop(name)
            op.create_index(
                f"ix_complaints_{name}",
                "complaints",
                columns,
                postgresql_concurrently=True,
                postgresql_include=kept or None,
                postgresql_where=sa.text(condition) if condition else None,
            )
        for name in dropped:
            _drop(name)
        op.execute("SET statement_timeout = '30s'")


def _drop(name: str) -> None:
    op.drop_index(
        f"ix_complaints_{name}", table_name="complaints", if_exists=True, postgresql_concurrently=True
    )
