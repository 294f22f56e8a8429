"""Reading complaints anew with a later model: the run, its chunks, and the complaints an officer should look at again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.people import User


class Reclassification(db.Model):
    """One run over the table with one model. The database sees to it that at most one is under way."""

    __tablename__ = "reclassifications"
    __table_args__ = (
        CheckConstraint("cancelled_at IS NULL OR ended_at = cancelled_at", name="cancelled_is_ended"),
        Index(
            "uq_reclassifications_under_way",
            text("(ended_at IS NULL)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: an operator's command
    model_version: Mapped[str] = mapped_column(String(60))
    open_only: Mapped[bool]
    total: Mapped[int]  # complaints when it began
    ended_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    cancelled_by: Mapped[User | None] = relationship(foreign_keys=[cancelled_by_id])


class ReclassificationChunk(db.Model):
    """A range of ids that is read in one transaction: with the row done, its suggestions are there, else none is."""

    __tablename__ = "reclassification_chunks"
    __table_args__ = (
        CheckConstraint("first_id <= last_id", name="range_in_order"),
        Index(
            "ix_reclassification_chunks_left",
            "run_id",
            "tries",
            "id",
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_reclassification_chunks_run_id_done_at", "run_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("reclassifications.id"))
    first_id: Mapped[int] = mapped_column(BigId)
    last_id: Mapped[int] = mapped_column(BigId)
    size: Mapped[int]  # complaints in the range when the run began
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    done_at: Mapped[datetime | None]
    read: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)  # texts that could not be read
    abstained: Mapped[int] = mapped_column(default=0)
    differs: Mapped[int] = mapped_column(default=0)  # from the category the complaint has
    settled: Mapped[int] = mapped_column(default=0)  # of these: a person decided, or it has ended
    disputed: Mapped[int] = mapped_column(default=0)  # of these: shown to an officer
    suspected: Mapped[int] = mapped_column(default=0)  # danger that nobody had seen
    pairs: Mapped[dict[str, Any]] = mapped_column(default=dict)  # "catering ecommerce": how many


class Doubt(db.Model):
    """An open complaint that a later model reads differently, until a person decides on its category."""

    __tablename__ = "doubts"
    __table_args__ = (
        CheckConstraint("disputes OR suspects_danger", name="doubts_something"),
        Index("ix_doubts_danger", "complaint_id", postgresql_where=text("suspects_danger")),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    disputes: Mapped[bool]
    suspects_danger: Mapped[bool]
    at: Mapped[datetime]
