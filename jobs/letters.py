"""The words of a notice in its reader's language: subject, text and a link.

What people wrote stays behind the link, but for a refusal: the law has it told in full.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy import select

import i18n
from complaints import liaisons, recovery
from jobs import links
from jobs.spreading import SEVERAL
from models import db
from models.codes import Action, Recipient, Role
from models.complaint import Event
from models.notice import Notice
from models.organisations import Department
from models.people import Invitation
from settings import Settings

_ = lazy_gettext


@dataclass(frozen=True)
class Letter:
    """A message ready to be sent, in one language."""

    subject: str
    text: str


# What happened, as a sentence that follows the receipt; one line a template.
SENTENCES: dict[str, LazyString] = {
    Action.SUBMIT: _(
        "Your complaint has been received. The page behind the link shows what happens next and by when."
    ),
    Action.ASK_TRIAGE: _("A complaint waits for a person to decide where it belongs."),
    Action.ROUTE: _("A complaint has been routed to your office."),
    Action.ASK_SUPPLEMENT: _("Something is missing. Please add it so that your complaint can go on."),
    Action.SUPPLEMENT: _("The consumer has added what was missing."),
    Action.OPEN_GREEN_CHANNEL: _(
        "The complaint is in the green channel: the merchant has been asked to answer within 24 hours."
    ),
    Action.REQUEST_ACCEPTANCE: _("A complaint waits for the decision whether it is accepted."),
    Action.ANSWER: _("The merchant has answered."),
    Action.OFFER: _("The merchant has made you an offer. It is open for 48 hours."),
    Action.COUNTER: _("There is a counter-offer. It is open for 48 hours."),
    Action.DISPUTE: _("The merchant sees the matter differently and has said why."),
    Action.AGREE: _("Both sides have agreed. The page shows what will be done by which day."),
    Action.PAY_AT_ONCE: _(
        "The merchant says it has paid you in full. Please confirm, or say that nothing arrived."
    ),
    Action.EXPIRE_OFFER: _("An offer has run out without an answer."),
    Action.LEAVE_GREEN_CHANNEL: _(
        "The consumer has left the green channel. The complaint goes on to the authority."
    ),
    Action.CLOSE_GREEN_CHANNEL: _(
        "The green channel has ended without a settlement. The complaint goes on to the authority with everything in it."
    ),
    Action.OFFER_TRANSFER: _("Another office asks yours to take over a complaint."),
    Action.CONFIRM_TRANSFER: _("The other office has taken the complaint over."),
    Action.DECLINE_TRANSFER: _("The other office has declined to take over. The complaint stays with you."),
    "named_mediator": _("You have been named as mediator of a complaint."),
    Action.DESIGNATE: _("The level above has made your office the owner of this complaint."),
    Action.ACCEPT: _("The complaint has been accepted. Mediation may take up to 60 days."),
    Action.REFUSE: _(
        "The complaint has not been accepted. The reason and the other ways open to you follow, and stand on the page."
    ),
    Action.START_MEDIATION: _("Mediation has begun."),
    Action.SUSPEND: _("Mediation is suspended while a test is made. That time does not count."),
    Action.RESUME: _("Mediation goes on."),
    Action.ALLOW_CONTACT: _(
        "The consumer lets you see how to reach them, so that you can do what was agreed. The page shows it."
    ),
    Action.REPORT_PERFORMED: _(
        "The merchant says the agreement has been carried out. Please confirm, or say that it was not."
    ),
    Action.CONFIRM_PERFORMED: _("The consumer has confirmed that the agreement was carried out. Thank you."),
    Action.CLOSE_PERFORMED: _("The proof of performance stood unchallenged, so the complaint is closed."),
    Action.REOPEN: _("The agreement was not carried out. The complaint is open again, one level higher."),
    Action.TERMINATE: _("Mediation has ended without an agreement. The page shows the ways that remain."),
    Action.WITHDRAW: _("The complaint has been withdrawn."),
    Action.MESSAGE: _("There is a new message."),
    Action.ATTACH: _("There is new evidence."),
    "due_soon": _("A deadline is coming closer."),
    "overdue": _("A deadline has passed. The complaint has been raised to the next level."),
    "overdue_reminded": _("A deadline has passed. Whoever has to act next has been reminded."),
    "supplement_missing": _("What was asked for has not been added in time. Please decide how to go on."),
    "silence_recorded": _("The merchant has not answered for five days. This is on record."),
    Action.UNLOCK_COMPENSATION: _(
        "Advance compensation is now open to you: somebody else may pay first. You can ask for it on the page."
    ),
    # As above, in rows of the outbox from before it was a step of the workflow.
    "compensation_unlocked": _(
        "Advance compensation is now open to you: somebody else may pay first. You can ask for it on the page."
    ),
    Action.ASK_COMPENSATION: _(
        "A consumer asks for advance compensation. It is to be decided on within three working days. The page shows the"
        " claim, the evidence and the most that was pledged."
    ),
    Action.APPROVE_COMPENSATION: _(
        "Advance compensation has been approved. It is to be paid to you within two working days. The page names the sum."
    ),
    Action.REFUSE_COMPENSATION: _(
        "Advance compensation has not been approved. The page gives the reason. Your complaint goes on as before."
    ),
    Action.PAY_COMPENSATION: _(
        "Advance compensation has been paid to you. The page shows how. If the money does not arrive, please say so there."
    ),
    Action.MISS_COMPENSATION: _(
        "The consumer says that the advance compensation did not arrive. It is owed again, within two working days."
    ),
    Action.CONFIRM_COMPENSATION: _(
        "The consumer has the advance compensation and has closed the complaint. Thank you."
    ),
    Action.RECOVER_COMPENSATION: _(
        "Advance compensation was paid to a consumer in your place, and whoever paid it asks you for the money. The page"
        " shows the sum."
    ),
    "danger_suspected": _(
        "A newer model of the classifier suspects danger in complaints of your office that nobody marked as urgent. They"
        " are listed in a drawer of their own. Please read them and decide."
    ),
    liaisons.TEMPLATE: _(
        "Somebody's safety is at stake in a complaint. The office named below has it and telephones at once. Please join in,"
        " and ask that office for what you need to know."
    ),
    "complaints_freed": _(
        "A colleague has left your office. What they had in hand is nobody's now and waits on the desk to be taken up."
    ),
    recovery.TEMPLATE: _(
        "Somebody, probably you, has lost the secret of this complaint. The link gives you a new one and works for two"
        " hours. If it was not you, leave it: the old secret goes on."
    ),
    "invitation": _("You have been invited to Green Channel. The link works once, for seven days."),
    "password_lost": _(
        "Somebody asked for a new password for this address. The link works once, for two hours. If it was not you, do"
        " nothing: the password stays as it is."
    ),
    "application_received": _(
        "Your application to the green channel has been received. An officer checks the licence and writes to you."
    ),
    "membership_suspended": _(
        "Your membership in the green channel has been suspended. The page gives the reason."
    ),
    "membership_readmitted": _("Your membership in the green channel is in force again."),
    "application_verified": _("Your application to the green channel has been verified."),
    "application_refused": _(
        "Your application to the green channel has not been granted. The page gives the reason."
    ),
}
# Where it reads otherwise for somebody else than who complained.
TOLD_TO: dict[Role, dict[str, LazyString]] = {
    Role.MERCHANT: {
        Action.OPEN_GREEN_CHANNEL: _(
            "A consumer brings you a complaint in the green channel. Please answer within 24 hours, and pay a small and"
            " clear claim within four. The page shows each time limit."
        ),
        "silence_recorded": _(
            "You have not answered this complaint for five days. This is on record. You can still make an offer."
        ),
    },
    Role.MEDIATOR: {Action.OFFER: _("The merchant has made an offer. It is open for 48 hours.")},
}
AREAS = {
    Role.OFFICER: "/desk",
    Role.SUPERVISOR: "/desk",
    Role.MEDIATOR: "/mediation",
    Role.MERCHANT: "/merchant",
}


def write(notice: Notice, locale: str, settings: Settings) -> Letter:
    """The letter `notice` stands for, in `locale`."""
    with force_locale(locale):
        if notice.template == SEVERAL:
            return _of_several(notice, settings)
        text = render_template(
            "notices/letter.txt",
            sentence=_sentence(notice, notice.template),
            receipt=notice.complaint.receipt if notice.complaint else "",
            due_at=_due(notice.params.get("due_at")),
            link=_link(notice, settings),
            operator=settings.operator_name,
            needs_secret=notice.recipient is Recipient.CONTACT and notice.template != recovery.TEMPLATE,
            refusal=_refusal(notice),
            office=_office(notice),
        )
        return Letter(_subject(notice), text)


def _refusal(notice: Notice) -> dict[str, Any] | None:
    """The decision in full: a refusal is told with its reason and the ways that remain (Decree 121 art 15, S-02)."""
    if notice.template != Action.REFUSE or notice.recipient is not Recipient.CONTACT:
        return None
    decisions = select(Event).where(Event.complaint_id == notice.complaint_id, Event.action == Action.REFUSE)
    decision = db.session.scalars(decisions.order_by(Event.id.desc()).limit(1)).first()
    if decision is None:
        return None
    ground = decision.details.get("ground")
    return {
        "ground": i18n.words(ground, "RefusalGround") if ground else "",
        "reason": decision.reason,
        "other_ways": decision.details.get("other_ways", ""),
    }


def _office(notice: Notice) -> Department | None:
    """Whom to call, for those who are to join in and cannot open the complaint."""
    return notice.complaint.department if notice.template == liaisons.TEMPLATE and notice.complaint else None


def _of_several(notice: Notice, settings: Settings) -> Letter:
    """What happened to several complaints, by what happened."""
    groups: dict[str, list[str]] = {}
    for template, receipt in notice.params["items"]:
        path = f"{_area(notice)}/complaints/{receipt}" if receipt else _area(notice)
        groups.setdefault(template, []).append(f"{settings.base_url}{path}")
    number = sum(map(len, groups.values()))
    happened = [(_sentence(notice, template), found) for template, found in groups.items()]
    text = render_template("notices/several.txt", happened=happened, operator=settings.operator_name)
    return Letter(gettext("Green Channel: %(number)s messages", number=number), text)


def _sentence(notice: Notice, template: str) -> str:
    """What happened, as it reads for the person `notice` goes to."""
    theirs = TOLD_TO.get(notice.user.role, {}) if notice.user is not None else {}
    return str(theirs.get(template, SENTENCES[template]))


def _subject(notice: Notice) -> str:
    if notice.complaint is None:
        return gettext("Green Channel: a message for you")
    return gettext("Green Channel: complaint %(receipt)s", receipt=notice.complaint.receipt)


def _link(notice: Notice, settings: Settings) -> str:
    return f"{settings.base_url}{_path(notice)}"


def _path(notice: Notice) -> str:
    if "invitation" in notice.params:
        return links.invitation(db.session.get_one(Invitation, notice.params["invitation"]))
    if notice.application is not None:
        return links.application(notice.application)
    if notice.template == recovery.TEMPLATE and notice.complaint_id is not None:
        return links.new_secret(notice.complaint_id, notice.created_at)
    if "path" in notice.params or notice.complaint is None:
        return str(notice.params.get("path", "/"))
    return f"{_area(notice)}/complaints/{notice.complaint.receipt}"


def _area(notice: Notice) -> str:
    """Where the person this goes to works on complaints; nowhere special for who complained."""
    return AREAS.get(notice.user.role, "") if notice.user is not None else ""


def _due(value: Any) -> str:
    return i18n.due(datetime.fromisoformat(value)) if value else ""
