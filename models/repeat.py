"""Requests that may come twice: what was asked under a key, and what was answered."""

from datetime import datetime

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigId, db
from models.columns import Sealed


class Repeat(db.Model):
    """A write under an Idempotency-Key. The same key with another body is refused; kept for 24 hours."""

    __tablename__ = "repeats"
    __table_args__ = (
        Index("uq_repeats_scope_key", "scope", "key", unique=True),
        Index("ix_repeats_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[str] = mapped_column(String(60))  # whose key: api:<id>, form:<name>
    key: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int | None] = mapped_column(SmallInteger)  # None while the first is still at work
    answer: Mapped[str | None] = mapped_column(Sealed)  # it may hold a receipt's secret
    created_at: Mapped[datetime]
