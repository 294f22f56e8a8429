"""The consumer changes how to be reached, and lets the merchant that agreed to pay see it or not."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BEFORE = (
    "submit", "ask_triage", "route", "classify", "ask_supplement", "supplement", "offer_transfer",
    "confirm_transfer", "decline_transfer", "open_green_channel", "request_acceptance", "answer", "offer", "counter",
    "dispute", "agree", "pay_at_once", "leave_green_channel", "close_green_channel", "accept", "refuse",
    "start_mediation", "suspend", "resume", "report_performed", "confirm_performed", "close_performed", "reopen",
    "terminate", "withdraw", "assign", "note", "show_contact", "message", "attach", "escalate", "expire_offer",
    "designate", "reckon", "split", "unlock_compensation", "ask_compensation", "approve_compensation",
    "refuse_compensation", "pay_compensation", "miss_compensation", "confirm_compensation", "recover_compensation",
    "end_recovery",
)  # fmt: skip
ADDED = ("change_contact", "allow_contact", "disallow_contact")


def upgrade() -> None:
    op.add_column("contacts", sa.Column("allowed_at", sa.DateTime(timezone=True)))
    _allow((*BEFORE, *ADDED))


def downgrade() -> None:
    _allow(BEFORE)
    op.drop_column("contacts", "allowed_at")


def _allow(actions: tuple[str, ...]) -> None:
    """Change what an event may be called. Every event is looked through once, a second or two for each ten million."""
    listed = ", ".join(f"'{action}'" for action in actions)
    op.drop_constraint(op.f("ck_events_action"), "events")
    op.create_check_constraint(op.f("ck_events_action"), "events", f"action IN ({listed})")
