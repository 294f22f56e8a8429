"""What is said about a complaint: messages to both sides, notes of the office, and looks at a contact."""

from datetime import datetime

from complaints import workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid
from models.codes import Action
from models.complaint import Complaint, Event

LONGEST = 5_000


def send(complaint: Complaint, actor: Actor, text: str, *, now: datetime, clock: Clock) -> Event:
    """A message that consumer, merchant and office read; the merchant not while additions are awaited.

    Raises Invalid for an empty or endless one.
    """
    return _say(complaint, actor, Action.MESSAGE, text, now=now, clock=clock)


def note(complaint: Complaint, actor: Actor, text: str, *, now: datetime, clock: Clock) -> Event:
    """A note that only the office reads, also on a complaint that has ended."""
    return _say(complaint, actor, Action.NOTE, text, now=now, clock=clock)


def show_contact(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event:
    """Record that `actor` looked at who complained (domain 1.16). Every look is on record."""
    return workflow.perform(complaint, Action.SHOW_CONTACT, actor, now=now, clock=clock)


def _say(
    complaint: Complaint, actor: Actor, action: Action, text: str, *, now: datetime, clock: Clock
) -> Event:
    if len(text) > LONGEST:
        raise Invalid("text", "too_long", most=LONGEST)
    if not text.strip():
        raise Invalid("text", "required")
    return workflow.perform(complaint, action, actor, now=now, clock=clock, reason=text)
