"""What happens when a deadline nears its end or passes it. Found by a sweep over rows, done once, whatever dies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import agreements, compensation, deadlines, green_channel, notices, ownership, workflow
from complaints.actors import SYSTEM
from complaints.deadlines import Clock, Rule
from complaints.ladder import Ladder
from models.codes import Action, Recipient, Status, Step, TerminationGround
from models.complaint import Complaint
from models.deadline import Deadline, Escalation

TOP = 5
MERCHANTS_TURN = frozenset({Status.NEGOTIATING, Status.AGREED})
NUDGES = frozenset({"nudge", "nudge_payer"})  # what is reminded of stays owed


@dataclass(frozen=True)
class Context:
    """What one run of the sweep goes by."""

    now: datetime
    clock: Clock
    ladder: Ladder


def act(deadline: Deadline, context: Context) -> Escalation | None:
    """Do what the rule says at this point of the deadline's life; None when there is nothing left to do.

    Repeatable: a step done once moves the deadline on, and the unique key of the escalation refuses a second.
    Overslept warnings are skipped: who missed the due instant hears of that alone.
    """
    if deadline.next_at is None or deadline.next_at > context.now:
        return None
    complaint, rule = deadline.complaint, context.clock.rule(deadline)
    step = _step(deadline, context.now)
    record = deadlines.acted_on(deadline, step, complaint.level, now=context.now)
    complaint.escalations.append(record)
    if step is Step.EXPIRED:
        deadlines.expire(deadline, now=context.now, is_owed=not NUDGES.isdisjoint(rule.on_expiry))
    else:
        deadlines.advance(deadline, rule, context.clock)
    effects = _effects(rule, step)
    record.level_to = _level(complaint.level, effects)
    _tell_timeline(complaint, deadline, record, context)
    _climb(complaint, record.level_to, context.ladder, context.now)
    for name in effects:
        if name in EFFECTS:
            EFFECTS[name](complaint, deadline, context)
    return record


def _step(deadline: Deadline, now: datetime) -> Step:
    if deadline.due_at is not None and deadline.due_at <= now:
        return Step.EXPIRED
    return deadline.next_step or Step.EXPIRED


def _effects(rule: Rule, step: Step) -> list[str]:
    """The names of what to do. `80@raise` is for that warning alone; a name without a number is for every one."""
    if step is Step.EXPIRED:
        return list(rule.on_expiry)
    prefix = f"{deadlines.WARNINGS[step]}@"
    return [
        entry.removeprefix(prefix)
        for entry in rule.on_warning
        if "@" not in entry or entry.startswith(prefix)
    ]


def _level(level: int, effects: Sequence[str]) -> int:
    for name in effects:
        if name == "raise":
            level = min(level + 1, TOP)
        elif name.startswith("raise_to:"):
            level = max(level, min(int(name.removeprefix("raise_to:")), TOP))
    return level


def _tell_timeline(complaint: Complaint, deadline: Deadline, record: Escalation, context: Context) -> None:
    details = {
        "rule": deadline.rule_code,
        "step": str(record.step),
        "due_at": deadline.due_at.isoformat() if deadline.due_at else None,
        "level_from": record.level_from,
        "level_to": record.level_to,
    }
    workflow.perform(
        complaint, Action.ESCALATE, SYSTEM, now=context.now, clock=context.clock, details=details
    )


def _climb(complaint: Complaint, level: int, ladder: Ladder, now: datetime) -> None:
    if level <= complaint.level:
        return
    complaint.level = level
    ownership.move(complaint, ladder.owner(complaint, level), now=now)


def _nudge(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    is_late = deadline.breached_at is not None
    recipients = [Recipient.MERCHANT if complaint.status in MERCHANTS_TURN else Recipient.DEPARTMENT]
    if is_late:
        recipients.append(Recipient.CONTACT)
    _tell(complaint, _reminder(complaint) if is_late else "due_soon", recipients, deadline, context)


def _nudge_payer(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    """Remind whoever pays ahead; where nobody signs in for it, the office that decides in its place."""
    is_late = deadline.breached_at is not None
    template = _reminder(complaint) if is_late else "due_soon"
    asked = complaint.compensation
    is_at_hand = asked is not None and asked.has_payer_at_hand
    recipients = [Recipient.CONTACT] if is_late else []
    if is_late or not is_at_hand:
        recipients.append(Recipient.DEPARTMENT)
    _tell(complaint, template, recipients, deadline, context)
    if asked is not None and is_at_hand:
        key, params = _of(complaint, deadline)
        notices.tell_merchant(complaint, template, asked.payer_id, now=context.now, params=params, key=key)


def _reminder(complaint: Complaint) -> str:
    """What to say of a deadline just missed: not every one is raised, and at the top there is nowhere to go."""
    record = complaint.escalations[-1]
    return "overdue" if record.level_to > record.level_from else "overdue_reminded"


def _tell(
    complaint: Complaint, template: str, recipients: list[Recipient], deadline: Deadline, context: Context
) -> None:
    key, params = _of(complaint, deadline)
    notices.tell(complaint, template, recipients, now=context.now, params=params, key=key)


def _of(complaint: Complaint, deadline: Deadline) -> tuple[str, dict[str, Any]]:
    """What a notice is known by and tells of. Rule and step keep apart what comes due at the same instant."""
    due_at = deadline.due_at.isoformat() if deadline.due_at else None
    params = {"rule": deadline.rule_code, "rule_id": deadline.rule_id, "due_at": due_at}
    return f"{deadline.rule_code}:{complaint.escalations[-1].step}", params


def _close_green_channel(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    if complaint.status is Status.NEGOTIATING:
        green_channel.close(complaint, SYSTEM, now=context.now, clock=context.clock)


def _unlock_compensation(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    compensation.unlock(complaint, deadline.rule_code, now=context.now, clock=context.clock)


def _terminate(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    """Day 60 without agreement: mediation must end (Decree 121 art 23(5))."""
    workflow.perform(
        complaint,
        Action.TERMINATE,
        SYSTEM,
        now=context.now,
        clock=context.clock,
        reason=TerminationGround.TERM_RAN_OUT,
        details={"ground": str(TerminationGround.TERM_RAN_OUT)},
    )


def _reopen(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    agreements.reopen(complaint, SYSTEM, now=context.now, clock=context.clock)


def _close_performed(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    agreements.close_unchallenged(complaint, now=context.now, clock=context.clock)


def _propose_refusal(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    _tell(complaint, "supplement_missing", [Recipient.DEPARTMENT], deadline, context)


def _record_silence(complaint: Complaint, deadline: Deadline, context: Context) -> None:
    _tell(complaint, "silence_recorded", [Recipient.CONTACT, Recipient.MERCHANT], deadline, context)


Effect = Callable[[Complaint, Deadline, Context], None]
EFFECTS: dict[str, Effect] = {
    "nudge": _nudge,
    "nudge_payer": _nudge_payer,
    "leave_green_channel": _close_green_channel,
    "unlock_compensation": _unlock_compensation,
    "terminate": _terminate,
    "reopen": _reopen,
    "close_performed": _close_performed,
    "propose_refusal": _propose_refusal,
    "record_silence": _record_silence,
}
