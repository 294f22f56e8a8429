"""Keep issue and urgency with corrections, and count readings and words day by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

INDUSTRIES = ("housekeeping", "catering", "prepaid_card", "ecommerce", "other")
ISSUES = (
    "refund_refused",
    "quality",
    "false_advertising",
    "food_safety",
    "merchant_closed",
    "price_fee",
    "delivery",
    "service_attitude",
    "contract_terms",
    "personal_injury",
    "damage_theft",
    "privacy",
    "counterfeit",
    "safety_hazard",
    "other",
)
URGENCIES = ("emergency", "high", "normal", "low")
KEPT = (
    ("from_issue", ISSUES),
    ("to_issue", ISSUES),
    ("from_urgency", URGENCIES),
    ("to_urgency", URGENCIES),
)


def coded(name: str, codes: tuple[str, ...], *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    for name, codes in KEPT:
        op.add_column("corrections", coded(name, codes, nullable=True))
    op.create_index(op.f("ix_corrections_at"), "corrections", ["at"])
    op.create_index("ix_suggestions_at", "suggestions", ["at"], postgresql_using="brin")
    op.create_table(
        "reading_days",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        coded("said", INDUSTRIES, nullable=True),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        coded("decided", INDUSTRIES, nullable=True),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_days")),
    )
    op.create_index(op.f("ix_reading_days_day"), "reading_days", ["day"])
    op.create_table(
        "vocabulary_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("new_words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_vocabulary_days")),
    )


def downgrade() -> None:
    op.drop_table("vocabulary_days")
    op.drop_table("reading_days")
    op.drop_index("ix_suggestions_at", table_name="suggestions")
    op.drop_index(op.f("ix_corrections_at"), table_name="corrections")
    for name, _ in KEPT:
        op.drop_column("corrections", name)
