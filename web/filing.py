"""From what was typed, step by step, to a complaint."""

import re
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from complaints import drafts, evidence, intake, merchants, routing, rulebook, saving
from complaints.actors import Actor
from complaints.drafts import Draft
from complaints.intake import Filing, Lodged, Person
from i18n import DEFAULT_LANGUAGE
from jobs.reading import row_of
from models.base import db
from models.codes import Industry, Issue, Role
from models.organisations import Merchant
from web import languages, suggestions
from web.filing_schemas import STEPS
from web.moments import now

Answers = dict[str, Any]
UNKNOWN_LANGUAGE = "und"
AN_ID = re.compile("[0-9]{1,9}")


def typed(step: str, form: MultiDict[str, str]) -> Answers:
    """What a form of `step` brought, as it was typed."""
    return {
        name: form.getlist(name) if isinstance(field, fields.List) else form.get(name, "")
        for name, field in STEPS[step].fields.items()
    }


def checked(step: str, answers: Answers) -> Answers:
    """The values behind what was typed. Raises ValidationError with sentences by field."""
    values: Answers = STEPS[step].load(answers)
    return values


def first_incomplete(draft: Draft) -> str:
    """The first step that is not answered, or whose answer no longer holds; empty when all is there."""
    given = drafts.answers(draft)
    return next((step for step in STEPS if not _is_complete(step, given.get(step, {}))), "")


def merchant_of(given: Answers) -> Merchant | None:
    """The merchant that was picked in the step `whom`, if one was."""
    picked = str(given.get("whom", {}).get("merchant_id") or "")
    return db.session.get(Merchant, int(picked)) if AN_ID.fullmatch(picked) else None


def meant(name: str) -> str:
    """The id of the merchant a typed name can only mean; empty where none is known by it.

    Raises ValidationError where several may be meant: then the writer chooses.
    """
    found = merchants.exact(db.session(), name)
    if found is None and merchants.search(db.session(), name, limit=1):
        raise ValidationError([_("Please choose one of these, or “None of these”.")], "merchant_name")
    return str(found.id) if found is not None else ""


def may_use_green_channel(given: Answers) -> bool:
    """Whether to offer it at all: a member, and nobody hurt or in danger."""
    merchant = merchant_of(given)
    return merchant is not None and merchant.is_member and not given.get("what", {}).get("hazards")


def read_as(given: Answers) -> Industry | None:
    """The industry that its text alone will lead to, as `lodge` will see it; None leaves it to a person."""
    said = row_of(suggestions.of(given["what"]["body"]), now())
    return routing.industry_of(said, routing.trade_of(merchant_of(given)))


def issue_of(given: Answers) -> Issue | None:
    """What went wrong, as the writer chose it or else as the text is read; None where neither says."""
    what = given.get("what", {})
    read = suggestions.reading(what.get("body", ""))
    return Issue(what["issue"]) if what.get("issue") in set(Issue) else (read.issue if read else None)


def lodge(draft: Draft, actor: Actor) -> Lodged:
    """Make the complaint from a complete draft and its evidence; the draft remembers it. Commits nothing."""
    given = drafts.answers(draft)
    session = db.session()
    said = suggestions.of(given["what"]["body"])
    clock, rules, _names = rulebook.whole(session)
    filing = _filing(given, actor, said.language)
    lodged = intake.prepare(
        filing,
        row_of(said, now()),
        actor,
        now=now(),
        clock=clock,
        rules=rules,
        pepper=pepper(),
    )
    saving.save(session, lodged.complaint)
    evidence.hand_over(session, draft, lodged.complaint)
    drafts.sent(draft, lodged.complaint, lodged.secret, now=now())
    return lodged


def filer() -> Actor:
    """Whoever files: a consumer who is signed in, or one without an account."""
    person = languages.viewer()
    is_consumer = person is not None and person.role is Role.CONSUMER
    return Actor(Role.CONSUMER, user_id=person.id if person is not None and is_consumer else None)


def pepper() -> bytes:
    """The key of the hash under which repeated telephone numbers are found."""
    return bytes(current_app.config["SETTINGS"].data_key)


def _filing(given: Answers, actor: Actor, language: str) -> Filing:
    what, whom = checked("what", given["what"]), checked("whom", given["whom"])
    ask, contact = checked("ask", given["ask"]), checked("contact", given["contact"])
    merchant = merchant_of(given)
    locale = contact["locale"] or DEFAULT_LANGUAGE
    return Filing(
        body=what["body"],
        industry=what["industry"],
        issue=what["issue"],
        hazards=what["hazards"],
        merchant=merchant,
        merchant_name=merchant.name if merchant else whom["merchant_name"],
        merchant_address=whom["merchant_address"] or (merchant.address if merchant else None),
        district=whom["district"],
        remedies=ask["remedies"],
        amount=ask["amount"],
        currency=ask["currency"],
        happened_on=ask["happened_on"],
        order_no=ask["order_no"],
        is_visitor=ask["is_visitor"],
        departs_at=ask["departs_at"],
        language=language if language != UNKNOWN_LANGUAGE else locale.removesuffix("_CN"),
        person=Person(contact["name"], contact["phone"], contact["email"], contact["address"], locale),
        opts_in=contact["opts_in"] and may_use_green_channel(given),
        consents_to_publication=contact["consents_to_publication"],
        consents_to_delegation=contact["consents_to_delegation"],
        consumer_id=actor.user_id,
    )


def _is_complete(step: str, answers: Answers) -> bool:
    try:
        checked(step, answers)
    except ValidationError:
        return False
    return True
