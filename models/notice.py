"""The outbox: messages owed to somebody, one row for each recipient and channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.codes import NoticeChannel, Recipient
from models.columns import coded
from models.complaint import Complaint
from models.organisations import MerchantApplication
from models.people import User


class Notice(db.Model):
    """Owed since `created_at`; sent once; dead after the last try. The address is looked up when it is sent.

    One addressed to an organisation is never mailed itself: the outbox spreads it into one row for each member.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name="sent_or_dead"),
        CheckConstraint(
            "(recipient = 'user') = (user_id IS NOT NULL)"
            " AND (recipient = 'merchant') = (merchant_id IS NOT NULL)"
            " AND (recipient = 'department') = (department_id IS NOT NULL)"
            " AND (recipient = 'applicant') = (application_id IS NOT NULL)"
            " AND (recipient <> 'contact' OR complaint_id IS NOT NULL)",
            name="one_recipient",
        ),
        Index("uq_notices_key", "key", unique=True),
        Index(
            "ix_notices_owed", "send_at", "id", postgresql_where=text("sent_at IS NULL AND dead_at IS NULL")
        ),
        Index("ix_notices_dead", "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
        Index("ix_notices_complaint_id", "complaint_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))  # the same duty written twice is one row
    template: Mapped[str] = mapped_column(String(40))
    channel: Mapped[NoticeChannel] = mapped_column(coded(NoticeChannel), default=NoticeChannel.MAIL)
    recipient: Mapped[Recipient] = mapped_column(coded(Recipient))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("merchant_applications.id"))
    locale: Mapped[str | None] = mapped_column(String(12))  # None: that of whoever it reaches
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User | None] = relationship()
    complaint: Mapped[Complaint | None] = relationship(back_populates="notices")
    application: Mapped[MerchantApplication | None] = relationship()
