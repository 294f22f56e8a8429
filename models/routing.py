"""Rules that choose who receives a complaint."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import db
from models.codes import Industry, Lane, Urgency
from models.columns import coded
from models.organisations import Department, Merchant


class RoutingRule(db.Model):
    """One line of the dispatch catalogue. A blank condition matches everything; the first active match wins."""

    __tablename__ = "routing_rules"
    __table_args__ = (
        Index(
            "uq_routing_rules_catch_all",
            text("(true)"),
            unique=True,
            postgresql_where=text(
                "is_active AND industry IS NULL AND district IS NULL AND lane IS NULL AND urgency IS NULL"
                " AND merchant_id IS NULL"
            ),
        ),
        CheckConstraint("position > 0", name="position_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    industry: Mapped[Industry | None] = mapped_column(coded(Industry))
    district: Mapped[str | None] = mapped_column(String(40))
    lane: Mapped[Lane | None] = mapped_column(coded(Lane))
    urgency: Mapped[Urgency | None] = mapped_column(coded(Urgency))
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    reason_zh: Mapped[str] = mapped_column(String(200), default="")
    reason_en: Mapped[str] = mapped_column(String(240), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    merchant: Mapped[Merchant | None] = relationship()
    receiver: Mapped[Department] = relationship(foreign_keys=[receiver_id])
    pool: Mapped[Department] = relationship(foreign_keys=[pool_id])
    authority: Mapped[Department] = relationship(foreign_keys=[authority_id])
