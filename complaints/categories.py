"""What a complaint is about, as a person decides. Each decision teaches the next model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from complaints import deadlines, doubts, green_channel, intake, liaisons, routing, workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from models.codes import Action, Hazard, Industry, Issue, Lane, Status, Urgency
from models.complaint import Complaint, Event
from models.suggestion import Correction

# Until it is accepted, who mediates and who decides follow the category.
NOT_YET_ACCEPTED = frozenset({Status.WITH_FIRST_RECEIVER, Status.PENDING_ACCEPTANCE, Status.SUPPLEMENTING})


@dataclass(frozen=True)
class Category:
    """A person's reading of a complaint. No `hazards`: nobody is in danger."""

    industry: Industry
    issue: Issue
    urgency: Urgency = Urgency.NORMAL
    hazards: Sequence[Hazard] = ()


def sort(
    session: Session,
    complaint: Complaint,
    actor: Actor,
    category: Category,
    rules: Sequence[routing.Rule],
    *,
    reason: str = "",
    now: datetime,
    clock: Clock,
) -> None:
    """Decide on a complaint that waits for a person, and send it on its way (domain 5.2 row 5)."""
    workflow.demand(complaint, Action.ROUTE, actor)
    change(session, complaint, actor, category, rules, reason=reason, now=now, clock=clock)
    intake.send_on(complaint, rules, actor, now=now, clock=clock)
    liaisons.tell(complaint, rules, now=now)


def change(
    session: Session,
    complaint: Complaint,
    actor: Actor,
    category: Category,
    rules: Sequence[routing.Rule],
    *,
    reason: str = "",
    now: datetime,
    clock: Clock,
) -> Event:
    """Set the category. Who owns the complaint stays as it is: moving it is a hand-over of its own.

    Danger ends talks in the green channel, which leads to the authority, and has the time of emergencies.
    The choice is kept beside the classifier's as a Correction, also where it confirms that one.
    """
    event = workflow.perform(
        complaint,
        Action.CLASSIFY,
        actor,
        now=now,
        clock=clock,
        reason=reason,
        details={
            "from": str(complaint.industry),
            "to": str(category.industry),
            "issue": str(category.issue),
            "urgency": str(category.urgency),
            "hazards": [str(hazard) for hazard in category.hazards],
        },
    )
    _teach(session, complaint, actor, category, reason, now)
    complaint.industry = category.industry
    complaint.issue = category.issue
    if category.hazards and complaint.status is Status.NEGOTIATING:
        _end_talks(complaint, actor, rules, now=now, clock=clock)
    is_cleared = _set_danger(complaint, category)
    doubts.settle(session, complaint)
    if complaint.status in NOT_YET_ACCEPTED:
        _look_up_offices(complaint, rules)
    if is_cleared:
        green_channel.take_back(complaint, now=now, clock=clock)
    if complaint.status in NOT_YET_ACCEPTED:
        deadlines.refit(complaint, event, clock, is_danger=bool(category.hazards))
    if complaint.status is not Status.TRIAGE:
        liaisons.tell(complaint, rules, now=now)
    return event


def _teach(
    session: Session, complaint: Complaint, actor: Actor, category: Category, reason: str, now: datetime
) -> None:
    """Keep what a person made of it beside what the classifier said, or what was there before it said anything."""
    said = complaint.suggestions[-1] if complaint.suggestions else None
    session.add(
        Correction(
            complaint_id=complaint.id,
            suggestion_id=said.id if said is not None else None,
            actor_id=actor.user_id,
            from_industry=said.industry if said is not None else complaint.industry,
            to_industry=category.industry,
            from_issue=Issue(said.issue) if said is not None else complaint.issue,
            to_issue=category.issue,
            from_urgency=Urgency(said.urgency) if said is not None else complaint.urgency,
            to_urgency=_urgency(category),
            reason=reason.strip(),
            text_hash=text_hash(complaint.body),
            model_version=said.model_version if said is not None else "",
            at=now,
        )
    )


def text_hash(body: str) -> str:
    """What a text is known by among corrections, so that they need not repeat it."""
    return hashlib.sha256(body.encode()).hexdigest()


def _urgency(category: Category) -> Urgency:
    return Urgency.EMERGENCY if category.hazards else category.urgency


def _end_talks(
    complaint: Complaint, actor: Actor, rules: Sequence[routing.Rule], *, now: datetime, clock: Clock
) -> None:
    """Danger is not for the two sides to settle: the authority that the rules name for emergencies has it now."""
    facts = replace(routing.facts_of(complaint), lane=Lane.EMERGENCY, urgency=Urgency.EMERGENCY)
    complaint.authority_id = routing.choose(facts, rules).authority_id
    green_channel.close(complaint, actor, now=now, clock=clock)


def _set_danger(complaint: Complaint, category: Category) -> bool:
    """Danger puts it on the emergency lane; a suspicion that a person clears takes it off again. Whether that was so."""
    was_emergency = complaint.lane is Lane.EMERGENCY
    complaint.hazards = [str(hazard) for hazard in category.hazards]
    complaint.urgency = _urgency(category)
    if category.hazards:
        complaint.lane = Lane.EMERGENCY
        complaint.level = max(complaint.level, intake.EMERGENCY_LEVEL)
    elif was_emergency:
        is_foreign = complaint.departs_at is not None or not complaint.language.startswith("zh")
        complaint.lane = Lane.INTERNATIONAL if is_foreign else Lane.ORDINARY
        green_channel.give_choice_back(complaint)
    return was_emergency and not category.hazards


def _look_up_offices(complaint: Complaint, rules: Sequence[routing.Rule]) -> None:
    choice = routing.choose(routing.facts_of(complaint), rules)
    complaint.pool_id = choice.pool_id
    complaint.authority_id = choice.authority_id
    complaint.routing_rule_id = choice.rule_id
