"""Advance compensation as each reader is told of it: where it stands, and the clock that runs for it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from complaints import compensation
from models.codes import PAID_AHEAD, CompensationStatus, Role
from models.complaint import Complaint
from models.deadline import Deadline
from web import promises

CLOCKS = frozenset({"S-15", "S-16"})

C = CompensationStatus
TO_THE_CONSUMER: dict[CompensationStatus, LazyString] = {
    C.ELIGIBLE: _l(
        "Somebody pledged to pay first and to recover it from the merchant. Whether you ask for it is up to you; your"
        " complaint goes on either way."
    ),
    C.REQUESTED: _l("You have asked for it. You will be told the sum, or the reason why not."),
    C.APPROVED: _l("It has been approved and is to be paid to you now."),
    C.REFUSED: _l("It has not been approved. Your complaint goes on as before."),
    **dict.fromkeys(
        PAID_AHEAD,
        _l(
            "It has been paid. How it is recovered from the merchant need not concern you: the money is yours."
        ),
    ),
}
TO_OTHERS: dict[CompensationStatus, LazyString] = {
    C.ELIGIBLE: _l("The consumer may ask for it and has not done so yet."),
    C.REQUESTED: _l("The consumer asks for it. It is to be approved or refused within three working days."),
    C.APPROVED: _l("It has been approved and is to be paid within two working days."),
    C.REFUSED: _l("It has been refused. The complaint goes on as before."),
    C.PAID: _l("It has been paid to the consumer."),
    C.RECOVERING: _l("It has been paid to the consumer and is being recovered from the merchant."),
    C.RECOVERED: _l("It has been paid to the consumer and recovered from the merchant."),
    C.WRITTEN_OFF: _l("It has been paid to the consumer. Whoever paid has given up recovering it."),
}
AT_REST = _l("The complaint was settled before anything was paid, so nothing is owed any more.")


def standing(complaint: Complaint, role: Role) -> LazyString:
    """Where it stands, in a sentence for a reader of `role`."""
    if complaint.compensation is None or compensation.rests(complaint):
        return AT_REST
    words = TO_THE_CONSUMER if role is Role.CONSUMER else TO_OTHERS
    return words[complaint.compensation.status]


def clock(complaint: Complaint) -> Deadline | None:
    """The time limit that runs for it, or ran out and is still owed."""
    return next((one for one in promises.running(complaint) if one.rule_code in CLOCKS), None)


def most(complaint: Complaint) -> int:
    """The most that can be granted, in fen."""
    return compensation.ceiling(complaint.compensation) if complaint.compensation is not None else 0


def is_capped(complaint: Complaint) -> bool:
    """Whether a claim or a pledge says how much it can be."""
    return most(complaint) < compensation.LARGEST
