"""People who sign in, how they are invited, and the keys of organisations' programs."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import db
from models.codes import Role
from models.columns import coded
from models.organisations import Department, Merchant

BELONGS = (
    "(role IN ('officer', 'mediator', 'supervisor') AND department_id IS NOT NULL AND merchant_id IS NULL)"
    " OR (role = 'merchant' AND merchant_id IS NOT NULL AND department_id IS NULL)"
    " OR (role IN ('consumer', 'admin', 'system') AND merchant_id IS NULL AND department_id IS NULL)"
)


class User(UserMixin, db.Model):
    """One person and one role. Officers, mediators and supervisors belong to a department, merchants to a merchant."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(BELONGS, name="belongs_where_the_role_says"),
        Index("uq_users_email_lower", text("lower(email)"), unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None until an invitation is taken up
    role: Mapped[Role] = mapped_column(coded(Role))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"), index=True)
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(12)), default=list)  # what a mediator speaks
    is_enabled: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end every session of this person
    created_at: Mapped[datetime]

    department: Mapped[Department | None] = relationship(lazy="joined")
    merchant: Mapped[Merchant | None] = relationship(lazy="joined")

    @property
    def is_active(self) -> bool:
        return self.is_enabled


class Invitation(db.Model):
    """A one-time way in for a colleague or to a new password. Its token is signed, and kept nowhere."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class ApiKey(db.Model):
    """A program's way in for one organisation. Shown once, kept as a hash."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint(
            "(merchant_id IS NULL) <> (department_id IS NULL)", name="belongs_to_one_organisation"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))  # in whose name the program acts
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class SavedFilter(db.Model):
    """A search a person keeps on the desk or in the inbox."""

    __tablename__ = "saved_filters"
    __table_args__ = (Index("uq_saved_filters_user_id_name", "user_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(600))
    created_at: Mapped[datetime]
