"""Advance compensation in the town: a shopping centre that pledged for its shops, and requests in different states."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from complaints import compensation
from complaints import merchants as register
from complaints.actors import Actor
from complaints.deadlines import Clock
from demo.town import Town
from models.codes import CompensationStatus, Industry, Membership, Role, Status
from models.complaint import Complaint
from models.organisations import Merchant
from web import pinyin

NAME, NAME_EN = "和平里购物中心", "Hepingli Shopping Centre"
TENANTS = (Industry.CATERING, Industry.OTHER, Industry.PREPAID_CARD, Industry.ECOMMERCE)
LIMIT = 500_000
UNSETTLED = frozenset({Status.NEGOTIATING, Status.PENDING_ACCEPTANCE, Status.ACCEPTED, Status.MEDIATING})
REFUSAL = "小票上的商户不在本中心经营范围内，付款记录与投诉商家也不一致，因此不能先行赔付。您的投诉照常办理。"
PAYMENT = "招商银行转账，流水号 2026 0415 7731"

Step = Callable[[Complaint, Actor, Clock, datetime], None]


def open_centre(session: Session, shops: list[Merchant], licence_no: str, *, now: datetime) -> Merchant:
    """The centre, and three of `shops` on its premises. It pledges to pay before them."""
    centre = Merchant(
        licence_no=licence_no,
        name=NAME,
        name_en=NAME_EN,
        industry=Industry.OTHER,
        district="dongcheng",
        address="和平里中街29号",
        phone="010-5550 2929",
        membership=Membership.MEMBER,
        pledged_at=now - timedelta(days=400),
        pledges_compensation=True,
        compensation_limit=LIMIT,
        created_at=now - timedelta(days=400),
    )
    register.make_findable(centre, pinyin.readings(NAME))
    session.add(centre)
    for industry in TENANTS:
        for shop in [one for one in shops if one.industry is industry][1:3]:
            shop.platform = centre
    return centre


def plan(town: Town) -> None:
    """Let consumers ask in the town's last days: one is paid and recovered, one refused, one approved, one waits."""
    _ask_at(town, timedelta(days=8), [(20, _approve), (50, _pay), (76, _recover)])
    _ask_at(town, timedelta(days=4), [(22, _refuse)])
    _ask_at(town, timedelta(days=1, hours=3), [(20, _approve)])
    _ask_at(town, timedelta(hours=9), [])


def _ask_at(town: Town, ago: timedelta, steps: Sequence[tuple[int, Step]]) -> None:
    """Have somebody ask that long before now, and the payer do `steps`, each so many hours later."""

    def ask(at: datetime) -> None:
        complaint = _one_of(town)
        if complaint is None:
            return
        consumer = Actor(Role.CONSUMER, user_id=complaint.consumer_id, complaint_id=complaint.id)
        asked = compensation.unlock(complaint, "S-12", now=at, clock=town.clock)
        compensation.ask(complaint, consumer, now=at, clock=town.clock)
        payer = Actor(Role.MERCHANT, merchant_id=asked.payer_id if asked else None)
        for hours, step in steps:
            town.plan(at + timedelta(hours=hours), partial(step, complaint, payer, town.clock))

    town.plan(town.now - ago, ask)


def _one_of(town: Town) -> Complaint | None:
    """A complaint about a shop of the centre that asks for money and that nobody has settled; the oldest first."""
    for complaint in town.complaints:
        asked = complaint.compensation
        is_free = asked is None or asked.status is CompensationStatus.ELIGIBLE
        has_centre = complaint.merchant is not None and complaint.merchant.platform is not None
        if has_centre and is_free and complaint.status in UNSETTLED and complaint.currency == "CNY":
            return complaint
    return None


def _approve(complaint: Complaint, payer: Actor, clock: Clock, at: datetime) -> None:
    asked = complaint.compensation
    if asked is not None:
        compensation.approve(complaint, payer, compensation.ceiling(asked), now=at, clock=clock)


def _refuse(complaint: Complaint, payer: Actor, clock: Clock, at: datetime) -> None:
    compensation.refuse(complaint, payer, REFUSAL, now=at, clock=clock)


def _pay(complaint: Complaint, payer: Actor, clock: Clock, at: datetime) -> None:
    compensation.pay(complaint, payer, PAYMENT, now=at, clock=clock)


def _recover(complaint: Complaint, payer: Actor, clock: Clock, at: datetime) -> None:
    compensation.recover(complaint, payer, now=at, clock=clock)
