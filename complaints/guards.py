"""What a move of complaints.workflow asks of a complaint beyond its status: each names what is in the way, or nothing."""

from models.codes import PAID_AHEAD, Action, CompensationStatus, Kind, Role
from models.complaint import Complaint


def may_use_green_channel(complaint: Complaint) -> str:
    """Member, consumer's choice, and nothing that needs a person at once (domain 5.2 row 7, 5.3). Once only."""
    if complaint.kind is not Kind.COMPLAINT or complaint.opted_in_at is None:
        return "no_opt_in"
    if complaint.hazards:
        return "hazard"
    if complaint.merchant is None or not complaint.merchant.is_member:
        return "not_a_member"
    return _has_gone_on(complaint)


def _has_gone_on(complaint: Complaint) -> str:
    """Whether it was in the channel before, or the consumer went to the authority of their own will."""
    for event in complaint.events:
        if event.action is Action.OPEN_GREEN_CHANNEL:
            return "channel_used"
        if event.action is Action.REQUEST_ACCEPTANCE and event.role is Role.CONSUMER:
            return "authority_chosen"
    return ""


def is_a_dispute(complaint: Complaint) -> str:
    """A report of illegality is checked, not mediated, and never told to the merchant (Decree 121 arts 9, 27, 37)."""
    return "is_a_report" if complaint.kind is Kind.REPORT else ""


def bounced(complaint: Complaint) -> str:
    return "" if complaint.bounces else "no_conflict"


def asked_only_once(complaint: Complaint) -> str:
    asked = any(event.action is Action.ASK_SUPPLEMENT for event in complaint.events)
    return "asked_before" if asked else ""


def nothing_handed_over(complaint: Complaint) -> str:
    if any(handover.is_open for handover in complaint.handovers):
        return "handover_open"
    return "bounced_before" if complaint.bounces else ""


def something_handed_over(complaint: Complaint) -> str:
    return "" if any(handover.is_open for handover in complaint.handovers) else "no_handover"


def has_open_offer(complaint: Complaint) -> str:
    return "" if any(offer.answered_at is None for offer in complaint.offers) else "no_offer"


def agreed_on_money(complaint: Complaint) -> str:
    return "" if complaint.agreements and complaint.agreements[-1].offer.amount else "no_agreement"


def compensation_is_open(complaint: Complaint) -> str:
    return _compensation(complaint, CompensationStatus.ELIGIBLE)


def compensation_is_asked_for(complaint: Complaint) -> str:
    return _compensation(complaint, CompensationStatus.REQUESTED)


def compensation_is_approved(complaint: Complaint) -> str:
    return _compensation(complaint, CompensationStatus.APPROVED)


def compensation_is_paid(complaint: Complaint) -> str:
    return _compensation(complaint, *PAID_AHEAD)


def payment_may_be_disputed(complaint: Complaint) -> str:
    return _compensation(complaint, CompensationStatus.PAID, CompensationStatus.RECOVERING)


def was_paid_for_the_merchant(complaint: Complaint) -> str:
    """Nobody recovers from itself what it paid for itself."""
    asked = complaint.compensation
    is_own = asked is not None and asked.payer_id == complaint.merchant_id
    return "paid_for_itself" if is_own else _compensation(complaint, CompensationStatus.PAID)


def recovery_is_under_way(complaint: Complaint) -> str:
    return _compensation(complaint, CompensationStatus.RECOVERING)


def _compensation(complaint: Complaint, *statuses: CompensationStatus) -> str:
    asked = complaint.compensation
    return "" if asked is not None and asked.status in statuses else "wrong_compensation_status"
