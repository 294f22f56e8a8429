"""Two more indexes of the desk keep what its lists are narrowed by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NARROWED_BY = ("status", "industry", "district", "urgency", "lane", "level")
INDEXES = {
    "ix_complaints_department_ended": ("closed_at", "closed_at IS NOT NULL"),
    "ix_complaints_department_unassigned": ("due_at", "closed_at IS NULL AND officer_id IS NULL"),
}


def upgrade() -> None:
    _make_anew(NARROWED_BY)


def downgrade() -> None:
    _make_anew(())


def _make_anew(kept: tuple[str, ...]) -> None:
    for name, (ordered_by, condition) in INDEXES.items():
        op.drop_index(name, table_name="complaints")
        op.create_index(
            name,
            "complaints",
            ["department_id", ordered_by, "id"],
            postgresql_include=kept or None,
            postgresql_where=sa.text(condition),
        )
