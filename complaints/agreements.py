"""From agreed to performed, or to broken and reopened. Nothing counts as performed on the merchant's word alone."""

from datetime import date, datetime

from complaints import compensation, workflow
from complaints.actors import SYSTEM, Actor
from complaints.clock import Target, due_at
from complaints.deadlines import Clock, end_of_day
from complaints.errors import Gone, Invalid, WrongStatus
from models.codes import Action, AgreementStatus, Outcome, Remedy, Role, RollPolicy, Status, Unit
from models.complaint import Complaint, Event
from models.settlement import Agreement, Offer

# A right to act always moves on to the next working day (S-35).
REOPENING = Target(30, Unit.CALENDAR_DAYS, RollPolicy.NON_WORKING_DAY)
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
    The consumer is refused before anything can be broken (WrongStatus) and when the time for it is over (Gone).
    """
    workflow.demand(complaint, Action.REOPEN, actor)
    if actor.role is Role.CONSUMER:
        _demand_in_time(complaint, now, clock)
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


def may_reopen(complaint: Complaint, *, now: datetime, clock: Clock) -> bool:
    """Whether the consumer may say at `now`, as far as time is concerned, that what was agreed was not done."""
    day, until = promised_day(complaint), reopens_until(complaint, clock)
    return (day is None or end_of_day(day) <= now) and (until is None or now < until)


def promised_day(complaint: Complaint) -> date | None:
    """The day to whose end the merchant has time. None where it says that it is done: that may be denied at once."""
    promised = [one.perform_by for one in complaint.agreements if one.status is AgreementStatus.PERFORMING]
    return promised[0] if promised else None


def reopens_until(complaint: Complaint, clock: Clock) -> datetime | None:
    """Until when a closed complaint may be opened again (S-35)."""
    if complaint.closed_at is None:
        return None
    return due_at(REOPENING, complaint.closed_at, (), clock.calendar)


def _demand_in_time(complaint: Complaint, now: datetime, clock: Clock) -> None:
    if may_reopen(complaint, now=now, clock=clock):
        return
    day = promised_day(complaint)
    if day is not None:
        raise WrongStatus("not_due_yet", day=day)
    raise Gone("reopening_over", days=REOPENING.duration)


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
