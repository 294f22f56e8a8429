"""How the consumer can be reached: what they change themselves, and what the merchant that agreed may see of it."""

from datetime import datetime

from complaints import intake, workflow
from complaints.actors import Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid, Unknown
from models.codes import Action, Status
from models.complaint import Complaint, Contact, Event


def change(
    complaint: Complaint,
    actor: Actor,
    *,
    phone: str | None,
    email: str | None,
    pepper: bytes,
    now: datetime,
    clock: Clock,
) -> Event | None:
    """Take another telephone number or e-mail address; what is None stays. From then on letters go to the new address.

    The event says which of the two was changed, and neither value. Repeatable: what is there already changes nothing.
    Raises Invalid where neither is given.
    """
    workflow.demand(complaint, Action.CHANGE_CONTACT, actor)
    if not phone and not email:
        raise Invalid("phone", "phone_or_email")
    contact = _of(complaint)
    new = {name: value for name, value in (("phone", phone), ("email", email)) if value}
    changed = [name for name, value in new.items() if getattr(contact, name) != value]
    if not changed:
        return None
    for name in changed:
        setattr(contact, name, new[name])
    if phone:
        contact.phone_hash = intake.phone_hash(phone, pepper)
    if email:
        complaint.mail_locale = contact.locale
    return workflow.perform(
        complaint, Action.CHANGE_CONTACT, actor, now=now, clock=clock, details={"changed": changed}
    )


def allow(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event | None:
    """Let the merchant that agreed to pay see name and telephone (domain 1.16: consent, revocable). Repeatable."""
    workflow.demand(complaint, Action.ALLOW_CONTACT, actor)
    if known_to_merchant(complaint) is not None:
        return None
    _of(complaint).allowed_at = now
    return workflow.perform(complaint, Action.ALLOW_CONTACT, actor, now=now, clock=clock)


def disallow(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event | None:
    """Take that back. Repeatable."""
    workflow.demand(complaint, Action.DISALLOW_CONTACT, actor)
    if known_to_merchant(complaint) is None:
        return None
    _of(complaint).allowed_at = None
    return workflow.perform(complaint, Action.DISALLOW_CONTACT, actor, now=now, clock=clock)


def known_to_merchant(complaint: Complaint) -> Contact | None:
    """What the merchant may see: of this agreement and while it stands; consent to an earlier one counts for nothing."""
    contact = complaint.contact
    if complaint.status is not Status.AGREED or contact is None or contact.allowed_at is None:
        return None
    return contact if contact.allowed_at >= complaint.agreements[-1].agreed_at else None


def _of(complaint: Complaint) -> Contact:
    if complaint.contact is None:
        raise Unknown
    return complaint.contact
