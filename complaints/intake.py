"""Takes a complaint in: its row, its contact, what the classifier said, and its first steps up to whoever answers."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from complaints import liaisons, receipts, routing, text, workflow
from complaints.actors import SYSTEM, Actor
from complaints.deadlines import Clock
from complaints.errors import Invalid
from models.codes import (
    Action,
    Channel,
    Hazard,
    Industry,
    Issue,
    Kind,
    Lane,
    Remedy,
    Urgency,
)
from models.complaint import Complaint, Contact
from models.organisations import Merchant
from models.suggestion import Suggestion

LONGEST_BODY = 10_000
LARGEST_AMOUNT = 100_000_000_00
OPT_IN_WORDING = "2026-11"
EMERGENCY_LEVEL = 4


@dataclass(frozen=True)
class Person:
    """Who complains and how to reach them."""

    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    locale: str = "zh_Hans_CN"
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Filing:
    """Everything a complaint is made from, checked for form by the edge it came in by."""

    body: str
    merchant_name: str
    person: Person
    merchant: Merchant | None = None
    merchant_address: str | None = None
    district: str | None = None
    industry: Industry | None = None  # chosen or confirmed by a person; None leaves it to the suggestion
    issue: Issue | None = None
    remedies: Sequence[Remedy] = ()
    amount: int | None = None  # minor units of `currency`
    currency: str | None = None
    happened_on: date | None = None
    order_no: str | None = None
    language: str = "zh_Hans"
    hazards: Sequence[Hazard] = ()
    departs_at: datetime | None = None
    is_visitor: bool = False
    opts_in: bool = False
    consents_to_publication: bool = False
    consents_to_delegation: bool = False
    channel: Channel = Channel.WEB
    source: str | None = None
    source_ref: str | None = None
    consumer_id: int | None = None


@dataclass(frozen=True)
class Lodged:
    """A complaint taken in, and the secret that opens it: shown once, kept only as a hash."""

    complaint: Complaint
    secret: str = field(repr=False)


def lodge(
    session: Session,
    filing: Filing,
    suggestion: Suggestion | None,
    actor: Actor,
    *,
    now: datetime,
    clock: Clock,
    rules: Sequence[routing.Rule],
    pepper: bytes,
) -> Lodged:
    """Take `filing` in as `prepare` does, and give it to `session`, whose next flush saves it."""
    lodged = prepare(filing, suggestion, actor, now=now, clock=clock, rules=rules, pepper=pepper)
    session.add(lodged.complaint)
    return lodged


def prepare(
    filing: Filing,
    suggestion: Suggestion | None,
    actor: Actor,
    *,
    now: datetime,
    clock: Clock,
    rules: Sequence[routing.Rule],
    pepper: bytes,
) -> Lodged:
    """Make a complaint of `filing` and send it on its way, or raise Invalid naming the field. Saves nothing.

    With a person's choice of industry, or a suggestion that is sure of itself, the complaint is routed at once and
    goes into the green channel where the law and both sides allow it; otherwise a person decides (triage).
    `pepper` keys the hash by which repeated phone numbers are found. Not repeatable: every call is a new complaint.
    """
    check(filing, now)
    secret = receipts.new_secret()
    complaint = Complaint(
        receipt=receipts.new_receipt(),
        secret_hash=receipts.hashed(secret),
        merchant=filing.merchant,
        **values_of(filing, suggestion, now),
    )
    make_findable(complaint)
    complaint.contact = Contact(**contact_of(filing.person, pepper))
    if suggestion is not None:
        complaint.suggestions.append(suggestion)
    set_out(complaint, actor, rules, now=now, clock=clock, is_sorted=is_sorted(filing, suggestion))
    return Lodged(complaint, secret)


def make_findable(complaint: Complaint) -> None:
    """Write what search finds it by. Call it again when text, merchant or order number change."""
    found = text.found_by(complaint.receipt, complaint.body, complaint.merchant_name, complaint.order_no)
    complaint.search, complaint.grams = text.padded(found), text.grams(found)


def set_out(
    complaint: Complaint,
    actor: Actor,
    rules: Sequence[routing.Rule],
    *,
    now: datetime,
    clock: Clock,
    is_sorted: bool,
) -> None:
    """The first steps of a complaint that was just made, up to whoever answers. Needs no session."""
    workflow.first_event(complaint, actor, now=now, clock=clock)
    if is_sorted:
        send_on(complaint, rules, SYSTEM, now=now, clock=clock)
    else:
        _await_triage(complaint, rules, now=now, clock=clock)
    liaisons.tell(complaint, rules, now=now)


def send_on(
    complaint: Complaint,
    rules: Sequence[routing.Rule],
    actor: Actor,
    *,
    now: datetime,
    clock: Clock,
) -> None:
    """Route an unrouted complaint by its industry, and open the green channel or ask for acceptance."""
    workflow.demand(complaint, Action.ROUTE, actor)
    sorted_by = complaint.department_id
    choice = routing.choose(routing.facts_of(complaint), rules)
    complaint.department_id = choice.receiver_id
    complaint.pool_id = choice.pool_id
    complaint.authority_id = choice.authority_id
    complaint.routing_rule_id = choice.rule_id
    if complaint.lane is Lane.EMERGENCY:
        complaint.department_id = choice.authority_id
        complaint.level = EMERGENCY_LEVEL
    if complaint.department_id != sorted_by:
        complaint.officer_id = None
    details = {"rule_id": choice.rule_id, "department_id": complaint.department_id}
    # Whoever sorted it may have sent it beyond their own reach.
    sorter = replace(actor, departments=actor.departments | {complaint.department_id or 0})
    workflow.perform(complaint, Action.ROUTE, sorter, now=now, clock=clock, details=details)
    if Action.OPEN_GREEN_CHANNEL in workflow.available_actions(complaint, SYSTEM):
        workflow.perform(complaint, Action.OPEN_GREEN_CHANNEL, SYSTEM, now=now, clock=clock)
    else:
        workflow.perform(complaint, Action.REQUEST_ACCEPTANCE, SYSTEM, now=now, clock=clock)


def _await_triage(
    complaint: Complaint, rules: Sequence[routing.Rule], *, now: datetime, clock: Clock
) -> None:
    """Whoever would receive it without a category decides where it belongs: nobody's complaint is nobody's duty."""
    facts = replace(routing.facts_of(complaint), industry=Industry.OTHER)
    choice = routing.choose(facts, rules)
    complaint.department_id = choice.receiver_id
    if complaint.lane is Lane.EMERGENCY:
        complaint.department_id = choice.authority_id
        complaint.level = EMERGENCY_LEVEL
    workflow.perform(complaint, Action.ASK_TRIAGE, SYSTEM, now=now, clock=clock)


def check(filing: Filing, now: datetime) -> None:
    """What no edge may let through, whatever it checked itself. Raises Invalid."""
    if not filing.body.strip():
        raise Invalid("body", "required")
    if len(filing.body) > LONGEST_BODY:
        raise Invalid("body", "too_long", most=LONGEST_BODY)
    if not filing.merchant_name.strip():
        raise Invalid("merchant_name", "required")
    if not filing.person.name.strip():
        raise Invalid("name", "required")
    if filing.channel is not Channel.IMPORT and not (filing.person.phone or filing.person.email):
        raise Invalid("phone", "phone_or_email")
    if filing.happened_on is not None and filing.happened_on > (now + timedelta(hours=14)).date():
        raise Invalid("happened_on", "in_future")
    if filing.amount is not None and not 0 <= filing.amount <= LARGEST_AMOUNT:
        raise Invalid("amount", "out_of_range")


def phone_hash(phone: str, pepper: bytes) -> str:
    """The keyed hash under which a phone number can be found again without being read."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return hmac.new(pepper, digits.encode(), hashlib.sha256).hexdigest()


def hazards_of(filing: Filing, suggestion: Suggestion | None) -> list[Hazard]:
    """What the consumer named, or else what the classifier suspects: either keeps it out of the green channel."""
    if not filing.hazards and suggestion is not None and suggestion.urgency == Urgency.EMERGENCY:
        return [Hazard.SUSPECTED]
    return list(filing.hazards)


def lane_of(filing: Filing, hazards: Sequence[Hazard]) -> Lane:
    """Danger goes before travel, travel before the ordinary way."""
    if hazards:
        return Lane.EMERGENCY
    if filing.is_visitor or filing.departs_at is not None or not filing.language.startswith("zh"):
        return Lane.INTERNATIONAL
    return Lane.ORDINARY


def is_sorted(filing: Filing, suggestion: Suggestion | None) -> bool:
    """Whether its industry is known well enough to be routed by it."""
    trade = routing.trade_of(filing.merchant)
    return filing.industry is not None or routing.industry_of(suggestion, trade) is not None


def values_of(filing: Filing, suggestion: Suggestion | None, now: datetime) -> dict[str, Any]:
    """The columns of a complaint that are filled from what was filed; the first steps fill the others.

    A person's word wins; the suggestion fills what was left open.
    """
    hazards = hazards_of(filing, suggestion)
    opted_in_at = now if filing.opts_in and not hazards else None
    merchant = filing.merchant
    urgency = Urgency(suggestion.urgency) if suggestion else Urgency.NORMAL
    return {
        "kind": Kind.COMPLAINT,
        "channel": filing.channel,
        "source": filing.source,
        "source_ref": filing.source_ref,
        "body": filing.body.strip(),
        "language": filing.language,
        "lane": lane_of(filing, hazards),
        "hazards": hazards,
        "industry": filing.industry
        or routing.industry_of(suggestion, routing.trade_of(merchant))
        or (suggestion.industry if suggestion else Industry.OTHER),
        "issue": filing.issue or Issue(suggestion.issue if suggestion else Issue.OTHER),
        "urgency": Urgency.EMERGENCY if hazards else urgency,
        "level": 0,
        "bounces": 0,
        "happened_on": filing.happened_on,
        "order_no": filing.order_no,
        "amount": filing.amount,
        "currency": filing.currency if filing.amount is not None else None,
        "remedies": list(filing.remedies),
        "merchant_id": merchant.id if merchant else None,
        "merchant_name": filing.merchant_name.strip(),
        "merchant_address": filing.merchant_address,
        "district": filing.district or (merchant.district if merchant else None),
        "consumer_id": filing.consumer_id,
        "consents_to_publication": filing.consents_to_publication,
        "consents_to_delegation": filing.consents_to_delegation,
        "opted_in_at": opted_in_at,
        # Also where danger keeps the complaint out: once a person says otherwise the choice holds.
        "opt_in_wording": OPT_IN_WORDING if filing.opts_in else None,
        "departs_at": filing.departs_at,
        "mail_locale": filing.person.locale if filing.person.email else None,
        "submitted_at": now,
        "last_event_at": now,
    }


def contact_of(person: Person, pepper: bytes) -> dict[str, Any]:
    """The columns of the contact."""
    return {
        "name": person.name.strip(),
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
        "phone_hash": phone_hash(person.phone, pepper) if person.phone else None,
        "locale": person.locale,
        "timezone": person.timezone,
        "allowed_at": None,
    }
