"""Departments in a tree, merchants and how they join the green channel."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import db
from models.codes import ApplicationStatus, DepartmentKind, Industry, Membership
from models.columns import coded

if TYPE_CHECKING:
    from models.people import User


class Department(db.Model):
    """An office that receives, mediates or decides. Level L3 to L5 of the ladder; L0 to L2 are the merchant's own."""

    __tablename__ = "departments"
    __table_args__ = (
        CheckConstraint("level BETWEEN 3 AND 5", name="level_on_ladder"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[DepartmentKind] = mapped_column(coded(DepartmentKind))
    level: Mapped[int] = mapped_column(SmallInteger)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    district: Mapped[str | None] = mapped_column(String(40))  # None serves the whole city
    industries: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)  # empty serves all
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool] = mapped_column(default=True)

    parent: Mapped["Department | None"] = relationship(remote_side=[id])


class Merchant(db.Model):
    """A business complained about. Known by its unified social credit code, or typed in and still unverified."""

    __tablename__ = "merchants"
    __table_args__ = (
        CheckConstraint(
            "membership <> 'member' OR (licence_no IS NOT NULL AND pledged_at IS NOT NULL)",
            name="members_are_licensed_and_pledged",
        ),
        CheckConstraint("instant_pay_limit >= 0", name="instant_pay_limit_not_negative"),
        CheckConstraint(
            "compensation_limit IS NULL OR compensation_limit >= 0", name="compensation_not_negative"
        ),
        Index("ix_merchants_search", "search", postgresql_using="gin"),
        Index("ix_merchants_name", "name", postgresql_ops={"name": "text_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_no: Mapped[str | None] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str | None] = mapped_column(String(200))
    # Every n-gram a consumer might type: Han prefixes, pinyin, initials, licence digits (complaints/merchants.py).
    search: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    industry: Mapped[Industry] = mapped_column(coded(Industry))
    district: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    platform_id: Mapped[int | None] = mapped_column(
        ForeignKey("merchants.id"), index=True
    )  # mall, platform, brand
    membership: Mapped[Membership] = mapped_column(coded(Membership), default=Membership.NONE)
    membership_reason: Mapped[str] = mapped_column(Text, default="")  # why it was suspended
    pledged_at: Mapped[datetime | None]
    pledges_compensation: Mapped[bool] = mapped_column(default=False)
    compensation_limit: Mapped[int | None]  # minor units of CNY for one complaint
    instant_pay_limit: Mapped[int] = mapped_column(
        default=50_000
    )  # 500 CNY, the Xidan/Wangfujing pledge of 2016
    created_at: Mapped[datetime]

    platform: Mapped["Merchant | None"] = relationship(remote_side=[id])
    people: Mapped[list["User"]] = relationship(viewonly=True)

    @property
    def is_member(self) -> bool:
        return self.membership is Membership.MEMBER


class MerchantApplication(db.Model):
    """A merchant asks to join; an officer verifies the licence; the pledge is signed with it."""

    __tablename__ = "merchant_applications"
    __table_args__ = (
        CheckConstraint("(status = 'submitted') = (decided_at IS NULL)", name="decided_at_matches_status"),
        Index("ix_merchant_applications_open", "submitted_at", postgresql_where="status = 'submitted'"),
        Index(
            "uq_merchant_applications_open_licence",
            "licence_no",
            unique=True,
            postgresql_where="status = 'submitted'",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[ApplicationStatus] = mapped_column(
        coded(ApplicationStatus), default=ApplicationStatus.SUBMITTED
    )
    licence_no: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(160))
    industry: Mapped[Industry] = mapped_column(coded(Industry))
    district: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40))
    contact_name: Mapped[str] = mapped_column(String(80))
    contact_email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(12))
    pledges_compensation: Mapped[bool] = mapped_column(default=False)
    compensation_limit: Mapped[int | None]
    pledge_version: Mapped[str] = mapped_column(String(20))  # the wording that was signed
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))

    merchant: Mapped[Merchant | None] = relationship()
