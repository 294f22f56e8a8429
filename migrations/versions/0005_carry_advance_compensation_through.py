"""Advance compensation keeps who asked, what was decided and how it was paid; its steps stand on the timeline."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BEFORE = (
    "submit", "ask_triage", "route", "classify", "ask_supplement", "supplement", "offer_transfer",
    "confirm_transfer", "decline_transfer", "open_green_channel", "request_acceptance", "answer", "offer", "counter",
    "dispute", "agree", "pay_at_once", "leave_green_channel", "close_green_channel", "accept", "refuse",
    "start_mediation", "suspend", "resume", "report_performed", "confirm_performed", "close_performed", "reopen",
    "terminate", "withdraw", "assign", "note", "show_contact", "message", "attach", "escalate", "expire_offer",
    "designate", "reckon", "split",
)  # fmt: skip
ADDED = (
    "unlock_compensation", "ask_compensation", "approve_compensation", "refuse_compensation", "pay_compensation",
    "miss_compensation", "confirm_compensation", "recover_compensation", "end_recovery",
)  # fmt: skip
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "granted": sa.BigInteger(),
    "refusal": sa.Text(),
    "reference": sa.String(length=200),
    "requested_at": sa.DateTime(timezone=True),
    "paid_at": sa.DateTime(timezone=True),
}
CHECKS = {
    "granted_within": "granted > 0 AND (amount IS NULL OR granted <= amount)",
    "granted_matches_status": "(granted IS NULL) = (status IN ('eligible', 'requested', 'refused'))",
    "requested_at_matches_status": "(requested_at IS NULL) = (status = 'eligible')",
    "refusal_matches_status": "(refusal IS NULL) = (status <> 'refused')",
    "paid_at_matches_status": (
        "(paid_at IS NULL) = (status IN ('eligible', 'requested', 'approved', 'refused'))"
    ),
    "reference_matches_payment": "(paid_at IS NULL) = (reference IS NULL)",
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("compensations", sa.Column(name, kind))
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_compensations_{name}"), "compensations", condition)
    op.create_index("ix_compensations_payer_id", "compensations", ["payer_id", "status"])
    _allow((*BEFORE, *ADDED))


def downgrade() -> None:
    _allow(BEFORE)
    op.drop_index("ix_compensations_payer_id", table_name="compensations")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_compensations_{name}"), "compensations")
    for name in COLUMNS:
        op.drop_column("compensations", name)


def _allow(actions: tuple[str, ...]) -> None:
    """Change what an event may be called. Every event is looked through once, a second or two for each ten million."""
    listed = ", ".join(f"'{action}'" for action in actions)
    op.drop_constraint(op.f("ck_events_action"), "events")
    op.create_check_constraint(op.f("ck_events_action"), "events", f"action IN ({listed})")
