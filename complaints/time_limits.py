"""New versions of time limits. What is written stays written: a complaint keeps the version its clock started under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints import admin_log, rulebook
from complaints.clock import Target
from complaints.deadlines import LAW_ZONE
from complaints.errors import Invalid, Unknown
from models.codes import AdminAction
from models.deadline import Deadline, SlaRule

# What a new version may say differently; what starts, stops and pauses it belongs to the workflow.
CHANGEABLE = (
    "duration", "unit", "roll_policy", "warn_at", "binding", "instrument", "article", "url",
    "title_zh", "title_en", "promise_zh", "promise_en",
)  # fmt: skip
KEPT = (
    "code", "starts_on", "stops_on", "drops_on", "pause_in", "lanes", "urgencies", "industries",
    "on_warning", "on_expiry", "grade",
)  # fmt: skip
LATEST_FIRST = (SlaRule.valid_from.desc(), SlaRule.version.desc())
DAY, REACH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True)
class Effect:
    """What a new version would mean. Nothing that runs is touched, so `running` go on under what they began with."""

    running: int
    lately_started: int


def listed(session: Session) -> Sequence[SlaRule]:
    """Every rule with its versions, the latest of each first."""
    return session.scalars(select(SlaRule).order_by(SlaRule.code, *LATEST_FIRST)).all()


def versions(session: Session, code: str) -> Sequence[SlaRule]:
    """The versions of one rule, the latest in force first. Raises Unknown where there is none."""
    found = session.scalars(select(SlaRule).where(SlaRule.code == code).order_by(*LATEST_FIRST)).all()
    if not found:
        raise Unknown
    return found


def effect(session: Session, code: str, *, now: datetime) -> Effect:
    """The dry run: how many clocks run under this rule, and how many started in the last thirty days."""
    of_rule = select(func.count(Deadline.id)).where(Deadline.rule_code == code)
    running = session.scalar(of_rule.where(Deadline.ended_at.is_(None))) or 0
    lately = session.scalar(of_rule.where(Deadline.started_at >= now - REACH)) or 0
    return Effect(running, lately)


def check(newest: SlaRule, given: Mapping[str, Any], valid_from: date, *, now: datetime) -> None:
    """Raises Invalid for a day that is over, one before the newest version begins, and a last day that cannot roll."""
    tomorrow = now.astimezone(LAW_ZONE).date() + DAY
    earliest = max(tomorrow, newest.valid_to or newest.valid_from + DAY)
    if valid_from < earliest:
        raise Invalid("valid_from", "too_early", earliest=earliest.isoformat())
    try:
        Target(given["duration"], given["unit"], given["roll_policy"])
    except ValueError as error:
        raise Invalid("roll_policy", "cannot_roll") from error


def renew(
    session: Session,
    code: str,
    given: Mapping[str, Any],
    valid_from: date,
    actor_id: int,
    reason: str,
    *,
    now: datetime,
) -> SlaRule:
    """A new version from `valid_from` on; the one before ends that day. Announces the change to every process."""
    earlier = versions(session, code)
    newest = earlier[0]
    check(newest, given, valid_from, now=now)
    rule = SlaRule(
        version=max(one.version for one in earlier) + 1,
        valid_from=valid_from,
        valid_to=None,
        is_active=True,
        **{name: getattr(newest, name) for name in KEPT},
        **{name: given[name] for name in CHANGEABLE},
    )
    newest.valid_to = newest.valid_to or valid_from
    session.add(rule)
    session.flush()
    before = {**admin_log.state(newest, CHANGEABLE), "version": newest.version}
    after = {**admin_log.state(rule, CHANGEABLE), "version": rule.version, "valid_from": valid_from}
    admin_log.note(
        session,
        actor_id,
        AdminAction.NEW_TIME_LIMIT,
        code,
        now=now,
        before=before,
        after=after,
        reason=reason,
    )
    rulebook.revise(session, f"{code} version {rule.version}", actor_id, now=now)
    return rule


def adopt(session: Session, shipped: SlaRule) -> SlaRule | None:
    """Put a version that ships with the service among those of its rule; None where one begins that day already.

    What is there keeps its number and its length. A number that was used for another version is not used again: the
    shipped one takes the next. It ends the version before it, and ends itself where a later one begins. A later one
    that was made while nothing started the rule is started, stopped and followed by what the shipped one is. Repeatable.
    """
    there = session.scalars(select(SlaRule).where(SlaRule.code == shipped.code)).all()
    if any(one.valid_from == shipped.valid_from for one in there):
        return None
    taken = {one.version for one in there}
    if shipped.version in taken:
        shipped.version = max(taken) + 1
    ends = [one.valid_from for one in there if one.valid_from > shipped.valid_from]
    shipped.valid_to = min(ends) if ends else shipped.valid_to
    before = max((one for one in there if one.valid_from < shipped.valid_from), key=_begins, default=None)
    if before is not None and (before.valid_to is None or before.valid_to > shipped.valid_from):
        before.valid_to = shipped.valid_from
    for later in there:
        if later.valid_from > shipped.valid_from and not later.starts_on:
            for name in KEPT:
                setattr(later, name, getattr(shipped, name))
    session.add(shipped)
    session.flush()
    return shipped


def _begins(rule: SlaRule) -> date:
    return rule.valid_from
