"""One consumer's dispute with one merchant, what happened to it, and who may be reached about it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.event import listen
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import BigId, db
from models.codes import (
    Action,
    Audience,
    Channel,
    Industry,
    Issue,
    Kind,
    Lane,
    Outcome,
    Role,
    Status,
    Urgency,
)
from models.columns import Sealed, coded
from models.list_indexes import list_indexes
from models.organisations import Department, Merchant
from models.people import User

if TYPE_CHECKING:
    from models.attachment import Attachment
    from models.deadline import Deadline, Escalation
    from models.notice import Notice
    from models.routing import RoutingRule
    from models.settlement import Agreement, Compensation, Offer
    from models.suggestion import Suggestion

ENDED_SQL = "status IN ('closed', 'not_accepted', 'terminated', 'withdrawn')"


class Complaint(db.Model):
    """The case itself. Its status changes only through complaints.workflow.perform."""

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint(f"({ENDED_SQL}) = (closed_at IS NOT NULL)", name="closed_at_matches_status"),
        CheckConstraint(f"({ENDED_SQL}) = (outcome IS NOT NULL)", name="outcome_matches_status"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_on_ladder"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_has_currency"),
        CheckConstraint(
            "status NOT IN ('negotiating', 'agreed') OR merchant_id IS NOT NULL", name="talks_need_a_merchant"
        ),
        CheckConstraint(
            "status IN ('submitted', 'triage') OR department_id IS NOT NULL", name="routed_means_owned"
        ),
        CheckConstraint(
            "status <> 'negotiating' OR (opted_in_at IS NOT NULL AND hazards = '{}')",
            name="green_channel_by_consent_and_without_hazard",
        ),
        CheckConstraint("bounces BETWEEN 0 AND 1", name="one_bounce_at_most"),
        Index(
            "uq_complaints_source",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source IS NOT NULL"),
        ),
        Index("ix_complaints_grams", "grams", postgresql_using="gin"),
        *list_indexes(),
        Index("ix_complaints_merchant_newest", "merchant_id", "id"),
        Index(
            "ix_complaints_consumer_newest",
            "consumer_id",
            "id",
            postgresql_where=text("consumer_id IS NOT NULL"),
        ),
        Index(
            "ix_complaints_mediator_newest",
            "mediator_id",
            "id",
            postgresql_where=text("mediator_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    receipt: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[Kind] = mapped_column(coded(Kind), default=Kind.COMPLAINT)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"), index=True)  # split off from
    status: Mapped[Status] = mapped_column(coded(Status), default=Status.SUBMITTED)
    outcome: Mapped[Outcome | None] = mapped_column(coded(Outcome))
    level: Mapped[int] = mapped_column(SmallInteger, default=0)
    lane: Mapped[Lane] = mapped_column(coded(Lane), default=Lane.ORDINARY)
    urgency: Mapped[Urgency] = mapped_column(coded(Urgency), default=Urgency.NORMAL)
    hazards: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    industry: Mapped[Industry] = mapped_column(coded(Industry), default=Industry.OTHER)
    issue: Mapped[Issue] = mapped_column(coded(Issue), default=Issue.OTHER)
    channel: Mapped[Channel] = mapped_column(coded(Channel), default=Channel.WEB)
    source: Mapped[str | None] = mapped_column(String(40))
    source_ref: Mapped[str | None] = mapped_column(String(80))

    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12), default="zh_Hans")
    happened_on: Mapped[date | None]
    order_no: Mapped[str | None] = mapped_column(String(80))
    amount: Mapped[int | None] = mapped_column(BigId)  # minor units of `currency`
    currency: Mapped[str | None] = mapped_column(String(3))
    remedies: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    # What it is found by: its tokens, and the numbers of their pairs for the index (complaints/text.py).
    search: Mapped[str] = deferred(mapped_column(Text, default=""))
    grams: Mapped[list[int]] = deferred(mapped_column(ARRAY(SmallInteger), default=list))

    consumer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))
    merchant_name: Mapped[str] = mapped_column(String(160))  # as the consumer gave it
    merchant_address: Mapped[str | None] = mapped_column(String(200))
    district: Mapped[str | None] = mapped_column(String(40))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))  # the one owner
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    routing_rule_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.id"))
    bounces: Mapped[int] = mapped_column(SmallInteger, default=0)

    consents_to_publication: Mapped[bool] = mapped_column(default=False)
    consents_to_delegation: Mapped[bool] = mapped_column(default=False)
    opted_in_at: Mapped[datetime | None]  # the consumer chose the green channel (Decree 121 art 6)
    opt_in_wording: Mapped[str | None] = mapped_column(String(20))
    departs_at: Mapped[datetime | None]  # a visitor's departure
    mail_locale: Mapped[str | None] = mapped_column(
        String(12)
    )  # to write to the consumer in; None: no address

    submitted_at: Mapped[datetime]
    merchant_told_at: Mapped[datetime | None]  # since when the merchant may see it
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # the earliest running deadline, kept by complaints.deadlines
    last_event_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    contact: Mapped["Contact"] = relationship(back_populates="complaint", uselist=False)
    events: Mapped[list["Event"]] = relationship(back_populates="complaint", order_by="Event.id")
    handovers: Mapped[list["Handover"]] = relationship(back_populates="complaint", order_by="Handover.id")
    deadlines: Mapped[list["Deadline"]] = relationship(back_populates="complaint", order_by="Deadline.id")
    escalations: Mapped[list["Escalation"]] = relationship(
        back_populates="complaint", order_by="Escalation.id"
    )
    offers: Mapped[list["Offer"]] = relationship(back_populates="complaint", order_by="Offer.id")
    agreements: Mapped[list["Agreement"]] = relationship(back_populates="complaint", order_by="Agreement.id")
    compensation: Mapped["Compensation | None"] = relationship(back_populates="complaint", uselist=False)
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="complaint", order_by="Attachment.id"
    )
    suggestions: Mapped[list["Suggestion"]] = relationship(
        back_populates="complaint", order_by="Suggestion.id"
    )
    notices: Mapped[list["Notice"]] = relationship(back_populates="complaint", order_by="Notice.id")
    merchant: Mapped[Merchant | None] = relationship()
    consumer: Mapped[User | None] = relationship(foreign_keys=[consumer_id])
    officer: Mapped[User | None] = relationship(foreign_keys=[officer_id])
    mediator: Mapped[User | None] = relationship(foreign_keys=[mediator_id])
    department: Mapped[Department | None] = relationship(foreign_keys=[department_id])
    pool: Mapped[Department | None] = relationship(foreign_keys=[pool_id])
    authority: Mapped[Department | None] = relationship(foreign_keys=[authority_id])
    routing_rule: Mapped["RoutingRule | None"] = relationship()
    parent: Mapped["Complaint | None"] = relationship(remote_side=[id])

    # Two officers pressing two buttons: the second gets StaleDataError, hence a 409.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it while the class is made


class Contact(db.Model):
    """Who complained and how to reach them: the one table of a complaint that names a person."""

    __tablename__ = "contacts"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    email: Mapped[str | None] = mapped_column(Sealed)
    address: Mapped[str | None] = mapped_column(Sealed)
    phone_hash: Mapped[str | None] = mapped_column(
        String(64), index=True
    )  # keyed; finds repeats without reading
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    allowed_at: Mapped[datetime | None]  # since when the merchant that agreed may see how to reach them

    complaint: Mapped[Complaint] = relationship(back_populates="contact")


class Event(db.Model):
    """What happened, once and for all. The database refuses to change or delete one."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_complaint_id_id", "complaint_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    action: Mapped[Action] = mapped_column(coded(Action))
    from_status: Mapped[Status] = mapped_column(coded(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(coded(Status, "to_status"))
    role: Mapped[Role] = mapped_column(coded(Role))
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id")
    )  # None: the system, or a receipt's holder
    audience: Mapped[Audience] = mapped_column(coded(Audience), default=Audience.PARTIES)
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # codes, ids and amounts; never contact data
    at: Mapped[datetime]

    complaint: Mapped[Complaint] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()


class Handover(db.Model):
    """One office asks another to take over. The first stays owner until the second confirms."""

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("accepted IS NULL OR answered_at IS NOT NULL", name="answer_has_instant"),
        CheckConstraint("from_id <> to_id", name="goes_elsewhere"),
        Index("uq_handovers_open", "complaint_id", unique=True, postgresql_where=text("answered_at IS NULL")),
        Index("ix_handovers_waiting", "to_id", postgresql_where=text("answered_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    reason: Mapped[str] = mapped_column(Text)
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]  # None of one that ended without an answer: it was withdrawn

    complaint: Mapped[Complaint] = relationship(back_populates="handovers")
    origin: Mapped[Department] = relationship(foreign_keys=[from_id])
    target: Mapped[Department] = relationship(foreign_keys=[to_id])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


APPEND_ONLY = (
    """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only';
END
$$""",
    "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)
for statement in APPEND_ONLY:
    listen(Event.__table__, "after_create", DDL(statement))
listen(Event.__table__, "after_drop", DDL("DROP FUNCTION refuse_change()"))
