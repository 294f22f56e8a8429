"""The life of a complaint, as one table. Nothing else assigns Complaint.status."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import deadlines, guards, notices, offers, ownership
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import (
    ENDED,
    OPEN,
    Action,
    Audience,
    Outcome,
    Role,
    Status,
)
from models.complaint import Complaint, Event

CONSUMER = frozenset({Role.CONSUMER})
MERCHANT = frozenset({Role.MERCHANT})
PARTIES = CONSUMER | MERCHANT
DESK = frozenset({Role.OFFICER, Role.SUPERVISOR})
MEDIATION = DESK | {Role.MEDIATOR}
SYSTEM = frozenset({Role.SYSTEM})
PAYER = MERCHANT | DESK  # the office where nobody signs in for whoever pays

TALKING = frozenset({Status.NEGOTIATING})
SETTLING = frozenset({Status.NEGOTIATING, Status.ACCEPTED, Status.MEDIATING})
UNROUTED = frozenset({Status.SUBMITTED, Status.TRIAGE})
AT_DESK = frozenset({Status.TRIAGE, Status.WITH_FIRST_RECEIVER, Status.PENDING_ACCEPTANCE})
HANDLED = frozenset({Status.ACCEPTED, Status.MEDIATING, Status.SUSPENDED})
# Mediation that failed is when it is needed most; what was settled or given up is owed by nobody.
UNSETTLED = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}

HIGHEST_AUTHORITY = 4  # the rung of the ladder that accepts and refuses; above it is the city
SAID = frozenset({Action.MESSAGE, Action.ATTACH})
ANSWERS_OF_THE_ASKED = frozenset({Action.CONFIRM_TRANSFER, Action.DECLINE_TRANSFER})

# From here on the merchant is a party, and sees the complaint for good.
SHOWN_TO_MERCHANT = frozenset({Status.NEGOTIATING, Status.ACCEPTED})

Guard = Callable[[Complaint], str]


@dataclass(frozen=True)
class Transition:
    """One row of the table. `target` None stays where it is; `returns` goes back to where the detour began."""

    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    needs_reason: bool = False
    returns: bool = False
    guard: Guard | None = None
    outcome: Outcome | None = None
    audience: Audience = Audience.PARTIES
    raises_to: int = 0  # the rung of the ladder it reaches at least (domain 5.3)
    by_payer: bool = False  # for whoever pays ahead, not for the merchant complained about
    with_payer: bool = False  # for whoever pays ahead as well: to ask for what it needs to know


def _stay(
    sources: frozenset[Status], roles: frozenset[Role], *, guard: Guard | None = None, **more: Any
) -> Transition:
    return Transition(sources, None, roles, guard=guard, **more)


def _move(
    source: Status | frozenset[Status], target: Status, roles: frozenset[Role], **more: Any
) -> Transition:
    sources = source if isinstance(source, frozenset) else frozenset({source})
    return Transition(sources, target, roles, **more)


S = Status
TRANSITIONS: dict[Action, Transition] = {
    Action.ASK_TRIAGE: _move(S.SUBMITTED, S.TRIAGE, SYSTEM),
    Action.ROUTE: _move(UNROUTED, S.WITH_FIRST_RECEIVER, SYSTEM | DESK),
    Action.CLASSIFY: _stay(OPEN, DESK, audience=Audience.STAFF),
    # What is asked for and sent is who the consumer is and where they live: no matter of the merchant's.
    Action.ASK_SUPPLEMENT: _move(
        AT_DESK,
        S.SUPPLEMENTING,
        DESK,
        needs_reason=True,
        guard=guards.asked_only_once,
        audience=Audience.CONSUMER,
    ),
    Action.SUPPLEMENT: _move(
        S.SUPPLEMENTING, S.TRIAGE, CONSUMER | DESK, returns=True, audience=Audience.CONSUMER
    ),
    Action.OFFER_TRANSFER: _stay(AT_DESK, DESK, needs_reason=True, guard=guards.nothing_handed_over),
    Action.CONFIRM_TRANSFER: _stay(OPEN, DESK | SYSTEM, guard=guards.something_handed_over),
    Action.DECLINE_TRANSFER: _stay(OPEN, DESK, needs_reason=True, guard=guards.something_handed_over),
    # From the authority only where danger was suspected and a person has cleared the suspicion.
    Action.OPEN_GREEN_CHANNEL: _move(
        frozenset({S.WITH_FIRST_RECEIVER, S.PENDING_ACCEPTANCE}),
        S.NEGOTIATING,
        SYSTEM | DESK,
        guard=guards.may_use_green_channel,
    ),
    Action.REQUEST_ACCEPTANCE: _move(S.WITH_FIRST_RECEIVER, S.PENDING_ACCEPTANCE, SYSTEM | DESK | CONSUMER),
    Action.ANSWER: _stay(TALKING, MERCHANT, needs_reason=True),
    Action.OFFER: _stay(SETTLING, MERCHANT),
    Action.COUNTER: _stay(SETTLING, PARTIES, guard=guards.has_open_offer),
    Action.DISPUTE: _stay(TALKING, MERCHANT, needs_reason=True),
    Action.AGREE: _move(SETTLING, S.AGREED, PARTIES, guard=guards.has_open_offer),
    Action.PAY_AT_ONCE: _move(TALKING, S.AGREED, MERCHANT),
    # Going on in the ordinary way is a right and no escalation.
    Action.LEAVE_GREEN_CHANNEL: _move(TALKING, S.PENDING_ACCEPTANCE, CONSUMER),
    Action.CLOSE_GREEN_CHANNEL: _move(TALKING, S.PENDING_ACCEPTANCE, SYSTEM | DESK | MERCHANT, raises_to=3),
    Action.ACCEPT: _move(S.PENDING_ACCEPTANCE, S.ACCEPTED, DESK),
    Action.REFUSE: _move(
        S.PENDING_ACCEPTANCE, S.NOT_ACCEPTED, DESK, needs_reason=True, outcome=Outcome.OUT_OF_SCOPE
    ),
    Action.START_MEDIATION: _move(S.ACCEPTED, S.MEDIATING, MEDIATION, guard=guards.is_a_dispute),
    Action.SUSPEND: _move(frozenset({S.ACCEPTED, S.MEDIATING}), S.SUSPENDED, MEDIATION, needs_reason=True),
    Action.RESUME: _move(S.SUSPENDED, S.MEDIATING, MEDIATION, returns=True),
    Action.REPORT_PERFORMED: _stay(frozenset({S.AGREED}), MERCHANT),
    Action.CONFIRM_PERFORMED: _move(S.AGREED, S.CLOSED, CONSUMER),
    Action.CLOSE_PERFORMED: _move(S.AGREED, S.CLOSED, SYSTEM),
    Action.REOPEN: _move(
        frozenset({S.AGREED, S.CLOSED}), S.PENDING_ACCEPTANCE, CONSUMER | SYSTEM, raises_to=3
    ),
    Action.TERMINATE: _move(
        HANDLED, S.TERMINATED, MEDIATION | SYSTEM, needs_reason=True, outcome=Outcome.NO_AGREEMENT
    ),
    Action.WITHDRAW: _move(OPEN, S.WITHDRAWN, CONSUMER, needs_reason=True, outcome=Outcome.WITHDRAWN),
    Action.ASSIGN: _stay(OPEN, DESK, audience=Audience.STAFF),
    Action.NOTE: _stay(frozenset(Status), MEDIATION, needs_reason=True, audience=Audience.STAFF),
    # Looking at who complained leaves a trace (domain 1.16).
    Action.SHOW_CONTACT: _stay(frozenset(Status), MEDIATION, audience=Audience.STAFF),
    Action.CHANGE_CONTACT: _stay(frozenset(Status), CONSUMER, audience=Audience.STAFF),
    # Whom to pay: with the consumer's word alone, and only while money that was agreed on is to come.
    Action.ALLOW_CONTACT: _stay(frozenset({S.AGREED}), CONSUMER, guard=guards.agreed_on_money),
    Action.DISALLOW_CONTACT: _stay(frozenset({S.AGREED}), CONSUMER, guard=guards.agreed_on_money),
    Action.MESSAGE: _stay(OPEN, PARTIES | MEDIATION, needs_reason=True, with_payer=True),
    Action.ATTACH: _stay(OPEN, PARTIES | MEDIATION),
    # Also where the complaint has ended and money is still to be decided on or paid.
    Action.ESCALATE: _stay(frozenset(Status), SYSTEM),
    Action.RECKON: _stay(frozenset(Status), SYSTEM),
    Action.EXPIRE_OFFER: _stay(SETTLING, SYSTEM),
    # Two offices disagreed: the level above names the owner (domain 1.1 art 33, S-06).
    Action.DESIGNATE: _stay(OPEN, frozenset({Role.SUPERVISOR}), needs_reason=True, guard=guards.bounced),
    # A clue of illegality may come to light at any time (Decree 121 arts 9 and 27).
    Action.SPLIT: _stay(
        OPEN - {Status.SUBMITTED}, DESK, needs_reason=True, audience=Audience.STAFF, guard=guards.is_a_dispute
    ),
    # Advance compensation goes beside the status (domain 5.2 rows 13-15); complaints.compensation keeps its table.
    Action.UNLOCK_COMPENSATION: _stay(OPEN, SYSTEM),
    Action.ASK_COMPENSATION: _stay(UNSETTLED, CONSUMER, guard=guards.compensation_is_open),
    Action.APPROVE_COMPENSATION: _stay(
        UNSETTLED, PAYER, guard=guards.compensation_is_asked_for, by_payer=True
    ),
    Action.REFUSE_COMPENSATION: _stay(
        UNSETTLED, PAYER, needs_reason=True, guard=guards.compensation_is_asked_for, by_payer=True
    ),
    Action.PAY_COMPENSATION: _stay(
        UNSETTLED, PAYER, needs_reason=True, guard=guards.compensation_is_approved, by_payer=True
    ),
    Action.MISS_COMPENSATION: _stay(
        UNSETTLED, CONSUMER, needs_reason=True, guard=guards.payment_may_be_disputed
    ),
    Action.CONFIRM_COMPENSATION: _move(
        OPEN, S.CLOSED, CONSUMER, guard=guards.compensation_is_paid, outcome=Outcome.COMPENSATED
    ),
    Action.RECOVER_COMPENSATION: _stay(
        frozenset(Status), PAYER, guard=guards.was_paid_for_the_merchant, by_payer=True
    ),
    Action.END_RECOVERY: _stay(frozenset(Status), PAYER, guard=guards.recovery_is_under_way, by_payer=True),
}
# The detours: what each of these comes back from.
DETOUR = {Action.SUPPLEMENT: Action.ASK_SUPPLEMENT, Action.RESUME: Action.SUSPEND}


def available_actions(complaint: Complaint, actor: Actor) -> list[Action]:
    """What `actor` may do now. Pages draw their buttons from this, the API its list."""
    return [action for action in TRANSITIONS if not _refusal(complaint, action, actor)]


def perform(
    complaint: Complaint,
    action: Action,
    actor: Actor,
    *,
    now: datetime,
    clock: Clock,
    reason: str = "",
    outcome: Outcome | None = None,
    details: dict[str, Any] | None = None,
) -> Event:
    """Move `complaint` along one edge, write it on the timeline, and keep clock and notices in step; or refuse.

    Raises NotAllowed for the wrong actor, WrongStatus where the table or its guard has no such move, and Invalid
    for a missing reason or outcome. Changes objects only: needs no session and commits nothing. Not repeatable: the
    second call finds the status changed.
    """
    demand(complaint, action, actor)
    transition = TRANSITIONS[action]
    if transition.needs_reason and not reason.strip():
        raise Invalid("reason", "required")
    target = _target(complaint, action, transition)
    ending = _outcome(complaint, target, outcome or transition.outcome)
    if complaint.status in SETTLING and target not in SETTLING:
        offers.supersede(complaint, now=now)  # reads them: nothing of the complaint may have changed yet
    _settle_ownership(complaint, action, target, now)

    event = Event(
        action=action,
        from_status=complaint.status,
        to_status=target,
        role=actor.role,
        actor_id=actor.user_id,
        audience=_audience(complaint, action, actor),
        reason=reason.strip(),
        details=details or {},
        at=now,
    )
    complaint.events.append(event)
    complaint.status = target
    complaint.last_event_at = now
    complaint.closed_at = (complaint.closed_at or now) if target in ENDED else None
    complaint.outcome = ending
    if target is Status.ACCEPTED and complaint.accepted_at is None:
        complaint.accepted_at = now
    if (
        target in SHOWN_TO_MERCHANT
        and complaint.merchant_told_at is None
        and not guards.is_a_dispute(complaint)
    ):
        complaint.merchant_told_at = now
    complaint.level = max(complaint.level, transition.raises_to)
    deadlines.react(complaint, event, clock, is_back=transition.returns)
    notices.announce(complaint, event, actor)
    return event


def demand(complaint: Complaint, action: Action, actor: Actor) -> None:
    """Refuse as `perform` would, and change nothing: for verbs that must move the owner before they perform."""
    refusal = _refusal(complaint, action, actor)
    if refusal == "not_allowed":
        raise NotAllowed(action=action)
    if refusal:
        raise WrongStatus(refusal, action=action, status=complaint.status)


def first_event(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event:
    """Begin the timeline of a complaint that was just made: the one event that has nothing before it."""
    event = Event(
        action=Action.SUBMIT,
        from_status=Status.SUBMITTED,
        to_status=Status.SUBMITTED,
        role=actor.role,
        actor_id=actor.user_id,
        audience=Audience.PARTIES,
        details={"is_first": True},
        at=now,
        reason="",
    )
    complaint.events.append(event)
    complaint.status = Status.SUBMITTED
    complaint.last_event_at = now
    deadlines.react(complaint, event, clock)
    notices.announce(complaint, event, actor)
    return event


def _refusal(complaint: Complaint, action: Action, actor: Actor) -> str:
    transition = TRANSITIONS[action]
    if actor.role not in transition.roles or not _is_theirs(complaint, transition, actor):
        return "not_allowed"
    if actor.role in DESK and not _is_for_their_office(complaint, action, actor):
        return "not_allowed"
    if complaint.status not in transition.sources:
        return "wrong_status"
    return transition.guard(complaint) if transition.guard else ""


def _is_theirs(complaint: Complaint, transition: Transition, actor: Actor) -> bool:
    """Parties act, and what is the payer's is the payer's: an office records it where nobody signs in for the payer."""
    if not transition.by_payer:
        return actor.is_party_to(complaint) or (transition.with_payer and actor.is_payer_of(complaint))
    if actor.role is Role.MERCHANT:
        return actor.is_payer_of(complaint)
    asked = complaint.compensation
    return actor.is_party_to(complaint) and not (asked is not None and asked.has_payer_at_hand)


def _is_for_their_office(complaint: Complaint, action: Action, actor: Actor) -> bool:
    """The owner acts, and nobody answers for an office that was asked to take over but that office."""
    is_asked = any(
        handover.is_open and handover.to_id in actor.departments for handover in complaint.handovers
    )
    if action in ANSWERS_OF_THE_ASKED:
        return is_asked
    return complaint.department_id in actor.departments or (is_asked and action is Action.NOTE)


def _target(complaint: Complaint, action: Action, transition: Transition) -> Status:
    if transition.returns:
        return _left_for(complaint, DETOUR[action]) or transition.target or complaint.status
    if action is Action.REOPEN and complaint.accepted_at is not None:
        return Status.ACCEPTED  # back to the last stage, without filing again (domain 5.2 row 31)
    return transition.target or complaint.status


def _settle_ownership(complaint: Complaint, action: Action, target: Status, now: datetime) -> None:
    """Only an authority may accept or refuse (Decree 121 art 15); the routing rule named it."""
    if target is not complaint.status and (target in ENDED or action is Action.ROUTE):
        ownership.ask_nobody(complaint, now=now)
    if target is Status.PENDING_ACCEPTANCE and _arrives(complaint, TRANSITIONS[action]):
        ownership.move(complaint, complaint.authority_id, now=now)


def _arrives(complaint: Complaint, transition: Transition) -> bool:
    """Whether it is the authority's from now on. What is back from a detour, or has climbed above it, stays where it is."""
    if complaint.status is Status.PENDING_ACCEPTANCE or transition.returns:
        return False
    if complaint.authority_id in {None, complaint.department_id}:
        return False
    owner = complaint.department if complaint.level > HIGHEST_AUTHORITY else None
    has_climbed = (
        owner is not None and owner.id == complaint.department_id and owner.level > HIGHEST_AUTHORITY
    )
    return not has_climbed


def _audience(complaint: Complaint, action: Action, actor: Actor) -> Audience:
    """While the office waits for additions, what the consumer and it say and add is between the two."""
    if complaint.status is Status.SUPPLEMENTING and action in SAID and actor.role is not Role.MERCHANT:
        return Audience.CONSUMER
    return TRANSITIONS[action].audience


def _left_for(complaint: Complaint, detour: Action) -> Status | None:
    return next((event.from_status for event in reversed(complaint.events) if event.action is detour), None)


def _outcome(complaint: Complaint, target: Status, outcome: Outcome | None) -> Outcome | None:
    """An ended complaint has an outcome and an open one has none."""
    if target not in ENDED:
        return None
    if outcome is Outcome.NO_AGREEMENT and not guards.compensation_is_paid(complaint):
        return Outcome.COMPENSATED  # the two sides did not agree, and the consumer has the money all the same
    if outcome is None and complaint.status in ENDED:
        return complaint.outcome
    if outcome is None:
        raise Invalid("outcome", "required")
    return outcome
