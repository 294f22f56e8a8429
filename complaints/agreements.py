"""From agreed to performed, or to broken and reopened. Nothing counts as performed on the merchant's word alone."""

from datetime import datetime

from complaints import compensation, workflow
from complaints.actors import SYSTEM, Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid, WrongStatus
from models.codes import Action, AgreementStatus, Outcome, Remedy, Status
from models.complaint import Complaint, Event
from models.settlement import Agreement, Offer

UNDER_WAY = frozenset({AgreementStatus.PERFORMING, AgreementStatus.REPORTED})

# What the outcome is called, by the strongest remedy of the agreement.
OUTCOMES = (
    (Remedy.COMPENSATION, Outcome.COMPENSATED),
    (Remedy.REPAIR, Outcome.REPAIRED_OR_REPLACED),
    (Remedy.REPLACE, Outcome.REPAIRED_OR_REPLACED),
    (Remedy.REDO, Outcome.REDONE),
    (Remedy.APOLOGY, Outcome.APOLOGY),
)


def report_performed(
    complaint: Complaint, actor: Actor, proof: str, *, now: datetime, clock: Clock
) -> Agreement:
    """The merchant says it did what was agreed, and how. The consumer has the last word. Raises Invalid without proof."""
    if not proof.strip():
        raise Invalid("proof", "required")
    agreement = under_way(complaint)
    workflow.perform(complaint, Action.REPORT_PERFORMED, actor, now=now, clock=clock, reason=proof)
    agreement.status = AgreementStatus.REPORTED
    agreement.reported_at = now
    agreement.proof = proof.strip()
    return agreement


def confirm(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event:
    """The consumer says it was done: the complaint closes with what was achieved."""
    agreement = under_way(complaint)
    event = workflow.perform(
        complaint,
        Action.CONFIRM_PERFORMED,
        actor,
        now=now,
        clock=clock,
        outcome=outcome_of(agreement, complaint),
    )
    _performed(agreement, now)
    return event


def close_unchallenged(complaint: Complaint, *, now: datetime, clock: Clock) -> Event:
    """The merchant's proof stood unchallenged to the end of its time. Raises WrongStatus where none was given."""
    agreement = under_way(complaint)
    if agreement.status is not AgreementStatus.REPORTED:
        raise WrongStatus("not_reported")
    event = workflow.perform(
        complaint,
        Action.CLOSE_PERFORMED,
        SYSTEM,
        now=now,
        clock=clock,
        outcome=outcome_of(agreement, complaint),
    )
    _performed(agreement, now)
    return event


def reopen(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock, reason: str = "") -> Event:
    """What was promised was not done: back to the last stage, one level higher, without filing again (domain 5.2 row 25).

    Also for a closed complaint whose agreement turns out not to have been kept. Advance compensation is unlocked.
    """
    level = complaint.level
    event = workflow.perform(complaint, Action.REOPEN, actor, now=now, clock=clock, reason=reason)
    complaint.level = min(max(complaint.level, level + 1), 5)
    for agreement in complaint.agreements:
        if agreement.status is not AgreementStatus.BREACHED:
            agreement.status = AgreementStatus.BREACHED
            agreement.performed_at = None
            agreement.breached_at = now
    if event.from_status is Status.CLOSED:
        compensation.let_go(complaint)
    compensation.unlock(complaint, "not_performed", now=now, clock=clock)
    return event


def under_way(complaint: Complaint) -> Agreement:
    """The agreement being performed. Raises WrongStatus where there is none."""
    for agreement in complaint.agreements:
        if agreement.status in UNDER_WAY:
            return agreement
    raise WrongStatus("no_agreement")


def outcome_of(agreement: Agreement, complaint: Complaint) -> Outcome:
    """What the agreement, once kept, amounts to for the consumer. Less money than asked for is a part refund."""
    remedies = set(agreement.offer.remedies)
    if Remedy.REFUND in remedies:
        return (
            Outcome.REFUNDED
            if _is_all_that_was_asked(agreement.offer, complaint)
            else Outcome.PARTLY_REFUNDED
        )
    return next(outcome for remedy, outcome in OUTCOMES if remedy in remedies)


def _is_all_that_was_asked(offer: Offer, complaint: Complaint) -> bool:
    """No sum was named, or as much was agreed in the same money: sums in two currencies are not compared."""
    if complaint.amount is None:
        return True
    return offer.currency == complaint.currency and (offer.amount or 0) >= complaint.amount


def _performed(agreement: Agreement, now: datetime) -> None:
    agreement.status = AgreementStatus.PERFORMED
    agreement.performed_at = now
