"""What merchant and consumer put to each other, what they agreed, and money paid ahead of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.codes import AgreementStatus, CompensationStatus, OfferStatus, Party
from models.columns import coded
from models.complaint import Complaint
from models.organisations import Merchant


class Offer(db.Model):
    """A structured offer with its own expiry. One is open at a time."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_has_currency"),
        CheckConstraint("cardinality(remedies) > 0", name="offers_something"),
        CheckConstraint("(status = 'open') = (answered_at IS NULL)", name="answered_at_matches_status"),
        CheckConstraint("expires_at > made_at", name="expires_later"),
        Index("uq_offers_open", "complaint_id", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_offers_expiring", "expires_at", postgresql_where=text("status = 'open'")),
        Index("ix_offers_complaint_id", "complaint_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    party: Mapped[Party] = mapped_column(coded(Party))
    remedies: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    amount: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str | None] = mapped_column(String(3))
    perform_by: Mapped[date]
    terms: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[OfferStatus] = mapped_column(coded(OfferStatus), default=OfferStatus.OPEN)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    complaint: Mapped[Complaint] = relationship(back_populates="offers")


class Agreement(db.Model):
    """An offer both sides took. Performed only when the consumer says so, or proof stands unchallenged."""

    __tablename__ = "agreements"
    __table_args__ = (
        CheckConstraint(
            "(status = 'performed') = (performed_at IS NOT NULL)", name="performed_at_matches_status"
        ),
        CheckConstraint(
            "(status = 'breached') = (breached_at IS NOT NULL)", name="breached_at_matches_status"
        ),
        Index(
            "uq_agreements_running",
            "complaint_id",
            unique=True,
            postgresql_where=text("status IN ('performing', 'reported')"),
        ),
        Index("ix_agreements_complaint_id", "complaint_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), unique=True)
    status: Mapped[AgreementStatus] = mapped_column(
        coded(AgreementStatus), default=AgreementStatus.PERFORMING
    )
    agreed_at: Mapped[datetime]
    perform_by: Mapped[date]
    reported_at: Mapped[datetime | None]
    proof: Mapped[str] = mapped_column(Text, default="")
    performed_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]

    complaint: Mapped[Complaint] = relationship(back_populates="agreements")
    offer: Mapped[Offer] = relationship()


class Compensation(db.Model):
    """Advance compensation 赔偿先付: somebody else pays first and recovers later. `reference` says how it was paid."""

    __tablename__ = "compensations"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint("granted > 0 AND (amount IS NULL OR granted <= amount)", name="granted_within"),
        CheckConstraint(
            "(granted IS NULL) = (status IN ('eligible', 'requested', 'refused'))",
            name="granted_matches_status",
        ),
        CheckConstraint("(requested_at IS NULL) = (status = 'eligible')", name="requested_at_matches_status"),
        CheckConstraint("(refusal IS NULL) = (status <> 'refused')", name="refusal_matches_status"),
        CheckConstraint(
            "(paid_at IS NULL) = (status IN ('eligible', 'requested', 'approved', 'refused'))",
            name="paid_at_matches_status",
        ),
        CheckConstraint("(paid_at IS NULL) = (reference IS NULL)", name="reference_matches_payment"),
        Index("ix_compensations_payer_id", "payer_id", "status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), unique=True)
    status: Mapped[CompensationStatus] = mapped_column(
        coded(CompensationStatus), default=CompensationStatus.ELIGIBLE
    )
    reason: Mapped[str] = mapped_column(String(60))  # what unlocked it
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))
    amount: Mapped[int | None] = mapped_column(BigId)  # the most: the claim within the pledged limit
    currency: Mapped[str | None] = mapped_column(String(3))
    granted: Mapped[int | None] = mapped_column(BigId)  # minor units of CNY
    refusal: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(String(200))
    unlocked_at: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]

    complaint: Mapped[Complaint] = relationship(back_populates="compensation")
    payer: Mapped[Merchant | None] = relationship()

    @property
    def has_payer_at_hand(self) -> bool:
        """Whether somebody signs in for the payer; if not, the office that has the complaint records what it decides."""
        people = self.payer.people if self.payer is not None else []
        return any(person.is_enabled and person.password_hash for person in people)
