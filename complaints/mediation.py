"""Mediation: who may conduct it, that both sides want it, its stops, and its end without agreement."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints import notices, workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Conflict, Invalid
from models.codes import Action, Outcome, Role, TerminationGround
from models.complaint import Complaint, Event
from models.people import User

# What came of it, where the ground says more than that nobody agreed.
OUTCOMES = {
    TerminationGround.WITHDRAWN: Outcome.WITHDRAWN,
    TerminationGround.REFUSAL_GROUND: Outcome.OUT_OF_SCOPE,
    TerminationGround.DEATH: Outcome.UNREACHABLE,
}


@dataclass(frozen=True)
class Consents:
    """Who agreed to what (Decree 121 arts 18, 19, 21), as the officer has it on record."""

    consumer: bool
    merchant: bool
    delegation: bool  # both, to a body outside the accepting office
    no_interest: bool  # the mediator declared to be nobody's relative and to have no stake


@dataclass(frozen=True)
class Candidate:
    """A mediator of the pool. `conflict` says why not; `has_met` counts other cases with the merchant."""

    mediator: User
    busy_with: int
    has_met: int
    speaks: bool
    conflict: str


def candidates(session: Session, complaint: Complaint) -> list[Candidate]:
    """Everybody in the mediation pool: who may, speaks the language and has least to do stands first."""
    query = select(User).where(
        User.department_id == complaint.pool_id, User.role == Role.MEDIATOR, User.is_enabled
    )
    people = session.scalars(query.order_by(User.id)).all()
    cases = _cases(session, complaint, people)
    found = [_candidate(complaint, person, *cases.get(person.id, (0, 0))) for person in people]
    return sorted(found, key=lambda one: (bool(one.conflict), not one.speaks, one.has_met, one.busy_with))


def conflict(complaint: Complaint, mediator: User) -> str:
    """Why `mediator` may not conduct this mediation; empty when nothing is in the way (Decree 121 art 21)."""
    if mediator.role is not Role.MEDIATOR or not mediator.is_enabled:
        return "not_a_mediator"
    if mediator.department_id != complaint.pool_id:
        return "not_in_the_pool"
    return "is_a_party" if _is_a_party(complaint, mediator) else ""


def start(
    complaint: Complaint,
    actor: Actor,
    mediator: User,
    consents: Consents,
    *,
    now: datetime,
    clock: Clock,
) -> Event:
    """Begin mediation. Raises Conflict for a mediator who may not, Invalid where a consent is missing.

    What was ticked is kept with the event. What the consumer agreed to when filing speaks for the consumer alone.
    """
    workflow.demand(complaint, Action.START_MEDIATION, actor)
    _check(complaint, mediator, consents)
    event = workflow.perform(
        complaint,
        Action.START_MEDIATION,
        actor,
        now=now,
        clock=clock,
        details={
            "mediator_id": mediator.id,
            "pool_id": complaint.pool_id,
            "delegated": is_delegated(complaint),
            "consents": asdict(consents),
        },
    )
    complaint.mediator_id = mediator.id
    notices.tell_person(complaint, "named_mediator", mediator.id, now=now)
    return event


def is_delegated(complaint: Complaint) -> bool:
    """Whether a body other than the accepting office mediates, to which both sides must agree (art 19)."""
    return complaint.pool_id != complaint.department_id


def suspend(complaint: Complaint, actor: Actor, reason: str, *, now: datetime, clock: Clock) -> Event:
    """Stop for an appraisal or a test: that time is excluded from the term (art 22)."""
    return workflow.perform(complaint, Action.SUSPEND, actor, now=now, clock=clock, reason=reason)


def resume(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event:
    """Go on where it stopped."""
    return workflow.perform(complaint, Action.RESUME, actor, now=now, clock=clock)


def terminate(
    complaint: Complaint,
    actor: Actor,
    ground: TerminationGround | None,
    reason: str,
    *,
    now: datetime,
    clock: Clock,
) -> Event:
    """End it without an agreement, on one of the grounds of art 23. Both sides are told at once (S-05)."""
    workflow.demand(complaint, Action.TERMINATE, actor)
    if ground is None:
        raise Invalid("ground", "required")
    return workflow.perform(
        complaint,
        Action.TERMINATE,
        actor,
        now=now,
        clock=clock,
        reason=reason,
        outcome=OUTCOMES.get(ground),
        details={"ground": str(ground)},
    )


def _is_a_party(complaint: Complaint, mediator: User) -> bool:
    addresses = [complaint.contact.email] if complaint.contact is not None else []
    if complaint.consumer is not None:
        addresses.append(complaint.consumer.email)
    return mediator.email.casefold() in {address.casefold() for address in addresses if address}


def _check(complaint: Complaint, mediator: User, consents: Consents) -> None:
    in_the_way = conflict(complaint, mediator)
    if in_the_way:
        raise Conflict(in_the_way)
    if not consents.consumer:
        raise Invalid("consumer", "consent_missing")
    if not consents.merchant:
        raise Invalid("merchant", "consent_missing")
    if is_delegated(complaint) and not consents.delegation:
        raise Invalid("delegation", "consent_missing")
    if not consents.no_interest:
        raise Invalid("no_interest", "declaration_missing")


def _cases(session: Session, complaint: Complaint, people: Sequence[User]) -> dict[int, tuple[int, int]]:
    """For each of `people`: open mediations, and mediations ever with the same merchant."""
    is_open = Complaint.closed_at.is_(None)
    same = Complaint.merchant_id == complaint.merchant_id
    query = (
        select(
            Complaint.mediator_id,
            func.count().filter(is_open),
            func.count().filter(same, Complaint.id != complaint.id),
        )
        .where(Complaint.mediator_id.in_([person.id for person in people]))
        .group_by(Complaint.mediator_id)
    )
    return {number: (busy, met) for number, busy, met in session.execute(query) if number is not None}


def _candidate(complaint: Complaint, person: User, busy_with: int, has_met: int) -> Candidate:
    speaks = not person.languages or complaint.language in person.languages
    return Candidate(person, busy_with, has_met, speaks, conflict(complaint, person))
