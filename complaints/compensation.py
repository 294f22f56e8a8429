"""Advance compensation 赔偿先付 as a small state table: unlocked by the rules, decided and paid by people."""

from datetime import datetime

from complaints.errors import WrongStatus
from models.codes import CompensationStatus
from models.complaint import Complaint
from models.settlement import Compensation

C = CompensationStatus
NEXT: dict[CompensationStatus, frozenset[CompensationStatus]] = {
    C.ELIGIBLE: frozenset({C.REQUESTED}),
    C.REQUESTED: frozenset({C.APPROVED, C.REFUSED}),
    C.APPROVED: frozenset({C.PAID}),
    C.REFUSED: frozenset(),
    C.PAID: frozenset({C.RECOVERING}),
    C.RECOVERING: frozenset({C.RECOVERED, C.WRITTEN_OFF}),
    C.RECOVERED: frozenset(),
    C.WRITTEN_OFF: frozenset(),
}


def unlock(complaint: Complaint, reason: str, *, now: datetime) -> Compensation | None:
    """Make `complaint` eligible where somebody pledged to pay first; None where nobody did. Repeatable: the first stays."""
    if complaint.compensation is not None:
        return complaint.compensation
    merchant = complaint.merchant
    payer = merchant and (merchant.platform or merchant)
    if payer is None or not payer.pledges_compensation:
        return None
    complaint.compensation = Compensation(
        status=C.ELIGIBLE,
        reason=reason,
        payer_id=payer.id,
        amount=_within(complaint.amount, payer.compensation_limit) if complaint.currency == "CNY" else None,
        currency="CNY" if complaint.amount and complaint.currency == "CNY" else None,
        unlocked_at=now,
    )
    return complaint.compensation


def move(compensation: Compensation, status: CompensationStatus, *, now: datetime) -> None:
    """One step along the table, or WrongStatus."""
    if status not in NEXT[compensation.status]:
        raise WrongStatus("wrong_compensation_status", status=compensation.status)
    compensation.status = status
    compensation.decided_at = now


def _within(amount: int | None, limit: int | None) -> int | None:
    if not amount:
        return None
    return amount if limit is None else min(amount, limit) or None
