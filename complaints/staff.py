"""The people who work here, as administrators see them: invited, moved, disabled. Consumers' accounts are not among them."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from complaints import accounts, admin_log, keys, notices
from complaints.errors import Conflict, Invalid, Unknown
from models.codes import DEPARTMENT_ROLES, STAFF, Action, AdminAction, Audience, Role, Status
from models.complaint import Complaint, Event
from models.organisations import Department, Merchant
from models.people import User

PAGE = 50
LISTED = (Role.OFFICER, Role.SUPERVISOR, Role.MEDIATOR, Role.ADMIN, Role.MERCHANT)
PLACE = ("role", "department_id", "merchant_id")


def page(
    session: Session, *, typed: str = "", role: Role | None = None, after: tuple[str, int] | None = None
) -> list[User]:
    """People by name, from behind `after` (a name and an id) on; one more than a page tells that there are more."""
    query: Select[Any] = select(User).where(User.role.in_(LISTED if role is None else (role,)))
    if typed:
        pattern = f"%{_escaped(typed)}%"
        query = query.outerjoin(Department, User.department_id == Department.id)
        query = query.where(
            or_(
                *(
                    column.ilike(pattern)
                    for column in (User.name, User.email, Department.name_zh, Department.name_en)
                )
            )
        )
    if after is not None:
        query = query.where(tuple_(User.name, User.id) > tuple_(*after))
    return list(session.scalars(query.order_by(User.name, User.id).limit(PAGE + 1)))


def one(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None or user.role not in LISTED:
        raise Unknown
    return user


def subject(user: User) -> str:
    """How the record of changes names somebody."""
    return f"user:{user.id}"


def invite(session: Session, user: User, actor_id: int, *, now: datetime) -> User:
    """A new colleague, owed an invitation. Raises Invalid for an address that is taken or an office that does not fit."""
    if accounts.by_email(session, user.email) is not None:
        raise Invalid("email", "email_taken")
    _check_place(session, user.role, user.department_id, user.merchant_id)
    session.add(user)
    session.flush()
    accounts.invite(session, user, now=now)
    admin_log.note(
        session,
        actor_id,
        AdminAction.INVITE_PERSON,
        subject(user),
        now=now,
        after=admin_log.state(user, PLACE),
    )
    return user


def invite_again(session: Session, user: User, actor_id: int, *, now: datetime) -> None:
    """A new link for somebody who let the first run out or lost the password; the older ones end."""
    if not user.is_enabled:
        raise Conflict("person_disabled")
    accounts.invite(session, user, now=now)
    admin_log.note(session, actor_id, AdminAction.RESEND_INVITATION, subject(user), now=now)


def move(
    session: Session, user: User, role: Role, department_id: int | None, actor_id: int, *, now: datetime
) -> int:
    """Give somebody another role or office; how many open complaints lost their officer by it. Sessions and keys end."""
    if user.role in {Role.MERCHANT, Role.CONSUMER} or role not in DEPARTMENT_ROLES | {Role.ADMIN}:
        raise Invalid("role", "not_a_colleague")
    _check_place(session, role, department_id, None)
    if user.role is Role.ADMIN and role is not Role.ADMIN:
        _keep_an_admin(session, user)
    before = admin_log.state(user, PLACE)
    if before == {"role": role, "department_id": department_id, "merchant_id": None}:
        return 0
    leaves = user.department_id != department_id or role not in STAFF
    freed = _free_complaints(session, user, actor_id, now) if leaves else 0
    keys.revoke_of(session, user, now=now)
    user.role, user.department_id, user.session_epoch = role, department_id, user.session_epoch + 1
    after = {**admin_log.state(user, PLACE), "complaints_freed": freed}
    admin_log.note(
        session, actor_id, AdminAction.MOVE_PERSON, subject(user), now=now, before=before, after=after
    )
    return freed


def disable(session: Session, user: User, actor_id: int, reason: str, *, now: datetime) -> int:
    """Shut somebody out at once; how many open complaints lost their officer by it. Repeatable."""
    if user.id == actor_id:
        raise Conflict("not_yourself")
    if not user.is_enabled:
        return 0
    if user.role is Role.ADMIN:
        _keep_an_admin(session, user)
    freed = _free_complaints(session, user, actor_id, now)
    user.is_enabled, user.session_epoch = False, user.session_epoch + 1
    admin_log.note(
        session,
        actor_id,
        AdminAction.DISABLE_PERSON,
        subject(user),
        now=now,
        after={"complaints_freed": freed},
        reason=reason,
    )
    return freed


def enable(session: Session, user: User, actor_id: int, *, now: datetime) -> None:
    if not user.is_enabled:
        user.is_enabled = True
        admin_log.note(session, actor_id, AdminAction.ENABLE_PERSON, subject(user), now=now)


def end_sessions(session: Session, user: User, actor_id: int, *, now: datetime) -> None:
    """Sign somebody out everywhere, as after a lost telephone."""
    user.session_epoch += 1
    admin_log.note(session, actor_id, AdminAction.END_SESSIONS, subject(user), now=now)


def mediating(session: Session, user: User) -> int:
    """How many open complaints somebody mediates: those are not given away by themselves."""
    query = select(func.count(Complaint.id)).where(
        Complaint.mediator_id == user.id, Complaint.closed_at.is_(None)
    )
    return session.scalar(query) or 0


def _free_complaints(session: Session, user: User, actor_id: int, now: datetime) -> int:
    """Open complaints of an officer who leaves are nobody's again: each says so, and their office is told once.

    Rows without objects, since there may be hundreds; where they stand does not change.
    """
    freed = session.execute(
        update(Complaint)
        .where(Complaint.officer_id == user.id, Complaint.closed_at.is_(None))
        .values(officer_id=None, version=Complaint.version + 1, last_event_at=now)
        .returning(Complaint.id, Complaint.status, Complaint.department_id)
    ).all()
    if freed:
        details = {"officer_id": None, "was": user.id}
        session.execute(insert(Event), [_freed(row, actor_id, details, now) for row in freed])
    for department_id, number in Counter(row.department_id for row in freed).items():
        notices.tell_colleagues(session, department_id, number, now=now, key=subject(user))
    return len(freed)


def _freed(
    row: Row[int, Status, int | None], actor_id: int, details: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "complaint_id": row.id,
        "action": Action.ASSIGN,
        "from_status": row.status,
        "to_status": row.status,
        "role": Role.ADMIN,
        "actor_id": actor_id,
        "audience": Audience.STAFF,
        "details": details,
        "at": now,
    }


def _check_place(session: Session, role: Role, department_id: int | None, merchant_id: int | None) -> None:
    if role in DEPARTMENT_ROLES:
        office = session.get(Department, department_id) if department_id else None
        if office is None or not office.is_active:
            raise Invalid("department_id", "required" if office is None else "not_active")
    elif department_id is not None:
        raise Invalid("department_id", "role_without_office")
    if role is Role.MERCHANT and (merchant_id is None or session.get(Merchant, merchant_id) is None):
        raise Invalid("merchant_id", "required")


def _keep_an_admin(session: Session, user: User) -> None:
    """Let `user` go where another administrator stays. Two who remove each other at once come one after the other."""
    admins = select(User.id).where(User.role == Role.ADMIN, User.is_enabled, User.password_hash.is_not(None))
    remaining = session.scalars(admins.order_by(User.id).with_for_update(key_share=True)).all()
    if not set(remaining) - {user.id}:
        raise Conflict("last_administrator")


def _escaped(typed: str) -> str:
    return typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
