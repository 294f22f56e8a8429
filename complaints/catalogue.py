"""The dispatch catalogue as administrators arrange it. A rule is never rewritten: complaints show the one that sent them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from complaints import admin_log
from complaints.errors import Conflict, Invalid, Unknown
from complaints.routing import CONDITIONS, Facts, Rule
from models.codes import AdminAction, Industry
from models.organisations import Department
from models.routing import RoutingRule

STEP = 10
OFFICES = ("receiver_id", "pool_id", "authority_id")
WRITTEN = (*CONDITIONS, *OFFICES, "reason_zh", "reason_en")


def listed(
    session: Session, *, industry: Industry | None = None, district: str | None = None
) -> Sequence[RoutingRule]:
    """The rules in force in the order in which they are tried, narrowed to those that speak of what is named."""
    query = select(RoutingRule).where(RoutingRule.is_active)
    if industry is not None:
        query = query.where(RoutingRule.industry == industry)
    if district is not None:
        query = query.where(RoutingRule.district == district)
    named = [joinedload(getattr(RoutingRule, name)) for name in ("receiver", "pool", "authority", "merchant")]
    return session.scalars(query.order_by(RoutingRule.position, RoutingRule.id).options(*named)).all()


def one(session: Session, rule_id: int) -> RoutingRule:
    """A rule in force. Raises Unknown for one that was withdrawn or replaced."""
    rule = session.get(RoutingRule, rule_id)
    if rule is None or not rule.is_active:
        raise Unknown
    return rule


def is_catch_all(rule: RoutingRule) -> bool:
    return all(getattr(rule, name) is None for name in CONDITIONS)


def add(session: Session, given: Mapping[str, Any], actor_id: int, *, now: datetime) -> RoutingRule:
    """A new rule, tried last of all before the catch-all. Raises Invalid for a second one without conditions."""
    last = session.scalar(select(func.max(RoutingRule.position))) or 0
    rule = RoutingRule(position=last + STEP, **given)
    _check(session, rule, may_catch_all=False)
    session.add(rule)
    session.flush()
    admin_log.note(
        session,
        actor_id,
        AdminAction.ADD_ROUTE,
        _subject(rule),
        now=now,
        after=admin_log.state(rule, WRITTEN),
    )
    return rule


def replace(
    session: Session, old: RoutingRule, given: Mapping[str, Any], actor_id: int, *, now: datetime
) -> RoutingRule:
    """Put a new rule in the place of `old`, which is withdrawn but kept for the complaints it sent."""
    _hold(session, old)
    before = admin_log.state(old, WRITTEN)
    rule = RoutingRule(position=old.position, **given)
    _check(session, rule, may_catch_all=is_catch_all(old))
    if is_catch_all(old) != is_catch_all(rule):
        raise Invalid("industry", "catch_all_stays")
    if all(before[name] == getattr(rule, name) for name in WRITTEN):
        return old
    old.is_active = False
    session.flush()  # the catch-all is unique among those in force
    session.add(rule)
    session.flush()
    after = {**admin_log.state(rule, WRITTEN), "replaces": old.id}
    admin_log.note(
        session, actor_id, AdminAction.CHANGE_ROUTE, _subject(rule), now=now, before=before, after=after
    )
    return rule


def withdraw(session: Session, rule: RoutingRule, actor_id: int, *, now: datetime) -> None:
    """Take a rule out of use. Raises Conflict for the catch-all: without it a complaint could be nobody's."""
    _hold(session, rule)
    if is_catch_all(rule):
        raise Conflict("catch_all_stays")
    rule.is_active = False
    before = admin_log.state(rule, WRITTEN)
    admin_log.note(session, actor_id, AdminAction.DROP_ROUTE, _subject(rule), now=now, before=before)


def move(session: Session, rule: RoutingRule, is_up: bool, actor_id: int, *, now: datetime) -> None:
    """Try a rule one place earlier or later. At the end of the list nothing happens."""
    rules = list(session.scalars(_in_order().with_for_update()))
    at = rules.index(rule)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(rules):
        return
    rules.insert(to, rules.pop(at))
    before = rule.position
    for place, each in enumerate(rules, start=1):
        if each.position != place * STEP:
            each.position = place * STEP
    admin_log.note(
        session,
        actor_id,
        AdminAction.MOVE_ROUTE,
        _subject(rule),
        now=now,
        before={"position": before},
        after={"position": rule.position},
    )


def passed_over(facts: Facts, rules: Sequence[Rule], winner: Rule) -> int:
    """How many rules were tried before the one that won."""
    tried = [rule for rule in rules if rule.conditions]
    return tried.index(winner) if winner in tried else len(tried)


def _hold(session: Session, rule: RoutingRule) -> None:
    """Nobody else changes it meanwhile. Raises Unknown where somebody was quicker."""
    session.flush()
    session.refresh(rule, with_for_update={"of": RoutingRule})
    if not rule.is_active:
        raise Unknown


def _in_order() -> Select[Any]:
    return select(RoutingRule).where(RoutingRule.is_active).order_by(RoutingRule.position, RoutingRule.id)


def _check(session: Session, rule: RoutingRule, *, may_catch_all: bool) -> None:
    if is_catch_all(rule) and not may_catch_all:
        raise Invalid("industry", "second_catch_all")
    for name in OFFICES:
        office = session.get(Department, getattr(rule, name) or 0)
        if office is None or not office.is_active:
            raise Invalid(name, "required" if office is None else "not_active")


def _subject(rule: RoutingRule) -> str:
    return f"route:{rule.id}"
