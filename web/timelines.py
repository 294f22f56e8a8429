"""What happened to a complaint, told to whoever reads it: a sentence for each event, newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import i18n
from complaints.actors import shown_to
from complaints.workflow import TRANSITIONS
from models.codes import (
    DEPARTMENT_ROLES,
    Action,
    CompensationStatus,
    Industry,
    RefusalGround,
    Remedy,
    Role,
    Status,
    Step,
    TerminationGround,
)
from models.complaint import Complaint, Event
from models.deadline import Deadline

SEES_ALL = DEPARTMENT_ROLES | {Role.ADMIN, Role.SYSTEM}

TITLES: dict[Action, LazyString] = {
    Action.SUBMIT: _l("The complaint was received"),
    Action.ASK_TRIAGE: _l("A person will read it and decide where it belongs"),
    Action.ROUTE: _l("It was sent to the office responsible"),
    Action.CLASSIFY: _l("The category was changed"),
    Action.ASK_SUPPLEMENT: _l("The office asked for additions"),
    Action.SUPPLEMENT: _l("Additions were sent"),
    Action.OFFER_TRANSFER: _l(
        "Another office was asked to take over; the first stays responsible until it does"
    ),
    Action.CONFIRM_TRANSFER: _l("The other office took over"),
    Action.DECLINE_TRANSFER: _l("The other office declined; the first stays responsible"),
    Action.DESIGNATE: _l("The level above named the office responsible"),
    Action.OPEN_GREEN_CHANNEL: _l("The green channel was opened and the merchant told"),
    Action.REQUEST_ACCEPTANCE: _l("The authority was asked to decide on acceptance"),
    Action.ANSWER: _l("The merchant answered"),
    Action.OFFER: _l("The merchant made an offer"),
    Action.COUNTER: _l("A counter-offer was made"),
    Action.DISPUTE: _l("The merchant disputes the complaint"),
    Action.AGREE: _l("The two sides agreed"),
    Action.PAY_AT_ONCE: _l("The merchant paid at once"),
    Action.LEAVE_GREEN_CHANNEL: _l("The consumer left the green channel"),
    Action.CLOSE_GREEN_CHANNEL: _l("The green channel ended without an agreement"),
    Action.ACCEPT: _l("The authority accepted the complaint"),
    Action.REFUSE: _l("The authority did not accept the complaint"),
    Action.START_MEDIATION: _l("Mediation began"),
    Action.SUSPEND: _l("Mediation was suspended"),
    Action.RESUME: _l("Mediation went on"),
    Action.REPORT_PERFORMED: _l("The merchant reported that the agreement was performed"),
    Action.CONFIRM_PERFORMED: _l("The consumer confirmed that it was performed"),
    Action.CLOSE_PERFORMED: _l("Nobody objected to the proof: closed as performed"),
    Action.REOPEN: _l("The complaint was opened again"),
    Action.TERMINATE: _l("Mediation ended without an agreement"),
    Action.WITHDRAW: _l("The consumer withdrew the complaint"),
    Action.ASSIGN: _l("An officer was named"),
    Action.NOTE: _l("A note was written"),
    Action.MESSAGE: _l("A message"),
    Action.ATTACH: _l("Evidence was added"),
    Action.ESCALATE: _l("A time limit was looked at"),
    Action.EXPIRE_OFFER: _l("An offer ran out without an answer"),
    Action.SPLIT: _l("A report of illegality was split off"),
    Action.SHOW_CONTACT: _l("The contact was looked at"),
    Action.CHANGE_CONTACT: _l("The consumer changed how to be reached"),
    Action.ALLOW_CONTACT: _l("The consumer lets the merchant see how to reach them"),
    Action.DISALLOW_CONTACT: _l("The consumer no longer lets the merchant see how to reach them"),
    Action.RECKON: _l("The calendar changed, and a time limit was counted anew"),
    Action.UNLOCK_COMPENSATION: _l("Advance compensation became open to the consumer"),
    Action.ASK_COMPENSATION: _l("The consumer asked for advance compensation"),
    Action.APPROVE_COMPENSATION: _l("Advance compensation was approved"),
    Action.REFUSE_COMPENSATION: _l("Advance compensation was refused"),
    Action.PAY_COMPENSATION: _l("Advance compensation was paid"),
    Action.MISS_COMPENSATION: _l("The consumer says that the money did not arrive"),
    Action.CONFIRM_COMPENSATION: _l("The consumer has the money and closed the complaint"),
    Action.RECOVER_COMPENSATION: _l("Whoever paid first asks the merchant for the money"),
    Action.END_RECOVERY: _l("The recovery from the merchant ended"),
}
WHO: dict[Role, LazyString] = {
    Role.CONSUMER: _l("Consumer"),
    Role.MERCHANT: _l("Merchant"),
    Role.OFFICER: _l("Office"),
    Role.SUPERVISOR: _l("Office"),
    Role.MEDIATOR: _l("Mediator"),
    Role.ADMIN: _l("Administration"),
    Role.SYSTEM: _l("The service itself"),
}
SHAPES: dict[Action, tuple[str, str]] = {
    Action.SUBMIT: ("good", "receipt"),
    Action.OPEN_GREEN_CHANNEL: ("talk", "channel"),
    Action.OFFER: ("talk", "bubbles"),
    Action.COUNTER: ("talk", "bubbles"),
    Action.ANSWER: ("talk", "bubbles"),
    Action.MESSAGE: ("plain", "mail"),
    Action.ATTACH: ("plain", "file"),
    Action.DISPUTE: ("warn", "scales"),
    Action.AGREE: ("good", "handshake"),
    Action.PAY_AT_ONCE: ("good", "coins"),
    Action.CONFIRM_PERFORMED: ("good", "check"),
    Action.CLOSE_PERFORMED: ("good", "check"),
    Action.ACCEPT: ("good", "check"),
    Action.REOPEN: ("warn", "triangle"),
    Action.REFUSE: ("plain", "cross"),
    Action.TERMINATE: ("plain", "cross"),
    Action.WITHDRAW: ("plain", "cross"),
    Action.EXPIRE_OFFER: ("warn", "hourglass"),
    Action.ASK_SUPPLEMENT: ("warn", "pen"),
    Action.LEAVE_GREEN_CHANNEL: ("plain", "exit"),
    Action.OFFER_TRANSFER: ("wait", "arrow"),
    Action.CONFIRM_TRANSFER: ("plain", "check"),
    Action.DECLINE_TRANSFER: ("warn", "back"),
    Action.DESIGNATE: ("plain", "ladder"),
    Action.START_MEDIATION: ("talk", "scales"),
    Action.SUSPEND: ("plain", "pause"),
    Action.SPLIT: ("warn", "flag"),
    Action.SHOW_CONTACT: ("plain", "lock"),
    Action.CHANGE_CONTACT: ("plain", "pen"),
    Action.ALLOW_CONTACT: ("plain", "person"),
    Action.DISALLOW_CONTACT: ("plain", "lock"),
    Action.NOTE: ("plain", "pen"),
    Action.ASSIGN: ("plain", "person"),
    Action.RECKON: ("plain", "calendar"),
    Action.UNLOCK_COMPENSATION: ("talk", "coins"),
    Action.ASK_COMPENSATION: ("wait", "coins"),
    Action.APPROVE_COMPENSATION: ("good", "check"),
    Action.REFUSE_COMPENSATION: ("plain", "cross"),
    Action.PAY_COMPENSATION: ("good", "coins"),
    Action.MISS_COMPENSATION: ("warn", "triangle"),
    Action.CONFIRM_COMPENSATION: ("good", "check"),
    Action.RECOVER_COMPENSATION: ("plain", "coins"),
    Action.END_RECOVERY: ("plain", "coins"),
}


OF_THE_PAYER = frozenset(action for action, row in TRANSITIONS.items() if row.by_payer)


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, as the macro `timeline` wants it."""

    at: datetime
    title: str
    body: str
    who: str
    tone: str
    shape: str


def entries(complaint: Complaint, role: Role) -> list[Entry]:
    """What a reader of `role` may know happened, the newest first. Names of staff are for those who handle it."""
    rules = {deadline.rule_code: deadline for deadline in complaint.deadlines}
    audiences = shown_to(role)
    seen = [event for event in complaint.events if event.audience in audiences]
    return [_entry(event, complaint, rules, names=role in SEES_ALL) for event in reversed(seen)]


def _entry(event: Event, complaint: Complaint, rules: dict[str, Deadline], *, names: bool) -> Entry:
    tone, shape = SHAPES.get(event.action, ("plain", "dot"))
    title, body = str(TITLES[event.action]), event.reason
    if event.action is Action.ESCALATE:
        title, tone, shape = _escalation(event.details, rules)
    elif event.action is Action.ATTACH:
        number = int(event.details.get("files", 1))
        title = ngettext("%(num)d file was added as evidence", "%(num)d files were added as evidence", number)
    elif event.action is Action.ASSIGN and event.details.get("officer_id") is None:
        title = _("The officer has left, and nobody handles it now")
    elif event.action in BODIES:
        body = BODIES[event.action](event, complaint)
    elif event.details.get("remedies"):
        body = _lines(_terms(event.details), event.reason)
    if event.to_status is Status.NEGOTIATING and event.from_status is not Status.NEGOTIATING:
        tone, shape = SHAPES[Action.OPEN_GREEN_CHANNEL]
    return Entry(event.at, title, body, _who(event, complaint, names=names), tone, shape)


def _who(event: Event, complaint: Complaint, *, names: bool) -> str:
    who = str(WHO[event.role])
    if event.role is Role.MERCHANT and _is_of_another(event, complaint):
        return _("Whoever pays first")
    if names and event.role in DEPARTMENT_ROLES and event.actor is not None:
        return _("%(name)s, %(role)s", name=event.actor.name, role=who)
    return who


def _is_of_another(event: Event, complaint: Complaint) -> bool:
    """Whether a business acted that pays ahead for the merchant complained about."""
    actor = event.actor
    if actor is not None and actor.merchant_id is not None:
        return actor.merchant_id != complaint.merchant_id
    asked = complaint.compensation if event.action in OF_THE_PAYER else None
    return asked is not None and asked.payer_id != complaint.merchant_id


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _refusal(event: Event, complaint: Complaint) -> str:
    ground = event.details.get("ground")
    words = str(i18n.label(RefusalGround(ground))) if ground else ""
    return _lines(words, event.reason, str(event.details.get("other_ways", "")))


def _termination(event: Event, complaint: Complaint) -> str:
    ground = event.details.get("ground")
    words = str(i18n.label(TerminationGround(ground))) if ground else ""
    return _lines(words, event.reason if event.reason != ground else "")


def _handover(event: Event, complaint: Complaint) -> str:
    """From which office to which, where the names are at hand."""
    offices = {one.id: one for one in (complaint.department, complaint.authority, complaint.pool) if one}
    for handover in complaint.handovers:
        offices |= {handover.from_id: handover.origin, handover.to_id: handover.target}
    known = [offices.get(event.details.get(end, 0)) for end in ("from", "to")]
    return _lines(" → ".join(i18n.local(office, "name") for office in known if office), event.reason)


def _category(event: Event, complaint: Complaint) -> str:
    pair = [event.details.get("from"), event.details.get("to")]
    return _lines(" → ".join(str(i18n.label(Industry(code))) for code in pair if code), event.reason)


def _mediator(event: Event, complaint: Complaint) -> str:
    mediator = complaint.mediator
    is_known = mediator is not None and mediator.id == event.details.get("mediator_id")
    named = _("Mediator: %(name)s", name=mediator.name) if is_known and mediator else ""
    return _lines(named, event.reason)


def _assignment(event: Event, complaint: Complaint) -> str:
    officer = complaint.officer
    return officer.name if officer is not None and officer.id == event.details.get("officer_id") else ""


def _reckoning(event: Event, complaint: Complaint) -> str:
    """Which limit, and from when to when it moved."""
    code = event.details.get("rule")
    rule = next((one.rule for one in complaint.deadlines if one.rule_code == code), None)
    ends = [event.details.get(end) for end in ("from", "to")]
    moved = " → ".join(i18n.due(datetime.fromisoformat(at)) for at in ends if at)
    return _lines(i18n.local(rule, "title") if rule is not None else "", moved)


def _report(event: Event, complaint: Complaint) -> str:
    return _lines(str(event.details.get("report", "")), event.reason)


def _compensation(event: Event, complaint: Complaint) -> str:
    """The sum where one was granted or paid, how the recovery ended, and what was said with it."""
    amount, status = event.details.get("amount"), event.details.get("status")
    money = i18n.money(amount, event.details.get("currency", "CNY")) if amount else ""
    return _lines(money, str(i18n.label(CompensationStatus(status))) if status else "", event.reason)


BODIES: dict[Action, Callable[[Event, Complaint], str]] = {
    Action.REFUSE: _refusal,
    Action.TERMINATE: _termination,
    Action.OFFER_TRANSFER: _handover,
    Action.CONFIRM_TRANSFER: _handover,
    Action.DECLINE_TRANSFER: _handover,
    Action.DESIGNATE: _handover,
    Action.CLASSIFY: _category,
    Action.START_MEDIATION: _mediator,
    Action.ASSIGN: _assignment,
    Action.SPLIT: _report,
    Action.RECKON: _reckoning,
    Action.APPROVE_COMPENSATION: _compensation,
    Action.PAY_COMPENSATION: _compensation,
    Action.END_RECOVERY: _compensation,
}


def _terms(details: dict[str, Any]) -> str:
    """An offer in one line: Refund, ¥300.00, by 3 June 2026. And what else it says."""
    parts = [str(i18n.label(Remedy(code))) for code in details["remedies"]]
    if details.get("amount"):
        parts.append(i18n.money(details["amount"], details["currency"]))
    if details.get("perform_by"):
        parts.append(_("by %(date)s", date=i18n.day(date.fromisoformat(details["perform_by"]))))
    line = _(", ").join(parts)
    return f"{line}\n{details['terms']}" if details.get("terms") else line


def _escalation(details: dict[str, Any], rules: dict[str, Deadline]) -> tuple[str, str, str]:
    deadline = rules.get(str(details.get("rule")))
    rule = i18n.local(deadline.rule, "title") if deadline is not None else str(details.get("rule", ""))
    if details.get("step") != Step.EXPIRED:
        words = {
            Step.WARN_50: _("Half of the time has gone: %(rule)s", rule=rule),
            Step.WARN_80: _("Four fifths of the time have gone: %(rule)s", rule=rule),
        }
        return words.get(Step(details["step"]), rule), "wait", "hourglass"
    if details.get("level_to", 0) > details.get("level_from", 0):
        level = details["level_to"]
        return (
            _("Time ran out: %(rule)s. Raised to level %(level)s.", rule=rule, level=level),
            "late",
            "ladder",
        )
    return _("Time ran out: %(rule)s", rule=rule), "late", "triangle"
