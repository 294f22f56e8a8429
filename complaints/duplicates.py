"""Complaints a consumer may be about to file twice. Only their own are ever looked at."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, func
from sqlalchemy.orm import Session

from complaints import queries
from complaints.actors import Actor
from models.codes import Kind
from models.complaint import Complaint
from models.organisations import Merchant

MOST = 5


def own_open(
    session: Session, actors: Sequence[Actor], *, merchant: Merchant | None, merchant_name: str
) -> list[Complaint]:
    """The open complaints of `actors`, all of them one person, about the same merchant; newest first."""
    found: dict[int, Complaint] = {}
    for actor in actors:
        if actor.user_id is None and actor.complaint_id is None:
            continue
        query = (
            queries.visible_to(actor)
            .where(
                Complaint.closed_at.is_(None),
                Complaint.kind == Kind.COMPLAINT,
                _about(merchant, merchant_name),
            )
            .order_by(Complaint.id.desc())
            .limit(MOST)
        )
        found |= {complaint.id: complaint for complaint in session.scalars(query)}
    return sorted(found.values(), key=lambda complaint: -complaint.id)[:MOST]


def _about(merchant: Merchant | None, merchant_name: str) -> ColumnElement[bool]:
    if merchant is not None:
        return Complaint.merchant_id == merchant.id
    if not merchant_name.strip():
        return false()
    return func.lower(func.trim(Complaint.merchant_name)) == merchant_name.strip().lower()
