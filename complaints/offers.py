"""The offer that stands open between the two sides. Making and taking one is complaints.green_channel."""

from datetime import datetime

from models.codes import OfferStatus
from models.complaint import Complaint
from models.settlement import Offer


def standing(complaint: Complaint) -> Offer | None:
    """The one offer that can still be taken."""
    return next((offer for offer in complaint.offers if offer.status is OfferStatus.OPEN), None)


def supersede(complaint: Complaint, *, now: datetime) -> None:
    """End what stands open because something else takes its place, or nobody talks any more. Repeatable."""
    offer = standing(complaint)
    if offer is not None:
        offer.status = OfferStatus.SUPERSEDED
        offer.answered_at = now
