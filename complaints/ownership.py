"""Who has a complaint. What another office was asked ends where the complaint moves otherwise, or ends itself."""

from datetime import datetime

from models.complaint import Complaint


def move(complaint: Complaint, department_id: int | None, *, now: datetime) -> None:
    """Make it that office's, and nobody's there in person yet. Nothing where it has it already: repeatable."""
    if department_id != complaint.department_id:
        ask_nobody(complaint, now=now)
        complaint.department_id = department_id
        complaint.officer_id = None


def ask_nobody(complaint: Complaint, *, now: datetime) -> None:
    """Withdraw what another office was asked and has not answered. Repeatable."""
    for handover in complaint.handovers:
        if handover.is_open:
            handover.answered_at = now
