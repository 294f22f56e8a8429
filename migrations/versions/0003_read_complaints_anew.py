"""Runs that read complaints anew with a later model, their chunks, and what is in doubt because of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

COUNTS = ("read", "failed", "abstained", "differs", "settled", "disputed", "suspected")


def upgrade() -> None:
    op.create_table(
        "reclassifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column("open_only", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR ended_at = cancelled_at",
            name=op.f("ck_reclassifications_cancelled_is_ended"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_reclassifications_actor_id")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["users.id"], name=op.f("fk_reclassifications_cancelled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reclassifications")),
    )
    op.create_index(
        "uq_reclassifications_under_way",
        "reclassifications",
        [sa.text("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reclassification_chunks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("pairs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("first_id <= last_id", name=op.f("ck_reclassification_chunks_range_in_order")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["reclassifications.id"], name=op.f("fk_reclassification_chunks_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reclassification_chunks")),
    )
    op.create_index(
        "ix_reclassification_chunks_left",
        "reclassification_chunks",
        ["run_id", "tries", "id"],
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_reclassification_chunks_run_id_done_at", "reclassification_chunks", ["run_id", "done_at"]
    )
    op.create_table(
        "doubts",
        sa.Column("complaint_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("disputes", sa.Boolean(), nullable=False),
        sa.Column("suspects_danger", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("disputes OR suspects_danger", name=op.f("ck_doubts_doubts_something")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_doubts_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_doubts")),
    )
    op.create_index(
        "ix_doubts_danger", "doubts", ["complaint_id"], postgresql_where=sa.text("suspects_danger")
    )


def downgrade() -> None:
    op.drop_table("doubts")
    op.drop_table("reclassification_chunks")
    op.drop_table("reclassifications")
