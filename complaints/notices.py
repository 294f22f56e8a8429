"""Which event tells whom, as a table. Rows of the outbox are written with the event; sending is a job's."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from complaints.actors import Actor
from models.codes import (
    Action,
    Audience,
    CompensationStatus,
    Kind,
    Membership,
    NoticeChannel,
    Recipient,
    Role,
)
from models.complaint import Complaint, Event
from models.notice import Notice

CONTACT = Recipient.CONTACT
MERCHANT = Recipient.MERCHANT
DEPARTMENT = Recipient.DEPARTMENT

OWED: dict[Action, tuple[Recipient, ...]] = {
    Action.SUBMIT: (CONTACT,),
    Action.ASK_TRIAGE: (DEPARTMENT,),
    Action.ROUTE: (DEPARTMENT,),
    Action.ASK_SUPPLEMENT: (CONTACT,),
    Action.SUPPLEMENT: (DEPARTMENT,),
    Action.OPEN_GREEN_CHANNEL: (CONTACT, MERCHANT),
    Action.REQUEST_ACCEPTANCE: (DEPARTMENT,),
    Action.ANSWER: (CONTACT,),
    Action.OFFER: (CONTACT,),
    Action.COUNTER: (CONTACT, MERCHANT),
    Action.DISPUTE: (CONTACT,),
    Action.AGREE: (CONTACT, MERCHANT),
    Action.PAY_AT_ONCE: (CONTACT,),
    Action.EXPIRE_OFFER: (CONTACT, MERCHANT),
    Action.LEAVE_GREEN_CHANNEL: (MERCHANT, DEPARTMENT),
    Action.CLOSE_GREEN_CHANNEL: (CONTACT, MERCHANT, DEPARTMENT),
    Action.ACCEPT: (CONTACT, MERCHANT),
    Action.REFUSE: (CONTACT,),
    Action.START_MEDIATION: (CONTACT, MERCHANT),
    Action.SUSPEND: (CONTACT, MERCHANT),
    Action.RESUME: (CONTACT, MERCHANT),
    Action.ALLOW_CONTACT: (MERCHANT,),
    Action.REPORT_PERFORMED: (CONTACT,),
    Action.CONFIRM_PERFORMED: (MERCHANT,),
    Action.CLOSE_PERFORMED: (CONTACT, MERCHANT),
    Action.REOPEN: (CONTACT, MERCHANT, DEPARTMENT),
    Action.TERMINATE: (CONTACT, MERCHANT),
    Action.WITHDRAW: (CONTACT, MERCHANT, DEPARTMENT),
    Action.MESSAGE: (CONTACT, MERCHANT, DEPARTMENT),
    Action.ATTACH: (CONTACT, MERCHANT, DEPARTMENT),
    # The payer, who need not be the merchant, is told by complaints.compensation.
    Action.UNLOCK_COMPENSATION: (CONTACT,),
    Action.ASK_COMPENSATION: (DEPARTMENT,),
    Action.APPROVE_COMPENSATION: (CONTACT,),
    Action.REFUSE_COMPENSATION: (CONTACT,),
    Action.PAY_COMPENSATION: (CONTACT,),
    Action.MISS_COMPENSATION: (DEPARTMENT,),
    Action.CONFIRM_COMPENSATION: (MERCHANT, DEPARTMENT),
}
# What sides say and do while somebody mediates between them.
OF_INTEREST_TO_THE_MEDIATOR = frozenset(
    {Action.MESSAGE, Action.ATTACH, Action.OFFER, Action.COUNTER, Action.AGREE, Action.WITHDRAW}
)
OF_INTEREST_TO_THE_PAYER = frozenset({Action.MESSAGE, Action.ATTACH})
JOINED = frozenset({Membership.MEMBER, Membership.SUSPENDED})
BEING_DECIDED = frozenset({CompensationStatus.REQUESTED, CompensationStatus.APPROVED})


def announce(complaint: Complaint, event: Event, actor: Actor) -> list[Notice]:
    """Write what `event` owes to whom. Whoever caused it is not told what they did themselves, nor is their office."""
    owed = [
        recipient
        for recipient in OWED.get(event.action, ())
        if not _is_own(recipient, complaint, actor) or event.action is Action.SUBMIT
    ]
    is_for_both = event.audience is not Audience.CONSUMER
    if not is_for_both and MERCHANT in owed:
        owed.remove(MERCHANT)
    told = tell(complaint, event.action, owed, now=event.at)
    mediator_id = complaint.mediator_id
    if event.action in OF_INTEREST_TO_THE_MEDIATOR and mediator_id not in {None, event.actor_id}:
        told.append(tell_person(complaint, event.action, mediator_id, now=event.at))
    if event.action in OF_INTEREST_TO_THE_PAYER and event.role is not Role.MERCHANT and is_for_both:
        told += _tell_payer(complaint, event)
    return told


def _tell_payer(complaint: Complaint, event: Event) -> list[Notice]:
    """Whoever decides on advance compensation for another hears what is said and added until it has paid."""
    asked = complaint.compensation
    if asked is None or asked.status not in BEING_DECIDED or asked.payer_id == complaint.merchant_id:
        return []
    if not asked.has_payer_at_hand:
        return []
    return [tell_merchant(complaint, event.action, asked.payer_id, now=event.at)]


def tell(
    complaint: Complaint,
    template: str,
    recipients: list[Recipient],
    *,
    now: datetime,
    params: dict[str, Any] | None = None,
    key: str = "",
) -> list[Notice]:
    """Owe `recipients` the notice `template` about `complaint`; nobody who cannot be reached.

    Of two with the same template, recipient, instant and `key` the database takes one.
    """
    return [
        _notice(complaint, f"{template}:{key}" if key else template, template, recipient, now, params or {})
        for recipient in recipients
        if _can_reach(complaint, recipient)
    ]


def tell_person(complaint: Complaint, template: str, user_id: int | None, *, now: datetime) -> Notice:
    """Owe one person a notice, such as whoever is to mediate."""
    return _notice(complaint, template, template, Recipient.USER, now, {}, user_id=user_id)


def tell_merchant(
    complaint: Complaint,
    template: str,
    merchant_id: int | None,
    *,
    now: datetime,
    params: dict[str, Any] | None = None,
    key: str = "",
) -> Notice:
    """Owe a merchant that is not the one complained about, or not as such, a notice: whoever pays ahead."""
    key = f"{template}:payer:{key}" if key else f"{template}:payer"
    return _notice(complaint, key, template, MERCHANT, now, params or {}, merchant_id=merchant_id)


def tell_office(
    complaint: Complaint,
    template: str,
    department_id: int | None,
    *,
    now: datetime,
    params: dict[str, Any] | None = None,
) -> Notice:
    """Owe an office a notice that does not have the complaint, or not yet."""
    return _notice(complaint, template, template, DEPARTMENT, now, params or {}, department_id=department_id)


def tell_colleagues(
    session: Session, department_id: int | None, number: int, *, now: datetime, key: str
) -> None:
    """Owe an office one notice of `number` complaints that somebody left behind, known by `key`."""
    session.add(
        Notice(
            key=f"complaints_freed:{key}:{department_id}:{now.isoformat()}",
            template="complaints_freed",
            channel=NoticeChannel.MAIL,
            recipient=DEPARTMENT,
            department_id=department_id,
            params={"path": "/desk?tab=unassigned", "number": number},
            created_at=now,
            send_at=now,
        )
    )


_OWN = {
    Role.CONSUMER: CONTACT,
    Role.MERCHANT: MERCHANT,
    Role.OFFICER: DEPARTMENT,
    Role.SUPERVISOR: DEPARTMENT,
}


def _is_own(recipient: Recipient, complaint: Complaint, actor: Actor) -> bool:
    """Whether `recipient` is whom `actor` acts for. Another office that has the complaint now is not."""
    if recipient is not _OWN.get(actor.role):
        return False
    return recipient is not DEPARTMENT or complaint.department_id == actor.department_id


def _can_reach(complaint: Complaint, recipient: Recipient) -> bool:
    if recipient is CONTACT:
        return complaint.mail_locale is not None
    if recipient is MERCHANT:
        return _knows(complaint)
    return complaint.department_id is not None or complaint.department is not None


def _knows(complaint: Complaint) -> bool:
    """Whether the merchant may know of it: not before it was told, and never of a report (Decree 121 art 37).

    Whoever was suspended since goes on hearing of it: what is under way is carried through.
    """
    has_joined = complaint.merchant is not None and complaint.merchant.membership in JOINED
    return has_joined and complaint.merchant_told_at is not None and complaint.kind is not Kind.REPORT


def _notice(
    complaint: Complaint,
    key: str,
    template: str,
    recipient: Recipient,
    now: datetime,
    params: dict[str, Any],
    *,
    user_id: int | None = None,
    department_id: int | None = None,
    merchant_id: int | None = None,
) -> Notice:
    notice = Notice(
        key=f"{complaint.receipt}:{key}:{recipient}:{now.isoformat()}",
        template=template,
        channel=NoticeChannel.MAIL,
        recipient=recipient,
        merchant_id=(merchant_id or complaint.merchant_id) if recipient is MERCHANT else None,
        department_id=(department_id or complaint.department_id) if recipient is DEPARTMENT else None,
        user_id=user_id,
        locale=complaint.mail_locale if recipient is CONTACT else None,
        params=params,
        created_at=now,
        send_at=now,
        attempts=0,
    )
    complaint.notices.append(notice)
    return notice
