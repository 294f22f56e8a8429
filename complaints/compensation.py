"""Advance compensation 赔偿先付: unlocked by the rules, asked for by the consumer, decided, paid and recovered by the payer.

Each verb is one action of the workflow, which says who may and when; what it means for the money stands here. Whoever
pays decides: the platform or the merchant that pledged. Where nobody signs in for it, the office records its word.
"""

from datetime import datetime
from typing import Any

from complaints import claims, notices, workflow
from complaints.actors import SYSTEM, Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid, WrongStatus
from models.codes import Action, CompensationStatus, Recipient, Role, Status
from models.complaint import Complaint
from models.settlement import Compensation

LARGEST = 100_000_000  # fen: one million yuan for one complaint
LONGEST_REASON = 2_000
LONGEST_REFERENCE = 200

C = CompensationStatus
NEXT: dict[CompensationStatus, frozenset[CompensationStatus]] = {
    C.ELIGIBLE: frozenset({C.REQUESTED}),
    C.REQUESTED: frozenset({C.APPROVED, C.REFUSED, C.ELIGIBLE}),
    C.APPROVED: frozenset({C.PAID, C.ELIGIBLE}),
    C.REFUSED: frozenset(),
    C.PAID: frozenset({C.APPROVED, C.RECOVERING}),
    C.RECOVERING: frozenset({C.APPROVED, C.RECOVERED, C.WRITTEN_OFF}),
    C.RECOVERED: frozenset(),
    C.WRITTEN_OFF: frozenset(),
}


def unlock(complaint: Complaint, reason: str, *, now: datetime, clock: Clock) -> Compensation | None:
    """Make `complaint` eligible where money is asked for and somebody pledged to pay first, and tell the consumer.

    None where nobody did, or nothing but an apology or a repair is asked for. Repeatable: the first stays.
    """
    if complaint.compensation is not None:
        return complaint.compensation
    merchant = complaint.merchant
    payer = merchant and (merchant.platform or merchant)
    if payer is None or not payer.pledges_compensation or payer.compensation_limit == 0:
        return None
    if not complaint.amount and claims.PAID.isdisjoint(complaint.remedies):
        return None
    complaint.compensation = Compensation(
        status=C.ELIGIBLE,
        reason=reason,
        payer_id=payer.id,
        payer=payer,
        amount=_within(complaint.amount, payer.compensation_limit) if complaint.currency == "CNY" else None,
        currency="CNY" if complaint.amount and complaint.currency == "CNY" else None,
        unlocked_at=now,
    )
    workflow.perform(
        complaint, Action.UNLOCK_COMPENSATION, SYSTEM, now=now, clock=clock, details={"why": reason}
    )
    return complaint.compensation


def let_go(complaint: Complaint) -> None:
    """What was asked for or promised, and not paid when the complaint closed, may be asked for anew. Repeatable."""
    asked = complaint.compensation
    if asked is not None and asked.status in {C.REQUESTED, C.APPROVED}:
        move(asked, C.ELIGIBLE)
        asked.requested_at = asked.decided_at = asked.granted = None


def ask(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Compensation:
    """The consumer asks whoever pledged to pay first. Repeatable: what is being decided is not asked for again."""
    if _is_asked_by(complaint, actor):
        return _of(complaint)
    workflow.perform(complaint, Action.ASK_COMPENSATION, actor, now=now, clock=clock)
    asked = _of(complaint)
    move(asked, C.REQUESTED)
    asked.requested_at = now
    _tell_payer(complaint, Action.ASK_COMPENSATION, now)
    return asked


def approve(complaint: Complaint, actor: Actor, amount: int, *, now: datetime, clock: Clock) -> Compensation:
    """The payer grants `amount` fen, which it is to pay within two working days.

    Raises Invalid for a sum beyond the claim or beyond what was pledged.
    """
    workflow.demand(complaint, Action.APPROVE_COMPENSATION, actor)
    asked = _of(complaint)
    most = ceiling(asked)
    if not 0 < amount <= most:
        raise Invalid("amount", "over_pledge", most=f"{most / 100:,.2f}")
    _perform(complaint, Action.APPROVE_COMPENSATION, actor, now, clock, amount=amount, currency="CNY")
    move(asked, C.APPROVED)
    asked.granted, asked.decided_at = amount, now
    return asked


def refuse(complaint: Complaint, actor: Actor, reason: str, *, now: datetime, clock: Clock) -> Compensation:
    """The payer does not pay, and says why in words the consumer reads. Raises Invalid without them."""
    workflow.demand(complaint, Action.REFUSE_COMPENSATION, actor)
    _check(reason, "reason", LONGEST_REASON)
    _perform(complaint, Action.REFUSE_COMPENSATION, actor, now, clock, reason)
    asked = _of(complaint)
    move(asked, C.REFUSED)
    asked.refusal, asked.decided_at = reason.strip(), now
    return asked


def pay(complaint: Complaint, actor: Actor, reference: str, *, now: datetime, clock: Clock) -> Compensation:
    """The payer has paid; `reference` lets the consumer find the payment. Raises Invalid without one."""
    workflow.demand(complaint, Action.PAY_COMPENSATION, actor)
    _check(reference, "reference", LONGEST_REFERENCE)
    asked = _of(complaint)
    sum_ = {"amount": asked.granted, "currency": "CNY"}
    _perform(complaint, Action.PAY_COMPENSATION, actor, now, clock, reference, **sum_)
    move(asked, C.PAID)
    asked.reference, asked.paid_at = reference.strip(), now
    return asked


def miss(complaint: Complaint, actor: Actor, reason: str, *, now: datetime, clock: Clock) -> Compensation:
    """The consumer says that the money did not arrive: it is owed again, with the time for paying it started anew."""
    workflow.demand(complaint, Action.MISS_COMPENSATION, actor)
    _check(reason, "reason", LONGEST_REASON)
    _perform(complaint, Action.MISS_COMPENSATION, actor, now, clock, reason)
    asked = _of(complaint)
    move(asked, C.APPROVED)
    asked.reference = asked.paid_at = None
    _tell_payer(complaint, Action.MISS_COMPENSATION, now)
    return asked


def confirm(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Compensation:
    """The consumer has the money and wants no more: the complaint closes as compensated. Recovery goes its own way."""
    _perform(complaint, Action.CONFIRM_COMPENSATION, actor, now, clock)
    asked = _of(complaint)
    if asked.payer_id != complaint.merchant_id:
        _tell_payer(complaint, Action.CONFIRM_COMPENSATION, now)
    return asked


def recover(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Compensation:
    """The payer asks the merchant for what it paid in its place, and the merchant is told."""
    _perform(complaint, Action.RECOVER_COMPENSATION, actor, now, clock)
    move(_of(complaint), C.RECOVERING)
    notices.tell(complaint, Action.RECOVER_COMPENSATION, [Recipient.MERCHANT], now=now)
    return _of(complaint)


def end_recovery(
    complaint: Complaint, actor: Actor, *, is_recovered: bool, now: datetime, clock: Clock
) -> Compensation:
    """The merchant has paid it back, or the payer gives it up. The consumer keeps the money either way."""
    status = C.RECOVERED if is_recovered else C.WRITTEN_OFF
    _perform(complaint, Action.END_RECOVERY, actor, now, clock, status=str(status))
    move(_of(complaint), status)
    return _of(complaint)


def move(compensation: Compensation, status: CompensationStatus) -> None:
    """One step along the table, or WrongStatus."""
    if status not in NEXT[compensation.status]:
        raise WrongStatus("wrong_compensation_status", status=compensation.status)
    compensation.status = status


def ceiling(compensation: Compensation) -> int:
    """The most that can be granted, in fen: no more than was claimed, and no more than was pledged."""
    limit = compensation.payer.compensation_limit if compensation.payer is not None else None
    return compensation.amount or limit or LARGEST


def rests(complaint: Complaint) -> bool:
    """Whether nothing more comes of it: the complaint was settled or given up before anything was paid."""
    asked = complaint.compensation
    is_settled = complaint.status in {Status.CLOSED, Status.WITHDRAWN}
    return asked is not None and is_settled and asked.status in {C.ELIGIBLE, C.REQUESTED, C.APPROVED}


def _of(complaint: Complaint) -> Compensation:
    if complaint.compensation is None:
        raise WrongStatus("wrong_compensation_status", status=complaint.status)
    return complaint.compensation


def _perform(
    complaint: Complaint,
    action: Action,
    actor: Actor,
    now: datetime,
    clock: Clock,
    reason: str = "",
    **details: Any,
) -> None:
    workflow.perform(complaint, action, actor, now=now, clock=clock, reason=reason, details=details)


def _tell_payer(complaint: Complaint, template: Action, now: datetime) -> None:
    """Tell whoever signs in for the payer. The office is told beside it, and decides where nobody does."""
    asked = _of(complaint)
    if asked.has_payer_at_hand:
        notices.tell_merchant(complaint, template, asked.payer_id, now=now)


def _is_asked_by(complaint: Complaint, actor: Actor) -> bool:
    asked = complaint.compensation
    is_requested = asked is not None and asked.status is C.REQUESTED
    return is_requested and actor.role is Role.CONSUMER and actor.is_party_to(complaint)


def _check(words: str, field: str, most: int) -> None:
    if not words.strip():
        raise Invalid(field, "required")
    if len(words.strip()) > most:
        raise Invalid(field, "too_long", most=most)


def _within(amount: int | None, limit: int | None) -> int | None:
    if not amount:
        return None
    return amount if limit is None else min(amount, limit) or None
