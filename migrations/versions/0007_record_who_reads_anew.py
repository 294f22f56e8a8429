"""Who begins a reading anew of all complaints, and who cancels it, stands in the record of changes."""

from alembic import op

revision = "0007"
down_revision = "0006"

BEFORE = (
    "add_office", "change_office", "close_office", "reopen_office", "invite_person", "resend_invitation", "move_person",
    "disable_person", "enable_person", "end_sessions", "add_route", "change_route", "move_route", "drop_route",
    "new_time_limit", "change_calendar", "import_calendar", "retry_job", "discard_job", "retry_notice",
    "verify_application", "refuse_application", "suspend_member", "readmit_member",
)  # fmt: skip
ADDED = ("begin_reclassification", "cancel_reclassification")


def upgrade() -> None:
    _allow((*BEFORE, *ADDED))


def downgrade() -> None:
    _allow(BEFORE)


def _allow(actions: tuple[str, ...]) -> None:
    """Change what a line of the record may be called. Refused on the way back once there is one of the new ones."""
    listed = ", ".join(f"'{action}'" for action in actions)
    op.drop_constraint(op.f("ck_admin_events_adminaction"), "admin_events")
    op.create_check_constraint(op.f("ck_admin_events_adminaction"), "admin_events", f"action IN ({listed})")
