"""What an office was asked and never answered can be withdrawn, and is where the complaint has ended."""

from alembic import op

revision = "0010"
down_revision = "0009"

WITHDRAWN = """
    UPDATE handovers SET answered_at = complaints.closed_at FROM complaints
    WHERE complaints.id = handovers.complaint_id AND handovers.answered_at IS NULL
    AND complaints.closed_at IS NOT NULL"""
DECLINED = "UPDATE handovers SET accepted = false WHERE accepted IS NULL AND answered_at IS NOT NULL"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_handovers_answered_at_matches_answer"), "handovers")
    op.create_check_constraint(
        op.f("ck_handovers_answer_has_instant"), "handovers", "accepted IS NULL OR answered_at IS NOT NULL"
    )
    op.execute(WITHDRAWN)


def downgrade() -> None:
    op.execute(DECLINED)
    op.drop_constraint(op.f("ck_handovers_answer_has_instant"), "handovers")
    op.create_check_constraint(
        op.f("ck_handovers_answered_at_matches_answer"),
        "handovers",
        "(accepted IS NULL) = (answered_at IS NULL)",
    )
