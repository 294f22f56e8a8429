"""The steps that desk and mediation take on a complaint: a form each, one verb of the rules, and what is said after it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import session as browser
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from complaints import (
    acceptance,
    assignments,
    categories,
    compensation,
    green_channel,
    handovers,
    mediation,
    messages,
    notices,
    reports,
    rulebook,
    workflow,
)
from complaints.acceptance import Refusal
from complaints.actors import Actor
from complaints.categories import Category
from complaints.errors import Invalid
from complaints.mediation import Consents
from models.base import Base, db
from models.codes import Action, CompensationStatus, Kind, Recipient
from models.complaint import Complaint
from models.organisations import Department
from models.people import User
from web import contacts
from web import desk_schemas as schemas
from web.filing_schemas import Form
from web.moments import now

Given = dict[str, Any]
Act = Callable[[Complaint, Actor, Given], object]


@dataclass(frozen=True)
class Step:
    """`action` is what the workflow must offer; `words` name the step; `done` is said when it is done."""

    action: Action
    schema: type[Form]
    act: Act
    words: LazyString
    done: LazyString
    tone: str = "secondary"
    is_rare: bool = False  # offered below the others


def _time() -> dict[str, Any]:
    return {"now": now(), "clock": rulebook.current(db.session())}


def _row(table: type[Base], id_: int, field: str) -> Any:
    row = db.session.get(table, id_)
    if row is None:
        raise Invalid(field, "not_in_the_list")
    return row


def _note(complaint: Complaint, actor: Actor, given: Given) -> object:
    return messages.note(complaint, actor, given["text"], **_time())


def _message(complaint: Complaint, actor: Actor, given: Given) -> object:
    return messages.send(complaint, actor, given["text"], **_time())


def _contact(complaint: Complaint, actor: Actor, given: Given) -> object:
    contacts.open_for_a_while(browser, complaint.receipt, now())
    return messages.show_contact(complaint, actor, **_time())


def _take(complaint: Complaint, actor: Actor, given: Given) -> object:
    return assignments.assign(complaint, actor, _row(User, actor.user_id or 0, "officer"), **_time())


def _assign(complaint: Complaint, actor: Actor, given: Given) -> object:
    return assignments.assign(complaint, actor, _row(User, given["officer"], "officer"), **_time())


def _sort(complaint: Complaint, actor: Actor, given: Given) -> object:
    categories.sort(db.session(), complaint, actor, **_category(given))
    return complaint


def _change_category(complaint: Complaint, actor: Actor, given: Given) -> object:
    return categories.change(db.session(), complaint, actor, **_category(given))


def _category(given: Given) -> dict[str, Any]:
    category = Category(given["industry"], given["issue"], given["urgency"], given["hazards"])
    rules = rulebook.routes(db.session())
    return {"category": category, "rules": rules, "reason": given["reason"], **_time()}


def _ask_supplement(complaint: Complaint, actor: Actor, given: Given) -> object:
    return workflow.perform(complaint, Action.ASK_SUPPLEMENT, actor, reason=given["reason"], **_time())


def _supplement(complaint: Complaint, actor: Actor, given: Given) -> object:
    return workflow.perform(complaint, Action.SUPPLEMENT, actor, reason=given["reason"], **_time())


def _transfer(complaint: Complaint, actor: Actor, given: Given) -> object:
    target = _row(Department, given["department"], "department")
    return handovers.offer(complaint, actor, target, given["reason"], **_time())


def _confirm_transfer(complaint: Complaint, actor: Actor, given: Given) -> object:
    return handovers.confirm(complaint, actor, **_time())


def _decline_transfer(complaint: Complaint, actor: Actor, given: Given) -> object:
    return handovers.decline(complaint, actor, given["reason"], **_time())


def _designate(complaint: Complaint, actor: Actor, given: Given) -> object:
    target = _row(Department, given["department"], "department")
    return handovers.designate(complaint, actor, target, given["reason"], **_time())


def _open_green_channel(complaint: Complaint, actor: Actor, given: Given) -> object:
    return workflow.perform(complaint, Action.OPEN_GREEN_CHANNEL, actor, **_time())


def _close_green_channel(complaint: Complaint, actor: Actor, given: Given) -> object:
    return green_channel.close(complaint, actor, reason=given["reason"], **_time())


def _request_acceptance(complaint: Complaint, actor: Actor, given: Given) -> object:
    return workflow.perform(complaint, Action.REQUEST_ACCEPTANCE, actor, reason=given["reason"], **_time())


def _accept(complaint: Complaint, actor: Actor, given: Given) -> object:
    return acceptance.accept(complaint, actor, reason=given["reason"], **_time())


def _refuse(complaint: Complaint, actor: Actor, given: Given) -> object:
    return acceptance.refuse(complaint, actor, Refusal(**given), **_time())


def _start_mediation(complaint: Complaint, actor: Actor, given: Given) -> object:
    mediator = _row(User, given.pop("mediator"), "mediator")
    return mediation.start(complaint, actor, mediator, Consents(**given), **_time())


def _suspend(complaint: Complaint, actor: Actor, given: Given) -> object:
    return mediation.suspend(complaint, actor, given["reason"], **_time())


def _resume(complaint: Complaint, actor: Actor, given: Given) -> object:
    return mediation.resume(complaint, actor, **_time())


def _terminate(complaint: Complaint, actor: Actor, given: Given) -> object:
    return mediation.terminate(complaint, actor, given["ground"], given["reason"], **_time())


def _split(complaint: Complaint, actor: Actor, given: Given) -> object:
    return reports.split(db.session(), complaint, actor, given["clue"], **_time())


def _approve_compensation(complaint: Complaint, actor: Actor, given: Given) -> object:
    return compensation.approve(complaint, actor, given["amount"], **_time())


def _refuse_compensation(complaint: Complaint, actor: Actor, given: Given) -> object:
    return compensation.refuse(complaint, actor, given["reason"], **_time())


def _pay_compensation(complaint: Complaint, actor: Actor, given: Given) -> object:
    return compensation.pay(complaint, actor, given["reference"], **_time())


def _recover_compensation(complaint: Complaint, actor: Actor, given: Given) -> object:
    return compensation.recover(complaint, actor, **_time())


def _end_recovery(complaint: Complaint, actor: Actor, given: Given) -> object:
    is_recovered = given["status"] is CompensationStatus.RECOVERED
    return compensation.end_recovery(complaint, actor, is_recovered=is_recovered, **_time())


A = Action
STEPS: dict[str, Step] = {
    "sort": Step(
        A.ROUTE, schemas.CategoryIn, _sort, _l("Decide where it belongs"),
        _l("Sorted. It is on its way."), "primary",
    ),
    "confirm-transfer": Step(
        A.CONFIRM_TRANSFER, schemas.NothingIn, _confirm_transfer, _l("Take over"),
        _l("It is yours now."), "primary",
    ),
    "decline-transfer": Step(
        A.DECLINE_TRANSFER, schemas.ReasonIn, _decline_transfer, _l("Decline to take over"),
        _l("Declined. The first office stays responsible."),
    ),
    "accept": Step(
        A.ACCEPT, schemas.RemarkIn, _accept, _l("Accept"),
        _l("Accepted. The term of mediation has begun."), "primary",
    ),
    "refuse": Step(
        A.REFUSE, schemas.RefuseIn, _refuse, _l("Do not accept"),
        _l("Not accepted. Why, and which ways remain, stands on the page of the complaint."), "danger",
    ),
    "mediation": Step(
        A.START_MEDIATION, schemas.MediationIn, _start_mediation, _l("Start mediation"),
        _l("Mediation has begun."), "primary",
    ),
    "resume": Step(
        A.RESUME, schemas.NothingIn, _resume, _l("Go on with the mediation"),
        _l("Mediation goes on, and the clock runs again."), "primary",
    ),
    "take": Step(
        A.ASSIGN, schemas.NothingIn, _take, _l("Take it yourself"), _l("It is yours now."),
    ),
    "approve-compensation": Step(
        A.APPROVE_COMPENSATION, schemas.GrantIn, _approve_compensation, _l("Approve advance compensation"),
        _l("Approved. The money is due within two working days."), "primary",
    ),
    "refuse-compensation": Step(
        A.REFUSE_COMPENSATION, schemas.WhyNotIn, _refuse_compensation, _l("Refuse advance compensation"),
        _l("Refused. Why stands on the page of the complaint."),
    ),
    "pay-compensation": Step(
        A.PAY_COMPENSATION, schemas.PaymentIn, _pay_compensation, _l("Record the payment"),
        _l("Recorded."), "primary",
    ),
    "recover-compensation": Step(
        A.RECOVER_COMPENSATION, schemas.NothingIn, _recover_compensation, _l("Recover it from the merchant"),
        _l("Noted."),
    ),
    "end-recovery": Step(
        A.END_RECOVERY, schemas.RecoveryIn, _end_recovery, _l("Say how the recovery ended"), _l("Noted."),
    ),
    "message": Step(
        A.MESSAGE, schemas.WordsIn, _message, _l("Write to both sides"), _l("Your message is sent."),
    ),
    "note": Step(
        A.NOTE, schemas.WordsIn, _note, _l("Write a note"), _l("Noted, for the office only."),
    ),
    "assign": Step(
        A.ASSIGN, schemas.AssignIn, _assign, _l("Give it to a colleague"), _l("Assigned."), is_rare=True,
    ),
    "open-green-channel": Step(
        A.OPEN_GREEN_CHANNEL, schemas.NothingIn, _open_green_channel, _l("Open the green channel"),
        _l("The merchant has been asked to answer."), is_rare=True,
    ),
    "request-acceptance": Step(
        A.REQUEST_ACCEPTANCE, schemas.RemarkIn, _request_acceptance, _l("Put it before the authority"),
        _l("It waits for the decision of the authority."), is_rare=True,
    ),
    "ask-supplement": Step(
        A.ASK_SUPPLEMENT, schemas.ReasonIn, _ask_supplement, _l("Ask the consumer for what is missing"),
        _l("Asked. The time for deciding keeps running."), is_rare=True,
    ),
    "supplement": Step(
        A.SUPPLEMENT, schemas.ReasonIn, _supplement, _l("Enter what the consumer sent in"), _l("Entered."),
    ),
    "category": Step(
        A.CLASSIFY, schemas.CategoryIn, _change_category, _l("Change the category"), _l("Changed."), is_rare=True,
    ),
    "transfer": Step(
        A.OFFER_TRANSFER, schemas.OfficeIn, _transfer, _l("Ask another office to take over"),
        _l("Asked. You stay responsible until they confirm."), is_rare=True,
    ),
    "designate": Step(
        A.DESIGNATE, schemas.OfficeIn, _designate, _l("Name the office responsible"), _l("Named."),
    ),
    "close-green-channel": Step(
        A.CLOSE_GREEN_CHANNEL, schemas.ReasonIn, _close_green_channel, _l("Close the green channel"),
        _l("Closed. It goes on to the authority with everything in it."), is_rare=True,
    ),
    "suspend": Step(
        A.SUSPEND, schemas.ReasonIn, _suspend, _l("Suspend for a test"),
        _l("Suspended. The term of mediation stands still."), is_rare=True,
    ),
    "split": Step(
        A.SPLIT, schemas.ClueIn, _split, _l("Split off a report of illegality"),
        _l("The report is with the authority. The merchant does not see it."), is_rare=True,
    ),
    "terminate": Step(
        A.TERMINATE, schemas.TerminateIn, _terminate, _l("End the mediation"),
        _l("Ended. Which ways remain stands on the page of the complaint."), "danger",
    ),
    "contact": Step(
        A.SHOW_CONTACT, schemas.NothingIn, _contact, _l("Show the contact"),
        _l("The contact is shown for ten minutes. Your look is on record."),
    ),
}  # fmt: skip
OF_PAYERS = (
    "approve-compensation",
    "refuse-compensation",
    "pay-compensation",
    "recover-compensation",
    "end-recovery",
)
BY_LETTER = _l("The consumer gets a letter and sees it on the page of the complaint.")
BY_PAGE = _l(
    "The consumer sees it on the page of the complaint; no letter goes out, for want of an e-mail address."
)
BY_YOU = _l("The merchant is no member here and gets no letter: please tell it yourself.")
OF_MEDIATORS = frozenset({"message", "note", "contact", "suspend", "resume", "terminate"})


def open_to(
    complaint: Complaint, actor: Actor, actions: list[Action], among: frozenset[str]
) -> dict[str, Step]:
    """The steps that `actor` may take now, by name and in the order they are offered."""
    names = among or frozenset(STEPS)
    return {
        name: step
        for name, step in STEPS.items()
        if name in names and step.action in actions and not _is_idle(name, complaint, actor)
    }


def said(step: Step, complaint: Complaint) -> str:
    """What is said after `step`: that it is done, and how the sides that are to know of it will."""
    owed = notices.OWED.get(step.action, ())
    words = [step.done]
    if Recipient.CONTACT in owed:
        words.append(BY_LETTER if complaint.mail_locale is not None else BY_PAGE)
    if Recipient.MERCHANT in owed and _is_to_be_told_by_hand(complaint):
        words.append(BY_YOU)
    return " ".join(str(sentence) for sentence in words)


def _is_to_be_told_by_hand(complaint: Complaint) -> bool:
    """Whether the merchant may know and has nobody here who reads letters. Of a report it learns nothing."""
    is_member = complaint.merchant is not None and complaint.merchant.is_member
    return complaint.merchant_told_at is not None and complaint.kind is not Kind.REPORT and not is_member


def _is_idle(name: str, complaint: Complaint, actor: Actor) -> bool:
    """What the rules would allow and nobody needs: taking what one has, sorting what will be sorted anyway."""
    if name == "take":
        return complaint.officer_id == actor.user_id or complaint.department_id != actor.department_id
    if name == "category":
        return Action.ROUTE in workflow.available_actions(complaint, actor)
    if name == "designate":
        return actor.department_id == complaint.department_id
    return False
