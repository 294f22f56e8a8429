"""A complaint not yet sent, kept so that its writer can come back."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigId, db
from models.columns import Sealed


class Draft(db.Model):
    """What was typed so far, sealed. Whoever holds the token may go on; it goes away by itself."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    answers: Mapped[str] = mapped_column(Sealed)  # JSON
    step: Mapped[str] = mapped_column(String(20))
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"))  # set when it was sent
