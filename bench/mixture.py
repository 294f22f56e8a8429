"""What sets the complaints of a city apart, so that lists can be narrowed: who has them, how late they are, which lane.

Made of the patterns before they are copied. Deadlines are left as they are: nothing that sweeps is measured on it.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

PER_OFFICER = 20_000  # complaints stored for each officer of an office

TEN = "id / 10"  # the patterns by tens, of which the first six have ended
CHANGES = (
    """
    lane = CASE WHEN {ten} % 100 = 7 THEN 'emergency' WHEN {ten} % 20 = 3 THEN 'international' ELSE lane END
    WHERE true""",
    """
    status = CASE WHEN {ten} % 10 IN (5, 8) THEN 'mediating' ELSE 'accepted' END
    WHERE status = 'pending_acceptance' AND {ten} % 10 IN (1, 2, 4, 5, 8)""",
    """
    status = 'suspended', due_at = NULL WHERE status = 'pending_acceptance' AND {ten} % 20 = 9""",
    """
    due_at = :now - (1 + {ten} % 9) * interval '1 hour', level = CASE WHEN {ten} = 0 THEN 5
    WHEN {ten} % 50 = 0 THEN 4 WHEN {ten} % 30 = 0 THEN 3 WHEN {ten} % 20 = 0 THEN 2 ELSE 1 END
    WHERE closed_at IS NULL AND {ten} % 10 = 0""",
    """
    status = 'not_accepted', outcome = 'out_of_scope' WHERE status = 'closed' AND {ten} % 12 = 5""",
    """
    status = 'withdrawn', outcome = 'withdrawn' WHERE status = 'closed' AND {ten} % 30 = 7""",
    """
    status = 'terminated', outcome = 'no_agreement' WHERE status = 'closed' AND {ten} IN (44, 88)""",
    """
    level = CASE WHEN {ten} % 50 = 1 THEN 5 ELSE 1 END WHERE closed_at IS NOT NULL AND {ten} % 10 = 1""",
    """
    officer_id = (SELECT min(u.id) FROM users u WHERE u.role = 'officer'
    AND u.department_id = complaints.department_id) WHERE closed_at IS NULL AND {ten} % 10 <> 6""",
)
COPIED = {"officer_id": "officer_id + turn % {officers}"}


def officers(size: int) -> int:
    """How many an office has in a city of `size` complaints; their ids follow each other."""
    return max(1, size // PER_OFFICER)


def stir(session: Session, now: datetime) -> None:
    """Change the patterns, which are all that is stored so far."""
    for change in CHANGES:
        session.execute(
            text(f"UPDATE complaints SET {change.format(ten=TEN)}"), {"now": now} if ":now" in change else {}
        )
