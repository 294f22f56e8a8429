"""The clock of a complaint: rules with versions, deadlines, pauses, what the sweep did, and the calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.codes import Binding, RollPolicy, Step, Unit
from models.columns import coded
from models.complaint import Complaint


class SlaRule(db.Model):
    """One version of one time limit, as data: its length, what starts and stops it, and where it is written."""

    __tablename__ = "sla_rules"
    __table_args__ = (
        CheckConstraint("duration > 0", name="duration_positive"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_period"),
        Index("uq_sla_rules_code_version", "code", "version", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the first day it no longer applies
    duration: Mapped[int]
    unit: Mapped[Unit] = mapped_column(coded(Unit))
    roll_policy: Mapped[RollPolicy] = mapped_column(coded(RollPolicy), default=RollPolicy.NONE)
    starts_on: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)  # status:… or action:…
    stops_on: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)  # met
    drops_on: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)  # no longer owed
    pause_in: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)  # statuses
    lanes: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)  # empty matches all
    urgencies: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    industries: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    warn_at: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)  # per cent of the allowance
    on_warning: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    on_expiry: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    binding: Mapped[Binding] = mapped_column(coded(Binding))
    instrument: Mapped[str] = mapped_column(String(160))
    article: Mapped[str] = mapped_column(String(60), default="")
    url: Mapped[str] = mapped_column(String(300), default="")
    grade: Mapped[str] = mapped_column(String(4), default="")
    title_zh: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(200))
    promise_zh: Mapped[str] = mapped_column(Text, default="")
    promise_en: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class Deadline(db.Model):
    """The time one complaint has under one rule. `next_at` is when the sweep must look at it again."""

    __tablename__ = "deadlines"
    __table_args__ = (
        CheckConstraint("due_at IS NULL OR due_at >= started_at", name="due_after_start"),
        CheckConstraint("ended_at IS NULL OR next_at IS NULL", name="ended_is_never_looked_at"),
        CheckConstraint("met_at IS NULL OR ended_at = met_at", name="met_is_ended"),
        CheckConstraint(
            "breached_at IS NULL OR breached_at = due_at", name="breach_is_stamped_with_the_due_time"
        ),
        Index("ix_deadlines_next", "next_at", "id", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_deadlines_complaint_id", "complaint_id"),
        Index(
            "uq_deadlines_running",
            "complaint_id",
            "rule_code",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("sla_rules.id"))
    rule_code: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None while it stands still
    next_at: Mapped[datetime | None]
    next_step: Mapped[Step | None] = mapped_column(coded(Step, "next_step"))
    ended_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    calendar_version: Mapped[int]

    complaint: Mapped[Complaint] = relationship(back_populates="deadlines")
    rule: Mapped[SlaRule] = relationship()
    pauses: Mapped[list["Pause"]] = relationship(order_by="Pause.id", back_populates="deadline")


class Pause(db.Model):
    """A stretch in which a deadline stood still, and why."""

    __tablename__ = "pauses"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
        Index("uq_pauses_open", "deadline_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_pauses_deadline_id", "deadline_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")

    deadline: Mapped[Deadline] = relationship(back_populates="pauses")


class Escalation(db.Model):
    """A warning or a breach that was acted on. The unique key makes the sweep safe to repeat."""

    __tablename__ = "escalations"
    __table_args__ = (Index("uq_escalations_deadline_id_step", "deadline_id", "step", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    step: Mapped[Step] = mapped_column(coded(Step))
    level_from: Mapped[int] = mapped_column(SmallInteger)
    level_to: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime]  # when it fell due, not when the sweep came by
    at: Mapped[datetime]

    deadline: Mapped[Deadline] = relationship()
    complaint: Mapped[Complaint] = relationship(back_populates="escalations")


class CalendarDay(db.Model):
    """A date that is not what its weekday says: a holiday, or a weekend day made up (调休)."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        CheckConstraint("NOT (is_working AND is_statutory)", name="a_holiday_is_no_working_day"),
    )

    on: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    is_statutory: Mapped[bool] = mapped_column(default=False)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(60), default="")


class ClockRevision(db.Model):
    """One change of the calendar or of the rules. The newest id is the version a deadline was reckoned with."""

    __tablename__ = "clock_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200))
    covered_until: Mapped[date]
    moves_from_id: Mapped[int | None] = mapped_column(
        BigId
    )  # last deadline already recomputed; None when done
    moved: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
