"""What the consumer asks for, in figures."""

from collections.abc import Collection

from models.codes import Remedy
from models.complaint import Complaint
from models.organisations import Merchant

PAID = frozenset({Remedy.REFUND, Remedy.COMPENSATION})


def is_small(complaint: Complaint) -> bool:
    """Money was asked for, in yuan, and no more than the merchant lets its counter pay (500 CNY by default)."""
    return is_within_limit(complaint.merchant, complaint.amount, complaint.currency, complaint.remedies)


def is_within_limit(
    merchant: Merchant | None, amount: int | None, currency: str | None, remedies: Collection[str]
) -> bool:
    """The same of a claim that is no complaint yet. `amount` counts minor units of `currency`."""
    return (
        merchant is not None
        and amount is not None
        and currency == "CNY"
        and not PAID.isdisjoint(remedies)
        and 0 < amount <= merchant.instant_pay_limit
    )
