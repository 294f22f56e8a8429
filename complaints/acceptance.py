"""The authority accepts, or refuses with ground, reason and the ways that remain (Decree 121 arts 15, 16)."""

from dataclasses import dataclass
from datetime import datetime

from complaints import workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid
from models.codes import Action, RefusalGround
from models.complaint import Complaint, Event

SHORTEST_REASON = 10
LONGEST = 3_000


@dataclass(frozen=True)
class Refusal:
    """A decision of non-acceptance as the consumer will read it (form 6)."""

    ground: RefusalGround | None
    reason: str
    remedies: str  # what else the consumer may do: Consumer Rights Law art 39


def accept(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock, reason: str = "") -> Event:
    """Take the complaint on. The term of mediation begins, and from here on the merchant sees it."""
    return workflow.perform(complaint, Action.ACCEPT, actor, now=now, clock=clock, reason=reason)


def refuse(complaint: Complaint, actor: Actor, refusal: Refusal, *, now: datetime, clock: Clock) -> Event:
    """Do not take it on. An incomplete refusal is not sent (S-02): Invalid names what is missing."""
    workflow.demand(complaint, Action.REFUSE, actor)
    _check(refusal)
    details = {"ground": str(refusal.ground), "other_ways": refusal.remedies.strip()}
    return workflow.perform(
        complaint, Action.REFUSE, actor, now=now, clock=clock, reason=refusal.reason, details=details
    )


def _check(refusal: Refusal) -> None:
    if refusal.ground is None:
        raise Invalid("ground", "required")
    if len(refusal.reason.strip()) < SHORTEST_REASON:
        raise Invalid("reason", "reason_too_short", least=SHORTEST_REASON)
    if not refusal.remedies.strip():
        raise Invalid("remedies", "remedies_missing")
    for name, text in (("reason", refusal.reason), ("remedies", refusal.remedies)):
        if len(text) > LONGEST:
            raise Invalid(name, "too_long", most=LONGEST)
