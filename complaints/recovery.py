"""A lost secret: who reads the mail of the address a complaint was filed with is let in again, with a new one."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from complaints import notices, queries, receipts
from complaints.errors import Gone
from models.codes import Recipient
from models.complaint import Complaint

LIFE = timedelta(hours=2)
TEMPLATE = "new_secret"


def ask(session: Session, receipt: str, email: str, *, now: datetime) -> bool:
    """Owe a letter with the way to a new secret, if `email` is the address this complaint was filed with.

    Nobody but its consumer may learn whether it was. The old secret goes on until there is a new one. Repeatable:
    each time is another letter.
    """
    complaint = queries.with_address(session, receipt, email)
    if complaint is None:
        return False
    notices.tell(complaint, TEMPLATE, [Recipient.CONTACT], now=now)
    return True


def asked(
    session: Session, named: tuple[int, datetime] | None, *, now: datetime
) -> tuple[Complaint, datetime]:
    """The complaint a letter was about, and the instant of the letter. Raises Gone after two hours."""
    number, asked_at = named or (0, now)
    complaint = session.get(Complaint, number)
    if complaint is None or not asked_at <= now < asked_at + LIFE:
        raise Gone("invitation_gone")
    return complaint, asked_at


def renew(complaint: Complaint, asked_at: datetime, pepper: bytes) -> str:
    """Give `complaint` the secret that belongs to the letter of `asked_at`, and return it.

    The same letter always makes the same secret, so that a second click shows what the first did.
    """
    seed = hmac.new(pepper, f"secret {complaint.id} {asked_at.isoformat()}".encode(), hashlib.sha256).digest()
    secret = receipts.secret_of(seed)
    complaint.secret_hash = receipts.hashed(secret)
    return secret
