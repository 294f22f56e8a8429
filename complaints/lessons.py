"""What officers said about texts, for whoever teaches the next model."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.categories import text_hash
from models.codes import Industry, Issue, Urgency
from models.complaint import Complaint, Contact
from models.suggestion import Correction

BATCH = 500
MOST = 20_000  # texts; what was decided years ago is about another world, and training takes its time


@dataclass(frozen=True)
class Taught:
    """One text and the newest word on it. `known` are the strings that name who complained: a text may repeat them."""

    text: str = field(repr=False)
    industry: Industry
    issue: Issue
    urgency: Urgency
    at: datetime
    is_confirmation: bool
    known: tuple[str, ...] = field(repr=False)


def newest(session: Session) -> Iterator[Taught]:
    """What was last said about each text, the newest MOST, a batch at a time. One that has changed since teaches nothing."""
    last = select(func.max(Correction.id).label("id")).group_by(Correction.text_hash).subquery()
    last_ones = select(last.c.id).order_by(last.c.id.desc()).limit(MOST)
    query = (
        select(Correction, Complaint.body, Complaint.issue, Complaint.urgency, Complaint.order_no, Contact)
        .join(Complaint, Complaint.id == Correction.complaint_id)
        .outerjoin(Contact, Contact.complaint_id == Complaint.id)
        .where(Correction.id.in_(last_ones))
        .order_by(Correction.id)
    )
    for said, body, issue, urgency, order_no, contact in session.execute(query).yield_per(BATCH):
        if text_hash(body) != said.text_hash:
            continue
        yield Taught(
            text=body,
            industry=said.to_industry,
            issue=said.to_issue or issue,
            urgency=said.to_urgency or urgency,
            at=said.at,
            is_confirmation=_agrees(said),
            known=tuple(filter(None, (order_no, *_naming(contact)))),
        )


def count_since(session: Session, since: datetime | None) -> int:
    """How many readings of officers have come in since then, or ever: what the next training has to learn from."""
    query = select(func.count(Correction.id))
    return session.scalar(query.where(Correction.at > since) if since else query) or 0


def _agrees(said: Correction) -> bool:
    pairs = (
        (said.from_industry, said.to_industry),
        (said.from_issue, said.to_issue),
        (said.from_urgency, said.to_urgency),
    )
    return all(before == after for before, after in pairs)


def _naming(contact: Contact | None) -> tuple[str | None, ...]:
    return () if contact is None else (contact.name, contact.phone, contact.email, contact.address)
