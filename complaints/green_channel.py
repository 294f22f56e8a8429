"""Merchant and consumer settle it between themselves: claims, offers, counter-offers, and the ways out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from complaints import claims, offers, workflow
from complaints.actors import SYSTEM, Actor
from complaints.deadlines import LAW_ZONE, Clock
from complaints.errors import Conflict, Gone, Invalid, NotAllowed, Unknown
from models.codes import Action, AgreementStatus, OfferStatus, Party, Remedy, Role
from models.complaint import Complaint, Event
from models.settlement import Agreement, Offer

OFFER_LIFE = timedelta(hours=48)  # domain 5.2 row 10
LATEST_PERFORMANCE = timedelta(days=366)
AS_ASKED_WITHIN = timedelta(
    days=3
)  # the time a promise is given (S-13): for a later day the consumer is asked

# Sending the consumer to somebody else is no answer (first-asked responsibility; Food Safety Law art 148).
ELSEWHERE = re.compile(
    r"(自行|自己|直接|请您?|让您?|需要?)?(去|找|联系|咨询)(一下)?(生产)?(厂家|厂商|生产商|制造商|品牌方|供货商|供应商)"
    r"|(contact|ask|go to|refer to) (the |your )?(manufacturer|producer|maker|supplier)",
    re.IGNORECASE,
)
# Nobody may buy the right to complain (Implementing Regulation art 27; invariant of domain 5.2 row 11).
WAIVER = re.compile(
    r"(放弃|撤回|撤销|取消|不得|不再|禁止).{0,6}(投诉|举报|追究|评价|起诉|维权)|好评"
    r"|(waive|give up|withdraw|drop).{0,20}(right|complain)|good review",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Terms:
    """What is put on the table: what will be done, for how much, and by which day."""

    remedies: Sequence[Remedy]
    perform_by: date
    amount: int | None = None  # minor units of `currency`
    currency: str | None = None
    text: str = ""


def give_choice_back(complaint: Complaint) -> None:
    """Nobody is in danger after all: what the consumer chose when filing holds. Nothing where they chose nothing."""
    if complaint.opted_in_at is None and complaint.opt_in_wording and not complaint.hazards:
        complaint.opted_in_at = complaint.submitted_at


def take_back(complaint: Complaint, *, now: datetime, clock: Clock) -> Event | None:
    """Ask the merchant first after all, where the choice that was given back still can be followed; None otherwise."""
    if Action.OPEN_GREEN_CHANNEL not in workflow.available_actions(complaint, SYSTEM):
        return None
    return workflow.perform(complaint, Action.OPEN_GREEN_CHANNEL, SYSTEM, now=now, clock=clock)


def make_offer(complaint: Complaint, actor: Actor, terms: Terms, *, now: datetime, clock: Clock) -> Offer:
    """Put `terms` to the other side, open for 48 hours. Answers an open offer of the other side as a counter-offer.

    A newer offer of one's own takes the place of the older. Raises Invalid for terms that nobody could keep, and
    where a merchant would lower what it has just promised for 48 hours.
    """
    _check(terms, now)
    party = _party(actor)
    if party is Party.MERCHANT:
        _keep_word(complaint, terms, now)
    standing = offers.standing(complaint)
    answers = standing is not None and standing.party is not party
    offer = _offer(complaint, party, terms, now)
    workflow.perform(
        complaint,
        Action.COUNTER if answers else Action.OFFER,
        actor,
        now=now,
        clock=clock,
        details=_details(offer),
    )
    if standing is not None:
        standing.status = OfferStatus.COUNTERED if answers else OfferStatus.SUPERSEDED
        standing.answered_at = now
    complaint.offers.append(offer)
    return offer


def accept_offer(
    complaint: Complaint, actor: Actor, offer_id: int, *, now: datetime, clock: Clock
) -> Agreement:
    """Take the other side's open offer. Raises Unknown, Gone when it ran out, NotAllowed for one's own."""
    offer = next((offer for offer in complaint.offers if offer.id == offer_id), None)
    if offer is None:
        raise Unknown
    if offer.status is not OfferStatus.OPEN or offer.expires_at <= now:
        raise Gone("offer_expired")
    if offer.party is _party(actor):
        raise NotAllowed("own_offer")
    workflow.perform(complaint, Action.AGREE, actor, now=now, clock=clock, details=_details(offer))
    return _agree(complaint, offer, now)


def accept_claim(
    complaint: Complaint, actor: Actor, perform_by: date, *, now: datetime, clock: Clock
) -> Agreement:
    """The merchant grants what the consumer asked for, as asked, and soon: the consumer need not be asked again.

    Raises Invalid where nothing definite was asked, and for a later day, which is an offer (`offer_claim`).
    """
    if not is_as_asked(perform_by, now):
        raise Invalid("perform_by", "later_than_as_asked")
    offer = _claim(complaint, perform_by, now)
    offers.supersede(complaint, now=now)
    complaint.offers.append(offer)
    details = {**_details(offer), "as_claimed": True}
    workflow.perform(complaint, Action.AGREE, actor, now=now, clock=clock, details=details)
    return _agree(complaint, offer, now)


def offer_claim(
    complaint: Complaint, actor: Actor, perform_by: date, *, now: datetime, clock: Clock
) -> Offer:
    """What the consumer asked for, on a day the consumer did not ask for: an offer like any other."""
    return make_offer(complaint, actor, _claimed(complaint, perform_by), now=now, clock=clock)


def is_as_asked(perform_by: date, now: datetime) -> bool:
    """Whether a claim that is met by `perform_by` counts as met as asked, without the consumer's word on the day."""
    return perform_by <= now.astimezone(LAW_ZONE).date() + AS_ASKED_WITHIN


def pay_at_once(complaint: Complaint, actor: Actor, proof: str, *, now: datetime, clock: Clock) -> Agreement:
    """The merchant has paid a clear and small claim in full; `proof` says how. The consumer still confirms.

    Raises Invalid without proof, and Conflict where the claim is not money or exceeds the merchant's instant-pay limit.
    """
    if not proof.strip():
        raise Invalid("proof", "required")
    if not claims.is_small(complaint):
        raise Conflict("over_instant_pay_limit")
    offer = _claim(complaint, now.astimezone(LAW_ZONE).date(), now)
    offers.supersede(complaint, now=now)
    complaint.offers.append(offer)
    workflow.perform(complaint, Action.PAY_AT_ONCE, actor, now=now, clock=clock, details=_details(offer))
    agreement = _agree(complaint, offer, now)
    agreement.status = AgreementStatus.REPORTED
    agreement.reported_at = now
    agreement.proof = proof.strip()
    workflow.perform(complaint, Action.REPORT_PERFORMED, actor, now=now, clock=clock)
    return agreement


def answer(complaint: Complaint, actor: Actor, text: str, *, now: datetime, clock: Clock) -> Event:
    """The merchant's first word without an offer yet. Raises Invalid for one that sends the consumer elsewhere."""
    _check_answer(text)
    return workflow.perform(complaint, Action.ANSWER, actor, now=now, clock=clock, reason=text)


def dispute(complaint: Complaint, actor: Actor, text: str, *, now: datetime, clock: Clock) -> Event:
    """The merchant sees it otherwise and says why; evidence is attached beside it."""
    _check_answer(text)
    return workflow.perform(complaint, Action.DISPUTE, actor, now=now, clock=clock, reason=text)


def leave(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock) -> Event:
    """The consumer goes on to the authority, at any second and with the whole file (domain 0.4, 5.2 row 12)."""
    return workflow.perform(complaint, Action.LEAVE_GREEN_CHANNEL, actor, now=now, clock=clock)


def close(complaint: Complaint, actor: Actor, *, now: datetime, clock: Clock, reason: str = "") -> Event:
    """The channel ends without a settlement: time ran out, or the merchant declines to settle."""
    return workflow.perform(complaint, Action.CLOSE_GREEN_CHANNEL, actor, now=now, clock=clock, reason=reason)


def expire_offer(complaint: Complaint, offer: Offer, *, now: datetime, clock: Clock) -> bool:
    """Close an offer nobody took in time; False when that was done before. Repeatable.

    Where nobody talks any more it ends unheard: there is nobody left to whom its end would matter.
    """
    if offer.status is not OfferStatus.OPEN or offer.expires_at > now:
        return False
    if complaint.status not in workflow.SETTLING:
        offers.supersede(complaint, now=now)
        return True
    offer.status = OfferStatus.EXPIRED
    offer.answered_at = now
    workflow.perform(complaint, Action.EXPIRE_OFFER, SYSTEM, now=now, clock=clock, details=_details(offer))
    return True


def _party(actor: Actor) -> Party:
    return Party.MERCHANT if actor.role is Role.MERCHANT else Party.CONSUMER


def _offer(complaint: Complaint, party: Party, terms: Terms, now: datetime) -> Offer:
    return Offer(
        party=party,
        remedies=list(terms.remedies),
        amount=terms.amount,
        currency=terms.currency if terms.amount is not None else None,
        perform_by=terms.perform_by,
        terms=terms.text.strip(),
        status=OfferStatus.OPEN,
        made_at=now,
        expires_at=now + OFFER_LIFE,
    )


def _claim(complaint: Complaint, perform_by: date, now: datetime) -> Offer:
    terms = _claimed(complaint, perform_by)
    _check(terms, now)
    _keep_word(complaint, terms, now)
    return _offer(complaint, Party.CONSUMER, terms, now)


def _claimed(complaint: Complaint, perform_by: date) -> Terms:
    return Terms(
        [Remedy(code) for code in complaint.remedies],
        perform_by,
        complaint.amount if claims.PAID & set(complaint.remedies) else None,
        complaint.currency,
    )


def _keep_word(complaint: Complaint, terms: Terms, now: datetime) -> None:
    """The merchant's own offer stands as long as it was promised to: what takes its place is worth no less."""
    mine = offers.standing(complaint)
    if mine is None or mine.party is not Party.MERCHANT or mine.expires_at <= now or mine.amount is None:
        return
    if terms.currency != mine.currency or (terms.amount or 0) < mine.amount:
        raise Invalid("amount", "offer_stands")


def _agree(complaint: Complaint, offer: Offer, now: datetime) -> Agreement:
    offer.status = OfferStatus.ACCEPTED
    offer.answered_at = now
    agreement = Agreement(
        offer=offer, status=AgreementStatus.PERFORMING, agreed_at=now, perform_by=offer.perform_by, proof=""
    )
    complaint.agreements.append(agreement)
    return agreement


def _details(offer: Offer) -> dict[str, object]:
    """What the timeline says of an offer. Plain values: the offer may have no id yet."""
    return {
        "remedies": [str(code) for code in offer.remedies],
        "amount": offer.amount,
        "currency": offer.currency,
        "perform_by": offer.perform_by.isoformat(),
        "terms": offer.terms,
        "party": str(offer.party),
    }


def _check(terms: Terms, now: datetime) -> None:
    today = now.astimezone(LAW_ZONE).date()
    if not terms.remedies:
        raise Invalid("remedies", "required")
    if claims.PAID & set(terms.remedies) and not terms.amount:
        raise Invalid("amount", "required")
    if terms.amount is not None and not 0 < terms.amount <= 100_000_000_00:
        raise Invalid("amount", "out_of_range")
    if not today <= terms.perform_by <= today + LATEST_PERFORMANCE:
        raise Invalid("perform_by", "out_of_range")
    if WAIVER.search(terms.text):
        raise Invalid("terms", "waiver")


def _check_answer(text: str) -> None:
    if not text.strip():
        raise Invalid("reason", "required")
    if ELSEWHERE.search(text):
        raise Invalid("reason", "sends_elsewhere")
