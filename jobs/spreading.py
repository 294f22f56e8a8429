"""What is owed to an organisation becomes letters to its people: one each, however much happened since the last."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, load_only

from complaints import liaisons
from models import db
from models.codes import Action, Recipient, Role
from models.complaint import Complaint, Contact
from models.notice import Notice
from models.people import User

BATCH = 500
ORGANISATIONS = frozenset({Recipient.MERCHANT, Recipient.DEPARTMENT})
# What the clock causes can wait for the morning; what a person just did cannot.
UNHURRIED = frozenset(
    {"due_soon", "overdue", "overdue_reminded", "supplement_missing", "silence_recorded", "expire_offer"}
)
# Told only where nothing more was owed in the same instant.
OVERTAKEN = frozenset({Action.ROUTE})
# Each a letter of its own, whatever else happened: it says what no list could.
ALONE = frozenset({liaisons.TEMPLATE})
SEVERAL = "several"
# All that letters and whoever gets them depend on: not its text, nor what search finds it by.
OF_THE_COMPLAINT = (
    load_only(Complaint.receipt, Complaint.officer_id, Complaint.department_id),
    joinedload(Complaint.contact).load_only(Contact.email, Contact.locale, Contact.timezone),
    joinedload(Complaint.department),
)


def owed(now: datetime, *, to_organisations: bool, limit: int) -> list[Notice]:
    """Notices to be sent by `now`, oldest first, held for this transaction. Those another process holds are left out."""
    kinds = Notice.recipient.in_(ORGANISATIONS)
    query = (
        select(Notice)
        .where(Notice.sent_at.is_(None), Notice.dead_at.is_(None), Notice.send_at <= now)
        .where(kinds if to_organisations else ~kinds)
        .order_by(Notice.send_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Notice)
        .options(
            joinedload(Notice.user),
            joinedload(Notice.complaint).options(*OF_THE_COMPLAINT),
            joinedload(Notice.application),
        )
    )
    return list(db.session().scalars(query))


def spread(now: datetime) -> int:
    """Write the letters for a batch, and say how much it was. Together with what they stand for, or not at all."""
    batch = owed(now, to_organisations=True, limit=BATCH)
    rows = [row for user in _people(batch) for row in _rows(batch, user)]
    if rows:
        db.session.execute(insert(Notice).on_conflict_do_nothing(index_elements=["key"]), rows)
    for notice in batch:
        notice.sent_at = now
    return len(batch)


def _people(batch: Sequence[Notice]) -> list[User]:
    """Everybody in the organisations that `batch` is addressed to."""
    merchants = {notice.merchant_id for notice in batch if notice.recipient is Recipient.MERCHANT}
    offices = {notice.department_id for notice in batch if notice.recipient is Recipient.DEPARTMENT}
    belongs = or_(User.merchant_id.in_(merchants), User.department_id.in_(offices))
    return list(db.session().scalars(select(User).where(belongs, User.is_enabled).order_by(User.id)))


def _is_meant(notice: Notice, user: User) -> bool:
    """All of a merchant's people; of an office its officer and supervisors, or everybody until it has an officer.

    Everybody as well where the office is told of a complaint that another has, such as one it is asked to take over.
    """
    if notice.recipient is Recipient.MERCHANT:
        return user.merchant_id == notice.merchant_id
    if user.department_id != notice.department_id or user.role is Role.MEDIATOR:
        return False
    complaint = notice.complaint
    officer = complaint.officer_id if complaint and complaint.department_id == notice.department_id else None
    return officer is None or user.id == officer or user.role is Role.SUPERVISOR


def _rows(batch: Sequence[Notice], user: User) -> list[dict[str, Any]]:
    """The letters to one person: one for what cannot wait, one for what can, and each that stands alone."""
    meant = _without_overtaken([notice for notice in batch if _is_meant(notice, user)])
    alone = [[n] for n in meant if n.template in ALONE]
    others = [n for n in meant if n.template not in ALONE]
    by_hurry = [[n for n in others if (n.template in UNHURRIED) is waits] for waits in (False, True)]
    return [_row(notices, user) for notices in (*alone, *by_hurry) if notices]


def _without_overtaken(notices: Sequence[Notice]) -> list[Notice]:
    """What came to an office and is at once to be decided by it is one duty, not two."""
    told = {(n.complaint_id, n.created_at) for n in notices if n.template not in OVERTAKEN}
    return [n for n in notices if n.template not in OVERTAKEN or (n.complaint_id, n.created_at) not in told]


def _row(notices: Sequence[Notice], user: User) -> dict[str, Any]:
    first = notices[0]
    return {
        "key": f"{first.key}:{user.id}",
        "channel": first.channel,
        "recipient": Recipient.USER,
        "user_id": user.id,
        "locale": user.locale,
        "created_at": first.created_at,
        "send_at": first.send_at,
        "attempts": 0,
        "last_error": "",
        **(_several(notices) if len(notices) > 1 else _alone(first)),
    }


def _alone(notice: Notice) -> dict[str, Any]:
    return {"template": notice.template, "complaint_id": notice.complaint_id, "params": notice.params}


def _several(notices: Sequence[Notice]) -> dict[str, Any]:
    """Each by what happened and where: to which complaint, where it is about one."""
    items = [[notice.template, notice.complaint.receipt if notice.complaint else None] for notice in notices]
    return {
        "template": SEVERAL,
        "complaint_id": None,
        "params": {"items": items, "waits": notices[0].template in UNHURRIED},
    }
