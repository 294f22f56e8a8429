"""The promise card: who has a complaint and why, what is owed by when, what happens if nobody answers."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import i18n
from complaints import deadlines
from models.base import db
from models.codes import Action, AgreementStatus, Status
from models.complaint import Complaint
from models.deadline import Deadline
from models.organisations import Department
from models.routing import RoutingRule

CHECK_OF_PROOF = "S-13-2"  # the consumer's time to object to what the merchant reported
EMERGENCY = "S-28"
SILENCE: dict[Status, LazyString] = {
    Status.SUBMITTED: _l(
        "If nobody has taken it on in time, the city's coordination office is told and does it."
    ),
    Status.TRIAGE: _l(
        "A person reads it and decides who is responsible. If nobody has done so in time, the level above is"
        " told and does it."
    ),
    Status.WITH_FIRST_RECEIVER: _l(
        "Whoever received it first stays responsible for you until another office has confirmed that it"
        " takes over."
    ),
    Status.NEGOTIATING: _l(
        "If the merchant stays silent it is reminded, then its management is told, and when the time is up"
        " your complaint goes to the authority by itself, with everything in it. You can leave at any second;"
        " your right to complain to the authority remains."
    ),
    Status.PENDING_ACCEPTANCE: _l(
        "If the authority has not decided in time, the level above takes over by itself and you are told."
    ),
    Status.ACCEPTED: _l(
        "If mediation has not begun in time, the level above is told by itself, and so are you."
    ),
    Status.MEDIATING: _l(
        "If there is no agreement when the time is up, mediation ends, and you are told which ways are still"
        " open."
    ),
    Status.SUSPENDED: _l(
        "The time for mediation stands still while something is being tested; no other time does."
    ),
    Status.SUPPLEMENTING: _l(
        "Please send what was asked for. The time for deciding on acceptance keeps running meanwhile."
    ),
    Status.AGREED: _l(
        "If what was agreed is not done in time, your complaint opens again one level higher. You do not have"
        " to file anew."
    ),
}


@dataclass(frozen=True)
class Promise:
    """What the consumer may rely on. `reason` says why it went there, `silence` what follows silence."""

    receiver: Department | None
    authority: Department | None
    pool: Department | None
    reason: str
    silence: str
    deadlines: list[Deadline]
    is_in_green_channel: bool
    is_being_sorted: bool


def of(complaint: Complaint) -> Promise:
    rule = db.session.get(RoutingRule, complaint.routing_rule_id) if complaint.routing_rule_id else None
    return Promise(
        receiver=complaint.department,
        authority=complaint.authority,
        pool=complaint.pool,
        reason=i18n.local(rule, "reason") if rule else "",
        silence=_silence(complaint),
        deadlines=running(complaint),
        is_in_green_channel=complaint.status is Status.NEGOTIATING,
        is_being_sorted=complaint.status is Status.TRIAGE,
    )


def _silence(complaint: Complaint) -> str:
    """What follows if nobody says anything. Once the merchant has reported, it is the consumer's silence that counts."""
    until = _objection_until(complaint)
    if until is not None:
        return _(
            "The merchant says it is done. If you do not say otherwise by %(until)s, the case is closed as done.",
            until=i18n.due(until),
        )
    return str(SILENCE.get(complaint.status, ""))


def _objection_until(complaint: Complaint) -> datetime | None:
    if all(agreement.status is not AgreementStatus.REPORTED for agreement in complaint.agreements):
        return None
    return next((d.due_at for d in deadlines.running(complaint) if d.rule_code == CHECK_OF_PROOF), None)


def running(complaint: Complaint) -> list[Deadline]:
    """What was missed and is still owed, then the clocks that run, the nearest first; those that stand still last."""
    going = deadlines.missed(complaint) + deadlines.running(complaint)
    return sorted(
        going, key=lambda deadline: (deadline.due_at is None, deadline.due_at or deadline.started_at)
    )


def calls_at_once(complaint: Complaint) -> bool:
    """Whether somebody may be in danger and nobody has acted yet: no emergency clock was met, or one still runs."""
    clocks = [deadline for deadline in complaint.deadlines if deadline.rule_code == EMERGENCY]
    is_met = bool(clocks) and all(deadline.met_at is not None for deadline in clocks)
    return bool(complaint.hazards) and complaint.closed_at is None and not is_met


def ended(complaint: Complaint) -> list[Deadline]:
    going = running(complaint)
    return [deadline for deadline in complaint.deadlines if deadline not in going]


def asked_for_supplement(complaint: Complaint) -> str:
    """What an officer asked to be added, in their words."""
    asked = (event.reason for event in reversed(complaint.events) if event.action is Action.ASK_SUPPLEMENT)
    return next(asked, "")
