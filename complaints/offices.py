"""Departments as administrators arrange them: a tree without cycles, in which nothing that is needed vanishes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from complaints import admin_log
from complaints.errors import Conflict, Invalid, Unknown
from models.codes import AdminAction
from models.complaint import Complaint
from models.organisations import Department
from models.people import User
from models.routing import RoutingRule

CHANGEABLE = ("name_zh", "name_en", "phone", "parent_id", "level", "kind", "district", "industries")


def tree(session: Session) -> list[tuple[int, Department]]:
    """Every office with its depth, each after the one above it."""
    rows = session.scalars(select(Department).order_by(Department.id)).all()
    below: dict[int | None, list[Department]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return list(_walk(below, None, 0))


def _walk(
    below: Mapping[int | None, Sequence[Department]], parent_id: int | None, depth: int
) -> Iterator[tuple[int, Department]]:
    for office in below.get(parent_id, ()):
        yield depth, office
        yield from _walk(below, office.id, depth + 1)


def one(session: Session, office_id: int) -> Department:
    office = session.get(Department, office_id)
    if office is None:
        raise Unknown
    return office


def add(session: Session, code: str, given: Mapping[str, Any], actor_id: int, *, now: datetime) -> Department:
    """A new office. Raises Invalid for a code that is taken and for a place in the tree that cannot be."""
    if session.scalar(select(Department.id).where(Department.code == code)) is not None:
        raise Invalid("code", "code_taken")
    office = Department(code=code, **given)
    _check_place(session, office)
    session.add(office)
    session.flush()
    admin_log.note(
        session, actor_id, AdminAction.ADD_OFFICE, code, now=now, after=admin_log.state(office, CHANGEABLE)
    )
    return office


def change(
    session: Session, office: Department, given: Mapping[str, Any], actor_id: int, *, now: datetime
) -> None:
    """Rename an office, move it in the tree, or give it another telephone. Repeatable."""
    before = admin_log.state(office, CHANGEABLE)
    for name in CHANGEABLE:
        setattr(office, name, given[name])
    with session.no_autoflush:
        _check_place(session, office)
    after = admin_log.state(office, CHANGEABLE)
    if after != before:
        admin_log.note(
            session, actor_id, AdminAction.CHANGE_OFFICE, office.code, now=now, before=before, after=after
        )


def close(session: Session, office: Department, actor_id: int, reason: str, *, now: datetime) -> None:
    """Take an office out of use. Raises Conflict while anything depends on it: complaints, people, rules, offices below."""
    if not office.is_active:
        return
    for code, count in in_use(session, office).items():
        if count:
            raise Conflict(f"office_has_{code}", count=count)
    office.is_active = False
    admin_log.note(session, actor_id, AdminAction.CLOSE_OFFICE, office.code, now=now, reason=reason)


def reopen(session: Session, office: Department, actor_id: int, *, now: datetime) -> None:
    if not office.is_active:
        office.is_active = True
        admin_log.note(session, actor_id, AdminAction.REOPEN_OFFICE, office.code, now=now)


def in_use(session: Session, office: Department) -> dict[str, int]:
    """What depends on an office, by kind."""
    rule_names_it = or_(
        RoutingRule.receiver_id == office.id,
        RoutingRule.pool_id == office.id,
        RoutingRule.authority_id == office.id,
    )
    counted = {
        "complaints": select(func.count(Complaint.id)).where(
            Complaint.department_id == office.id, Complaint.closed_at.is_(None)
        ),
        "people": select(func.count(User.id)).where(User.department_id == office.id, User.is_enabled),
        "rules": select(func.count(RoutingRule.id)).where(RoutingRule.is_active, rule_names_it),
        "offices": select(func.count(Department.id)).where(
            Department.parent_id == office.id, Department.is_active
        ),
    }
    return {name: session.scalar(query) or 0 for name, query in counted.items()}


def _check_place(session: Session, office: Department) -> None:
    """An office stands under one of at least its own level that is in use, and never below itself."""
    if office.parent_id is None:
        return
    above = session.get(Department, office.parent_id)
    if above is None or not above.is_active:
        raise Invalid("parent_id", "not_active")
    if above.level < office.level:
        raise Invalid("parent_id", "office_above_is_lower")
    seen = {office.id}
    while above is not None:
        if above.id is not None and above.id in seen:
            raise Invalid("parent_id", "office_below_itself")
        seen.add(above.id)
        above = session.get(Department, above.parent_id) if above.parent_id else None
