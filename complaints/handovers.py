"""First-asked responsibility: whoever received a complaint stays its owner until the next office confirms."""

from datetime import datetime

from complaints import notices, ownership, workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import Action
from models.complaint import Complaint, Event, Handover
from models.organisations import Department


def offer(
    complaint: Complaint, actor: Actor, target: Department, reason: str, *, now: datetime, clock: Clock
) -> Handover:
    """Ask `target` to take over. The owner stays responsible. Raises Invalid for an office that cannot."""
    if target.id == complaint.department_id:
        raise Invalid("department", "same_department")
    if not target.is_active:
        raise Invalid("department", "not_active")
    details = {"from": complaint.department_id, "to": target.id}
    workflow.perform(
        complaint, Action.OFFER_TRANSFER, actor, now=now, clock=clock, reason=reason, details=details
    )
    handover = Handover(
        from_id=complaint.department_id, to_id=target.id, reason=reason.strip(), offered_at=now
    )
    complaint.handovers.append(handover)
    notices.tell_office(complaint, Action.OFFER_TRANSFER, target.id, now=now)
    return handover


def confirm(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event:
    """The asked office takes over. Raises NotAllowed for anybody else."""
    handover = _open_for(complaint, actor)
    event = workflow.perform(
        complaint, Action.CONFIRM_TRANSFER, actor, now=now, clock=clock, details=_details(handover)
    )
    _answer(handover, accepted=True, now=now)
    ownership.move(complaint, handover.to_id, now=now)
    notices.tell_office(complaint, Action.CONFIRM_TRANSFER, handover.from_id, now=now)
    return event


def decline(complaint: Complaint, actor: Actor, reason: str, *, now: datetime, clock: Clock) -> Event:
    """The asked office sends it back, once: from now on only the level above may move it (domain 5.2 row 6)."""
    handover = _open_for(complaint, actor)
    event = workflow.perform(
        complaint,
        Action.DECLINE_TRANSFER,
        actor,
        now=now,
        clock=clock,
        reason=reason,
        details=_details(handover),
    )
    _answer(handover, accepted=False, now=now)
    complaint.bounces = 1
    notices.tell_office(complaint, Action.DECLINE_TRANSFER, handover.from_id, now=now)
    return event


def designate(
    complaint: Complaint, actor: Actor, target: Department, reason: str, *, now: datetime, clock: Clock
) -> Event:
    """The level above names the owner after a bounce. Raises WrongStatus before one, NotAllowed from a peer."""
    if not complaint.bounces:
        raise WrongStatus("no_conflict")
    if actor.department_id == complaint.department_id or target.id not in actor.departments:
        raise NotAllowed("not_above")
    details = {"from": complaint.department_id, "to": target.id}
    event = workflow.perform(
        complaint, Action.DESIGNATE, actor, now=now, clock=clock, reason=reason, details=details
    )
    ownership.move(complaint, target.id, now=now)
    notices.tell_office(complaint, Action.DESIGNATE, target.id, now=now)
    return event


def waiting(complaint: Complaint) -> Handover | None:
    return next((handover for handover in complaint.handovers if handover.is_open), None)


def _open_for(complaint: Complaint, actor: Actor) -> Handover:
    handover = waiting(complaint)
    if handover is None:
        raise WrongStatus("no_handover")
    if handover.to_id not in actor.departments:
        raise NotAllowed("not_the_asked_office")
    return handover


def _answer(handover: Handover, *, accepted: bool, now: datetime) -> None:
    handover.accepted = accepted
    handover.answered_at = now


def _details(handover: Handover) -> dict[str, int]:
    return {"from": handover.from_id, "to": handover.to_id}
