"""How a code looks: a tone and a shape beside its words, so that colour is never the only sign."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from flask_babel import gettext as _

import i18n
from models.codes import (
    AgreementStatus,
    ApplicationStatus,
    CompensationStatus,
    Lane,
    Membership,
    OfferStatus,
    Outcome,
    Status,
    Urgency,
)
from models.deadline import Deadline

SOON = timedelta(hours=24)


class Look(NamedTuple):
    """`tone` is one of plain, wait, talk, warn, late, good; `shape` a picture of static/img/icons.svg."""

    tone: str
    shape: str


class Face(NamedTuple):
    """What a clock shows."""

    tone: str
    shape: str
    words: str


PLAIN = Look("plain", "dot")
WAIT = Look("wait", "hourglass")
TALK = Look("talk", "bubbles")
WARN = Look("warn", "diamond")
LATE = Look("late", "triangle")
GOOD = Look("good", "check")
STILL = Look("plain", "pause")
SHUT = Look("plain", "cross")

LOOKS: dict[type[StrEnum], dict[StrEnum, Look]] = {
    Status: {
        Status.SUBMITTED: WAIT,
        Status.TRIAGE: WAIT,
        Status.SUPPLEMENTING: WARN,
        Status.WITH_FIRST_RECEIVER: WAIT,
        Status.NEGOTIATING: Look("talk", "channel"),
        Status.PENDING_ACCEPTANCE: WAIT,
        Status.ACCEPTED: TALK,
        Status.MEDIATING: TALK,
        Status.SUSPENDED: STILL,
        Status.AGREED: Look("good", "handshake"),
        Status.CLOSED: GOOD,
        Status.NOT_ACCEPTED: SHUT,
        Status.TERMINATED: SHUT,
        Status.WITHDRAWN: SHUT,
    },
    Outcome: {
        Outcome.REJECTED_BY_MERCHANT: SHUT,
        Outcome.NO_AGREEMENT: SHUT,
        Outcome.WITHDRAWN: SHUT,
        Outcome.OUT_OF_SCOPE: SHUT,
        Outcome.UNREACHABLE: SHUT,
        Outcome.REFERRED: Look("plain", "arrow"),
        Outcome.REFUNDED: GOOD,
        Outcome.PARTLY_REFUNDED: GOOD,
        Outcome.REPAIRED_OR_REPLACED: GOOD,
        Outcome.REDONE: GOOD,
        Outcome.COMPENSATED: GOOD,
        Outcome.APOLOGY: GOOD,
    },
    OfferStatus: {
        OfferStatus.OPEN: WAIT,
        OfferStatus.ACCEPTED: GOOD,
        OfferStatus.COUNTERED: TALK,
        OfferStatus.DECLINED: SHUT,
        OfferStatus.EXPIRED: SHUT,
        OfferStatus.SUPERSEDED: SHUT,
    },
    AgreementStatus: {
        AgreementStatus.PERFORMING: WAIT,
        AgreementStatus.REPORTED: TALK,
        AgreementStatus.PERFORMED: GOOD,
        AgreementStatus.BREACHED: LATE,
    },
    CompensationStatus: {
        CompensationStatus.ELIGIBLE: PLAIN,
        CompensationStatus.REQUESTED: WAIT,
        CompensationStatus.APPROVED: TALK,
        CompensationStatus.REFUSED: SHUT,
        CompensationStatus.PAID: GOOD,
        CompensationStatus.RECOVERING: WAIT,
        CompensationStatus.RECOVERED: GOOD,
        CompensationStatus.WRITTEN_OFF: SHUT,
    },
    ApplicationStatus: {
        ApplicationStatus.SUBMITTED: WAIT,
        ApplicationStatus.VERIFIED: GOOD,
        ApplicationStatus.REFUSED: SHUT,
    },
    Membership: {
        Membership.NONE: PLAIN,
        Membership.APPLIED: WAIT,
        Membership.MEMBER: Look("talk", "channel"),
        Membership.SUSPENDED: WARN,
    },
    Urgency: {
        Urgency.EMERGENCY: LATE,
        Urgency.HIGH: WARN,
        Urgency.NORMAL: PLAIN,
        Urgency.LOW: PLAIN,
    },
    Lane: {
        Lane.ORDINARY: PLAIN,
        Lane.INTERNATIONAL: Look("talk", "globe"),
        Lane.EMERGENCY: LATE,
    },
}


def look(code: StrEnum) -> Look:
    return LOOKS.get(type(code), {}).get(code, PLAIN)


def face(deadline: Deadline, now: datetime) -> Face:
    """What the clock of one deadline shows at `now`, ended or running."""
    if deadline.met_at is not None:
        if _in_time(deadline, deadline.met_at):
            return Face("good", "check", _("done in time"))
        return Face("warn", "diamond", _("done late"))
    if deadline.ended_at is not None and deadline.breached_at is None:
        return Face("plain", "cross", _("no longer owed"))
    if deadline.ended_at is not None:
        return Face("late", "triangle", _("missed"))
    return face_of(deadline.due_at, now)


def face_of(due_at: datetime | None, now: datetime) -> Face:
    """The same for a bare due instant, as lists show it; None is a clock that stands still."""
    if due_at is None:
        return Face("plain", "pause", _("the clock stands still"))
    words = i18n.until(due_at, now)
    if due_at <= now:
        return Face("late", "triangle", words)
    if due_at - now <= SOON:
        return Face("warn", "diamond", _("due %(when)s", when=words))
    return Face("wait", "clock", _("due %(when)s", when=words))


def _in_time(deadline: Deadline, met_at: datetime) -> bool:
    """Late is late, also where it was done before any sweep took note."""
    return deadline.breached_at is None and (deadline.due_at is None or met_at <= deadline.due_at)
