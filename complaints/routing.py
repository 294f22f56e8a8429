"""Which office receives a complaint, who mediates and who decides. Choosing is pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.codes import Industry, Lane, Urgency
from models.complaint import Complaint
from models.organisations import Merchant
from models.routing import RoutingRule
from models.suggestion import Suggestion

# Why a reading that has two likeliest categories still leaves the choice between them to somebody.
UNSURE = frozenset({"low_confidence", "close_call"})


@dataclass(frozen=True)
class Facts:
    """What the choice depends on, and nothing else."""

    industry: Industry
    district: str | None = None
    lane: Lane = Lane.ORDINARY
    urgency: Urgency = Urgency.NORMAL
    merchant_id: int | None = None


CONDITIONS = ("industry", "district", "lane", "urgency", "merchant_id")


@dataclass(frozen=True)
class Rule:
    """One line of the dispatch catalogue, detached from the database so that a process can keep it.

    A condition that is None matches everything. The rule without any condition is the catch-all.
    """

    id: int
    receiver_id: int
    pool_id: int
    authority_id: int
    industry: Industry | None = None
    district: str | None = None
    lane: Lane | None = None
    urgency: Urgency | None = None
    merchant_id: int | None = None
    reason_zh: str = ""
    reason_en: str = ""

    @classmethod
    def of(cls, row: RoutingRule) -> "Rule":
        return cls(
            id=row.id,
            receiver_id=row.receiver_id,
            pool_id=row.pool_id,
            authority_id=row.authority_id,
            industry=row.industry,
            district=row.district,
            lane=row.lane,
            urgency=row.urgency,
            merchant_id=row.merchant_id,
            reason_zh=row.reason_zh,
            reason_en=row.reason_en,
        )

    @cached_property
    def conditions(self) -> dict[str, str | int]:
        """What the rule asks for, by name: shown to people as the reason of the choice."""
        named = {name: getattr(self, name) for name in CONDITIONS}
        return {name: value for name, value in named.items() if value is not None}

    def fits(self, facts: Facts) -> bool:
        return (
            (self.industry is None or self.industry == facts.industry)
            and (self.district is None or self.district == facts.district)
            and (self.lane is None or self.lane == facts.lane)
            and (self.urgency is None or self.urgency == facts.urgency)
            and (self.merchant_id is None or self.merchant_id == facts.merchant_id)
        )


@dataclass(frozen=True)
class Choice:
    """Who receives, who may mediate and who decides, with the rule that says so."""

    rule: Rule

    @property
    def rule_id(self) -> int:
        return self.rule.id

    @property
    def receiver_id(self) -> int:
        return self.rule.receiver_id

    @property
    def pool_id(self) -> int:
        return self.rule.pool_id

    @property
    def authority_id(self) -> int:
        return self.rule.authority_id


def trade_of(merchant: Merchant | None) -> Industry | None:
    """The one industry that a merchant is known to be in: that of a licence somebody looked at."""
    return merchant.industry if merchant is not None and merchant.licence_no else None


def industry_of(said: Suggestion | Row[Any] | None, trade: Industry | None) -> Industry | None:
    """What a complaint may be routed by without a person: a sure reading, or an unsure one that `trade` settles.

    It settles one that has it among its two likeliest categories. Not where money paid in advance is the likelier:
    that wins over the industry of the shop. None leaves the complaint to a person.
    """
    if said is None or not said.abstained:
        return said and Industry(said.industry)
    if said.reason not in UNSURE or trade in {None, Industry.OTHER}:
        return None
    is_about_a_card = said.industry == Industry.PREPAID_CARD and trade is not Industry.PREPAID_CARD
    return trade if trade in {said.industry, said.second} and not is_about_a_card else None


def choose(facts: Facts, rules: Sequence[Rule]) -> Choice:
    """The first rule of `rules` that fits, the catch-all last of all wherever it stands.

    Raises ValueError unless exactly one rule is without conditions: with none a complaint could be left
    without an owner, and of two the second would never be reached.
    """
    catch_all = _catch_all(rules)
    return Choice(next((rule for rule in rules if rule is not catch_all and rule.fits(facts)), catch_all))


def facts_of(complaint: Complaint) -> Facts:
    return Facts(
        industry=complaint.industry,
        district=complaint.district,
        lane=complaint.lane,
        urgency=complaint.urgency,
        merchant_id=complaint.merchant_id,
    )


def load(session: Session) -> tuple[Rule, ...]:
    """The rules in force, in the order in which they are tried."""
    in_order = select(RoutingRule).where(RoutingRule.is_active).order_by(RoutingRule.position, RoutingRule.id)
    return tuple(Rule.of(row) for row in session.scalars(in_order))


def _catch_all(rules: Iterable[Rule]) -> Rule:
    unconditional = [rule for rule in rules if not rule.conditions]
    if len(unconditional) != 1:
        raise ValueError(f"there must be one routing rule without conditions, not {len(unconditional)}")
    return unconditional[0]
