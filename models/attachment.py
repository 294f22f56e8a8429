"""Evidence. The original is kept sealed; others see a re-encoded copy without metadata."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.codes import Audience, Party
from models.columns import coded
from models.complaint import Complaint


class Attachment(db.Model):
    """One file of one party. Exactly one of complaint and draft holds it."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("(complaint_id IS NULL) <> (draft_id IS NULL)", name="belongs_to_complaint_or_draft"),
        CheckConstraint("size > 0", name="size_positive"),
        Index("uq_attachments_content", "complaint_id", "party", "sha256", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    party: Mapped[Party] = mapped_column(coded(Party))
    audience: Mapped[Audience] = mapped_column(
        coded(Audience), default=Audience.PARTIES, server_default=Audience.PARTIES
    )
    name: Mapped[str] = mapped_column(
        String(120)
    )  # a name of ours with the right ending, not the uploader's path
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    original_key: Mapped[str] = mapped_column(String(120))
    shown_key: Mapped[str] = mapped_column(String(120))
    caption: Mapped[str] = mapped_column(String(200), default="")
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime]

    complaint: Mapped[Complaint | None] = relationship(back_populates="attachments")
