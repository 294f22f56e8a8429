"""Starts, pauses, meets and drops the deadlines of a complaint as its events call for. Arithmetic is complaints.clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from complaints import claims, clock
from complaints.clock import Target
from complaints.working_days import WorkingCalendar
from models.codes import OPEN, Action, Kind, Step
from models.complaint import Complaint, Event
from models.deadline import Deadline, Escalation, Pause, SlaRule

LAW_ZONE = ZoneInfo(clock.LAW_ZONE)
WARNINGS = {Step.WARN_50: 50, Step.WARN_80: 80}
STEPS = (Step.WARN_50, Step.WARN_80, Step.EXPIRED)
# Money that was asked for ahead is to be decided on, and paid, also where mediation has ended meanwhile.
OUTLASTING = frozenset(
    f"action:{action}" for action in (Action.ASK_COMPENSATION, Action.APPROVE_COMPENSATION)
)
# What starts the time within which an urgent matter is taken in hand.
WITH_THE_AUTHORITY = frozenset({f"action:{Action.REQUEST_ACCEPTANCE}"})


@dataclass(frozen=True)
class Rule:
    """One version of one time limit, detached from the database so that a process can keep it."""

    id: int
    code: str
    valid_from: date
    valid_to: date | None
    target: Target
    starts_on: tuple[str, ...] = ()
    stops_on: frozenset[str] = frozenset()
    drops_on: frozenset[str] = frozenset()
    pause_in: frozenset[str] = frozenset()
    lanes: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    warn_at: tuple[int, ...] = ()
    on_warning: tuple[str, ...] = ()
    on_expiry: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: SlaRule) -> "Rule":
        return cls(
            id=row.id,
            code=row.code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            target=Target(row.duration, row.unit, row.roll_policy),
            starts_on=tuple(row.starts_on),
            stops_on=frozenset(row.stops_on),
            drops_on=frozenset(row.drops_on),
            pause_in=frozenset(row.pause_in),
            lanes=frozenset(row.lanes),
            urgencies=frozenset(row.urgencies),
            industries=frozenset(row.industries),
            warn_at=tuple(row.warn_at),
            on_warning=tuple(row.on_warning),
            on_expiry=tuple(row.on_expiry),
        )

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def is_over(self, complaint: Complaint) -> bool:
        """Whether nothing is owed under the rule any more because the complaint has ended."""
        return complaint.status not in OPEN and OUTLASTING.isdisjoint(self.starts_on)

    def is_about(self, complaint: Complaint) -> bool:
        """Whether the rule's conditions fit. An empty condition fits everything."""
        return (
            (not self.lanes or complaint.lane in self.lanes)
            and self.fits_urgency(complaint)
            and (not self.industries or complaint.industry in self.industries)
        )

    def fits_urgency(self, complaint: Complaint) -> bool:
        return not self.urgencies or complaint.urgency in self.urgencies


@dataclass(frozen=True)
class Clock:
    """The rules and the calendar as they stand: what every deadline is reckoned with. `version` names the calendar."""

    rules: tuple[Rule, ...]
    calendar: WorkingCalendar
    version: int

    @cached_property
    def by_id(self) -> dict[int, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def _by_trigger(self) -> dict[str, list[tuple[int, Rule]]]:
        found: dict[str, list[tuple[int, Rule]]] = {}
        for place, rule in enumerate(self.rules):
            for name in rule.starts_on:
                found.setdefault(name.partition("@")[0], []).append((place, rule))
        return found

    def started_by(self, triggers: Iterable[str]) -> list[Rule]:
        """The rules that one of `triggers` may start, in their order."""
        found = {place: rule for name in triggers for place, rule in self._by_trigger.get(name, ())}
        return [found[place] for place in sorted(found)]

    def rule(self, deadline: Deadline) -> Rule:
        """The version of the rule that `deadline` started under."""
        return self.by_id[deadline.rule_id]


def react(complaint: Complaint, event: Event, clock_: Clock, *, is_back: bool = False) -> None:
    """Do to the deadlines of `complaint` what `event` means for them. May not be repeated for the same event.

    A complaint that is back from a detour is where it was: what ran goes on, and nothing starts anew but what the
    detour itself had stopped.
    """
    triggers = _triggers(complaint, event)
    for deadline in missed(complaint):
        _settle(deadline, clock_.rule(deadline), complaint, triggers, event.at)
    for deadline in running(complaint):
        rule = clock_.rule(deadline)
        if triggers & rule.stops_on:
            _meet(deadline, event.at)
        elif triggers & rule.drops_on or rule.is_over(complaint):
            _drop(deadline, event.at)
        else:
            _pause_or_resume(deadline, rule, event, clock_)
    starting = _starting(complaint, triggers)
    for rule in clock_.started_by(starting):
        if is_back and f"status:{event.from_status}" not in rule.stops_on:
            continue
        _start_if_called_for(complaint, rule, event, starting, clock_)
    complaint.due_at = _earliest(complaint)


def refit(complaint: Complaint, event: Event, clock_: Clock, *, is_danger: bool) -> None:
    """Take the time that the new urgency gives where `event` set another, on a complaint that nobody has accepted yet.

    What runs for the old one is dropped and that of the new one starts, for danger in any case. Repeatable.
    """
    stale = [
        deadline
        for deadline in running(complaint) + missed(complaint)
        if not clock_.rule(deadline).fits_urgency(complaint)
    ]
    for deadline in stale:
        _drop(deadline, event.at)
    if stale or is_danger:
        starting = _starting(complaint, WITH_THE_AUTHORITY)
        for rule in clock_.started_by(starting):
            if rule.urgencies:
                _start_if_called_for(complaint, rule, event, starting, clock_)
    complaint.due_at = _earliest(complaint)


def running(complaint: Complaint) -> list[Deadline]:
    return [deadline for deadline in complaint.deadlines if deadline.ended_at is None]


def missed(complaint: Complaint) -> list[Deadline]:
    """What ran out and has still to be done: being late does not settle a debt."""
    return [d for d in complaint.deadlines if d.breached_at and d.met_at is None and d.next_step is not None]


def expire(deadline: Deadline, *, now: datetime, is_owed: bool = False) -> None:
    """Record that `deadline` ran out; the breach is stamped with the due instant, not with the sweep's.

    With `is_owed` it stays among what is missed until it is done or no longer wanted.
    """
    _end(deadline, now)
    if not is_owed:
        deadline.next_step = None


def advance(deadline: Deadline, rule: Rule, clock_: Clock) -> None:
    """Look again at the step after the one just done."""
    done = STEPS.index(deadline.next_step or Step.EXPIRED)
    _schedule(deadline, rule, clock_, STEPS[done + 1 :])


def recompute(deadline: Deadline, clock_: Clock) -> bool:
    """Reckon a running deadline anew after a change of the calendar; whether its due instant moved. Repeatable."""
    before = deadline.due_at
    rule = clock_.rule(deadline)
    _reckon(deadline, rule, clock_)
    deadline.calendar_version = clock_.version
    return deadline.due_at != before


def _triggers(complaint: Complaint, event: Event) -> frozenset[str]:
    names = {f"action:{event.action}"}
    if event.to_status != event.from_status or event.details.get("is_first"):
        names.add(f"status:{event.to_status}")
        if claims.is_small(complaint):
            names.add(f"status:{event.to_status}+small_claim")
    if event.action is Action.AGREE and not event.details.get("as_claimed"):
        names.add(
            "action:agree+terms"
        )  # both sides chose them, day and amount; of a claim granted only one did
    return frozenset(names)


def _starting(complaint: Complaint, triggers: frozenset[str]) -> frozenset[str]:
    """A report is checked, not accepted and mediated: only a rule that names reports starts for one."""
    return frozenset(f"{name}+report" for name in triggers) if complaint.kind is Kind.REPORT else triggers


def _start_if_called_for(
    complaint: Complaint, rule: Rule, event: Event, triggers: frozenset[str], clock_: Clock
) -> None:
    starts = next((name for name in rule.starts_on if name.partition("@")[0] in triggers), None)
    if starts is None or not rule.is_in_force(event.at.astimezone(LAW_ZONE).date()):
        return
    owed = running(complaint) + missed(complaint)
    if rule.is_about(complaint) and all(deadline.rule_code != rule.code for deadline in owed):
        complaint.deadlines.append(start(rule, _start_of(starts, event), clock_))


def _start_of(trigger: str, event: Event) -> datetime:
    """`action:agree@perform_by` starts with the day that the event's details name, and not with the event."""
    _, _, named = trigger.partition("@")
    if not named:
        return event.at
    return datetime.combine(date.fromisoformat(event.details[named]), time(12), LAW_ZONE)


def start(rule: Rule, started_at: datetime, clock_: Clock) -> Deadline:
    """A new deadline under `rule`, running from `started_at`."""
    deadline = Deadline(
        rule_id=rule.id,
        rule_code=rule.code,
        started_at=started_at,
        calendar_version=clock_.version,
        pauses=[],
    )
    deadline.due_at = clock.due_at(rule.target, started_at, (), clock_.calendar)
    _schedule(deadline, rule, clock_, STEPS)
    return deadline


def _schedule(deadline: Deadline, rule: Rule, clock_: Clock, steps: Iterable[Step]) -> None:
    deadline.next_step = next(
        step for step in steps if step is Step.EXPIRED or WARNINGS[step] in rule.warn_at
    )
    deadline.next_at = _instant_of(deadline.next_step, deadline, rule, clock_)


def _instant_of(step: Step, deadline: Deadline, rule: Rule, clock_: Clock) -> datetime | None:
    if step is Step.EXPIRED:
        return deadline.due_at
    return clock.warn_at(
        rule.target, deadline.started_at, pauses_of(deadline), clock_.calendar, WARNINGS[step]
    )


def pauses_of(deadline: Deadline) -> list[tuple[datetime, datetime | None]]:
    return [(pause.started_at, pause.ended_at) for pause in deadline.pauses]


def _reckon(deadline: Deadline, rule: Rule, clock_: Clock) -> None:
    deadline.due_at = clock.due_at(rule.target, deadline.started_at, pauses_of(deadline), clock_.calendar)
    if deadline.due_at is None:
        deadline.next_at = None
    else:
        deadline.next_at = _instant_of(deadline.next_step or Step.EXPIRED, deadline, rule, clock_)


def _pause_or_resume(deadline: Deadline, rule: Rule, event: Event, clock_: Clock) -> None:
    is_paused = any(pause.ended_at is None for pause in deadline.pauses)
    if (event.to_status in rule.pause_in) == is_paused:
        return
    if is_paused:
        deadline.pauses[-1].ended_at = event.at
    else:
        deadline.pauses.append(Pause(started_at=event.at, reason=event.to_status))
    _reckon(deadline, rule, clock_)


def _settle(
    deadline: Deadline, rule: Rule, complaint: Complaint, triggers: frozenset[str], at: datetime
) -> None:
    """Take a missed deadline off the list of what is owed: done after all, or no longer wanted."""
    is_done = bool(triggers & rule.stops_on)
    if is_done:
        deadline.met_at = deadline.ended_at = at
    if is_done or triggers & rule.drops_on or rule.is_over(complaint):
        deadline.next_step = None


def _meet(deadline: Deadline, at: datetime) -> None:
    """What was owed was done."""
    deadline.met_at = at
    _end(deadline, at)


def _drop(deadline: Deadline, at: datetime) -> None:
    """Nobody waits for it any more. That it ran out before, if it did, stays on record."""
    if deadline.ended_at is None:
        _end(deadline, at)
    deadline.next_step = None


def _end(deadline: Deadline, at: datetime) -> None:
    """Too late is a breach and stays one, also where no sweep has come by since it ran out."""
    if deadline.due_at is not None and deadline.due_at <= at:
        deadline.breached_at = deadline.due_at
    deadline.ended_at = at
    deadline.next_at = None
    for pause in deadline.pauses:
        pause.ended_at = pause.ended_at or at


def _earliest(complaint: Complaint) -> datetime | None:
    owed = running(complaint) + missed(complaint)
    return min((d.due_at for d in owed if d.due_at is not None), default=None)


def refresh_due(complaint: Complaint) -> None:
    """Keep the complaint's own due instant, by which the desk sorts, equal to the earliest of what it owes."""
    complaint.due_at = _earliest(complaint)


def acted_on(deadline: Deadline, step: Step, level: int, *, now: datetime) -> Escalation:
    """The record that the sweep did `step`; unique, so that a second sweep cannot do it again."""
    return Escalation(
        deadline=deadline, step=step, level_from=level, level_to=level, due_at=deadline.next_at or now, at=now
    )


def end_of_day(on: date) -> datetime:
    """The midnight that ends a day where the law counts."""
    return datetime.combine(on + timedelta(days=1), time.min, LAW_ZONE)
