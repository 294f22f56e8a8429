"""What a consumer sends to the office when asked for additions is not for the merchant, also where it was sent before."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

CODES = ("parties", "consumer", "staff")
EVENTS_TOLD_TO_BOTH = """
    UPDATE events SET audience = 'consumer'
    WHERE audience = 'parties' AND (
        action IN ('ask_supplement', 'supplement')
        OR (from_status = 'supplementing' AND action IN ('message', 'attach') AND role <> 'merchant'))"""
# A file has the instant of the event that tells of it.
FILES_SHOWN_TO_BOTH = """
    UPDATE attachments SET audience = 'consumer' FROM events
    WHERE events.complaint_id = attachments.complaint_id AND events.at = attachments.uploaded_at
    AND events.action = 'attach' AND events.audience = 'consumer' AND attachments.party <> 'merchant'"""


def upgrade() -> None:
    op.add_column(
        "attachments", sa.Column("audience", sa.String(length=40), nullable=False, server_default="parties")
    )
    listed = ", ".join(f"'{code}'" for code in CODES)
    op.create_check_constraint(op.f("ck_attachments_audience"), "attachments", f"audience IN ({listed})")
    _allow(CODES)
    _rewrite(EVENTS_TOLD_TO_BOTH)
    op.execute(FILES_SHOWN_TO_BOTH)


def downgrade() -> None:
    _rewrite("UPDATE events SET audience = 'staff' WHERE audience = 'consumer'")
    _allow(("parties", "staff"))
    op.drop_column("attachments", "audience")


def _allow(codes: tuple[str, ...]) -> None:
    """Change whom an event may be for. Every event is looked through once, a second or two for each ten million."""
    listed = ", ".join(f"'{code}'" for code in codes)
    op.drop_constraint(op.f("ck_events_audience"), "events")
    op.create_check_constraint(op.f("ck_events_audience"), "events", f"audience IN ({listed})")


def _rewrite(statement: str) -> None:
    """Change events, which nothing else may: only whom they are for, in the transaction of the migration."""
    op.execute("ALTER TABLE events DISABLE TRIGGER events_append_only")
    op.execute(statement)
    op.execute("ALTER TABLE events ENABLE TRIGGER events_append_only")
