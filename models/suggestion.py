"""What the classifier said about a complaint and what a person made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.codes import Industry, Issue, Urgency
from models.columns import coded
from models.complaint import Complaint


class Suggestion(db.Model):
    """One reading of one text by one model."""

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_a_probability"),
        Index("ix_suggestions_complaint_id", "complaint_id"),
        Index("ix_suggestions_at", "at", postgresql_using="brin"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    model_version: Mapped[str] = mapped_column(String(60))
    industry: Mapped[Industry] = mapped_column(coded(Industry))
    confidence: Mapped[float] = mapped_column(Float)
    second: Mapped[Industry | None] = mapped_column(coded(Industry, "second"))
    second_confidence: Mapped[float | None] = mapped_column(Float)
    issue: Mapped[str] = mapped_column(String(40), default="other")
    urgency: Mapped[str] = mapped_column(String(40), default="normal")
    emergency_probability: Mapped[float] = mapped_column(Float, default=0.0)
    abstained: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(40), default="")
    evidence: Mapped[list[Any]] = mapped_column(default=list)  # [start, end, weight] spans of the body
    at: Mapped[datetime]

    complaint: Mapped[Complaint] = relationship(back_populates="suggestions")


class Correction(db.Model):
    """A person's reading beside the classifier's, kept to teach the next model; where both agree, a confirmation.

    Issue and urgency are None in rows of the first release, which did not keep them.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    suggestion_id: Mapped[int | None] = mapped_column(ForeignKey("suggestions.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    from_industry: Mapped[Industry] = mapped_column(coded(Industry, "from_industry"))
    to_industry: Mapped[Industry] = mapped_column(coded(Industry, "to_industry"))
    from_issue: Mapped[Issue | None] = mapped_column(coded(Issue, "from_issue"))
    to_issue: Mapped[Issue | None] = mapped_column(coded(Issue, "to_issue"))
    from_urgency: Mapped[Urgency | None] = mapped_column(coded(Urgency, "from_urgency"))
    to_urgency: Mapped[Urgency | None] = mapped_column(coded(Urgency, "to_urgency"))
    reason: Mapped[str] = mapped_column(Text, default="")
    text_hash: Mapped[str] = mapped_column(String(64))
    model_version: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime] = mapped_column(index=True)
