"""Lets the town live for six weeks: complaints are filed, answered, settled, forgotten and escalated by the real rules."""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from complaints import (
    acceptance,
    agreements,
    assignments,
    categories,
    changes,
    claims,
    due,
    escalation,
    green_channel,
    intake,
    ladder,
    offers,
    rulebook,
    workflow,
)
from complaints.actors import Actor
from complaints.categories import Category
from complaints.deadlines import LAW_ZONE
from complaints.errors import Refused
from complaints.escalation import Context
from complaints.green_channel import Terms
from complaints.intake import Filing, Lodged, Person
from demo import people, texts
from demo.texts import Story
from models.codes import Action, Channel, Hazard, Remedy, Role, Status, Urgency
from models.complaint import Complaint
from models.notice import Notice
from models.organisations import Merchant
from models.people import User
from models.suggestion import Suggestion

SEED = 20_180_601
HISTORY = timedelta(days=45)
SWEEP_EVERY = timedelta(hours=6)
PEPPER = b"demonstration"
ON_A_DESK = frozenset({Status.TRIAGE, Status.PENDING_ACCEPTANCE, Status.ACCEPTED, Status.MEDIATING})
LOCALES = {"zh_Hans": "zh_Hans_CN", "zh_Hant": "zh_Hans_CN", "en": "en"}

Reader = Callable[[str], Suggestion]


@dataclass(order=True)
class Duty:
    """Something that happens at a moment of the town's life."""

    at: datetime
    number: int
    do: Callable[[datetime], None] = field(compare=False)


class Town:
    """The queue of what happens next, and what is needed to make it happen. Lives only while the town is being built."""

    def __init__(
        self,
        session: Session,
        shops: Sequence[Merchant],
        consumers: Sequence[User],
        read: Reader,
        now: datetime,
    ) -> None:
        self.session, self.shops, self.consumers, self.read, self.now = session, shops, consumers, read, now
        self.dice = random.Random(SEED)
        self.duties: list[Duty] = []
        self.numbers = count()
        self.officers = _by_department(session, Role.OFFICER)
        self.mediators = _by_department(session, Role.MEDIATOR)
        # Nobody else lives here while the town is built: what was read once stays true.
        self.clock, self.routes, self.ladder = (
            rulebook.current(session),
            rulebook.routes(session),
            ladder.read(session),
        )
        self.complaints: list[Complaint] = []

    def plan(self, at: datetime, do: Callable[[datetime], None]) -> None:
        if at < self.now:
            heapq.heappush(self.duties, Duty(at, next(self.numbers), do))

    def live(self, stories: Sequence[Story]) -> Iterator[int]:
        """File every story at some moment of the past weeks and let the rest follow; yields how many duties are left."""
        for story in stories:
            self.plan(self.now - HISTORY * self.dice.random() ** 1.3, self._filing(story))
        self._sweep_at(self.now - HISTORY)
        while self.duties:
            duty = heapq.heappop(self.duties)
            try:
                duty.do(duty.at)
            except Refused:
                self.session.rollback()
            self.session.commit()
            yield len(self.duties)

    def _sweep_at(self, at: datetime) -> None:
        self.plan(at, self._sweep)

    def _sweep(self, at: datetime) -> None:
        context = Context(at, self.clock, self.ladder)
        deadlines = due.claim(self.session, at, 500)
        for deadline in deadlines:
            escalation.act(deadline, context)
        changes.write(self.session, {deadline.complaint for deadline in deadlines})
        stale = due.claim_offers(self.session, at, 500)
        for offer in stale:
            green_channel.expire_offer(offer.complaint, offer, now=at, clock=context.clock)
        changes.write(self.session, {offer.complaint for offer in stale})
        self.session.expire_all()  # the sweep wrote past it
        self._sweep_at(at + SWEEP_EVERY)

    def _filing(self, story: Story) -> Callable[[datetime], None]:
        def file(at: datetime) -> None:
            complaint = self._lodge(story, at).complaint
            self.complaints.append(complaint)
            self._follow(complaint, at)

        return file

    def _lodge(self, story: Story, at: datetime) -> Lodged:
        consumer = self._consumer_for(story)
        shop = self._shop(story)
        happened_on = (at - timedelta(days=self.dice.randint(0, 9))).astimezone(LAW_ZONE).date()
        leaves = story.departs_in_days
        filing = Filing(
            body=story.told(shop.name, happened_on),
            merchant=shop,
            merchant_name=shop.name,
            district=shop.district,
            industry=None if self.dice.random() < 0.35 else story.industry,
            issue=story.issue,
            remedies=list(story.remedies),
            amount=story.amount,
            currency="CNY" if story.amount else None,
            happened_on=happened_on,
            language=story.language,
            hazards=list(story.hazards),
            departs_at=at + timedelta(days=leaves) if leaves else None,
            opts_in=shop.is_member and self.dice.random() < 0.85,
            consents_to_publication=self.dice.random() < 0.4,
            consents_to_delegation=self.dice.random() < 0.5,
            channel=Channel.WEB if self.dice.random() < 0.8 else Channel.COUNTER,
            consumer_id=consumer.id if consumer else None,
            person=Person(
                name=consumer.name if consumer else people.name(self.dice, story.language),
                phone=f"139{self.dice.randint(10_000_000, 99_999_999)}",
                email=consumer.email if consumer else f"reader{next(self.numbers)}@{people.DOMAIN}",
                locale=LOCALES.get(story.language, "en"),
            ),
        )
        said = self.read(filing.body)
        said.at = at
        lodged = intake.lodge(
            self.session,
            filing,
            said,
            Actor(Role.CONSUMER, user_id=consumer.id if consumer else None),
            now=at,
            clock=self.clock,
            rules=self.routes,
            pepper=PEPPER,
        )
        self.session.flush()
        return lodged

    def _consumer_for(self, story: Story) -> User | None:
        """Somebody with an account, of the story's language; mostly nobody."""
        fitting = [one for one in self.consumers if one.locale == LOCALES.get(story.language)]
        return self.dice.choice(fitting) if fitting and self.dice.random() < 0.15 else None

    def _shop(self, story: Story) -> Merchant:
        return self.dice.choice([shop for shop in self.shops if shop.name in story.shops])

    def _follow(self, complaint: Complaint, at: datetime) -> None:
        """Somebody looks at the complaint again after a while, and does what their turn allows; or never does."""
        if self.dice.random() < 0.88:
            pause = timedelta(hours=2 + 60 * self.dice.random() ** 2)
            self.plan(at + pause, lambda then: self._next_step(complaint, then))

    def _next_step(self, complaint: Complaint, at: datetime) -> None:
        step = STEPS.get(complaint.status)
        if step is not None:
            self._take(complaint, at)
            step(self, complaint, at)
            self._follow(complaint, at)

    def _take(self, complaint: Complaint, at: datetime) -> None:
        """Whoever looks at what lies on the desk mostly takes it in hand; some is left to whoever comes."""
        is_free = complaint.officer_id is None and complaint.department_id in self.officers
        if is_free and complaint.status in ON_A_DESK and self.dice.random() < 0.6:
            actor = self.officer(complaint)
            taker = self.session.get_one(User, actor.user_id)
            assignments.assign(complaint, actor, taker, now=at, clock=self.clock)

    def act(self, complaint: Complaint, action: Action, actor: Actor, at: datetime, reason: str = "") -> None:
        workflow.perform(complaint, action, actor, now=at, clock=self.clock, reason=reason)

    def officer(self, complaint: Complaint) -> Actor:
        """Whoever has it in hand, or else somebody of its office."""
        department = complaint.department_id or 0
        return Actor(
            Role.OFFICER,
            user_id=complaint.officer_id or self.dice.choice(self.officers[department]),
            department_id=department,
            departments=frozenset({department}),
        )


def build(
    session: Session,
    shops: Sequence[Merchant],
    consumers: Sequence[User],
    read: Reader,
    plan: Callable[[Town], None],
) -> Iterator[int]:
    """Let the town live up to now, committing step by step; yields how much is left to happen. `plan` adds to it."""
    now = datetime.now(UTC).replace(microsecond=0)
    session.expire_on_commit = False
    session.execute(text("SET synchronous_commit = off"))  # an interrupted town is thrown away anyway
    town = Town(session, shops, consumers, read, now)
    plan(town)
    yield from town.live(texts.stories(town.dice))
    # Mail to invented people is taken as sent.
    session.execute(update(Notice).where(Notice.sent_at.is_(None)).values(sent_at=Notice.created_at))
    session.commit()


def _by_department(session: Session, role: Role) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for user in session.scalars(select(User).where(User.role == role)):
        found.setdefault(user.department_id or 0, []).append(user.id)
    return found


def _merchant(complaint: Complaint) -> Actor:
    return Actor(Role.MERCHANT, merchant_id=complaint.merchant_id)


def _consumer(complaint: Complaint) -> Actor:
    return Actor(Role.CONSUMER, user_id=complaint.consumer_id, complaint_id=complaint.id)


def _talk(town: Town, complaint: Complaint, at: datetime) -> None:
    """One step of the talks: the merchant offers, the consumer takes it, counters, waits or leaves."""
    standing = offers.standing(complaint)
    if standing is not None and standing.party == "merchant":
        _answer_offer(town, complaint, at)
    elif claims.is_small(complaint) and town.dice.random() < 0.25:
        green_channel.pay_at_once(complaint, _merchant(complaint), texts.PROOF, now=at, clock=town.clock)
    elif standing is not None and town.dice.random() < 0.6:
        green_channel.accept_offer(complaint, _merchant(complaint), standing.id, now=at, clock=town.clock)
    elif town.dice.random() < 0.2:
        green_channel.dispute(
            complaint, _merchant(complaint), town.dice.choice(texts.DISPUTES), now=at, clock=town.clock
        )
    else:
        green_channel.make_offer(
            complaint, _merchant(complaint), _terms(town, complaint, at), now=at, clock=town.clock
        )


def _answer_offer(town: Town, complaint: Complaint, at: datetime) -> None:
    standing, chance = offers.standing(complaint), town.dice.random()
    if standing is None:
        return
    if chance < 0.55:
        green_channel.accept_offer(complaint, _consumer(complaint), standing.id, now=at, clock=town.clock)
    elif chance < 0.75 and complaint.amount:
        terms = Terms([Remedy.REFUND], _day(at, 5), complaint.amount, "CNY", town.dice.choice(texts.COUNTERS))
        green_channel.make_offer(complaint, _consumer(complaint), terms, now=at, clock=town.clock)
    elif chance < 0.85:
        green_channel.leave(complaint, _consumer(complaint), now=at, clock=town.clock)


def _terms(town: Town, complaint: Complaint, at: datetime) -> Terms:
    words = town.dice.choice(texts.OFFERS)
    if complaint.amount:
        part = round(complaint.amount * town.dice.choice([0.4, 0.5, 0.7, 0.8, 1.0]), -2) or complaint.amount
        return Terms([Remedy.REFUND], _day(at, town.dice.randint(2, 7)), int(part), "CNY", words)
    return Terms([Remedy.REDO, Remedy.APOLOGY], _day(at, 3), text=words)


def _perform(town: Town, complaint: Complaint, at: datetime) -> None:
    agreement = agreements.under_way(complaint)
    chance = town.dice.random()
    if agreement.reported_at is None and chance < 0.8:
        agreements.report_performed(complaint, _merchant(complaint), texts.PROOF, now=at, clock=town.clock)
    elif agreement.reported_at is not None and chance < 0.7:
        agreements.confirm(complaint, _consumer(complaint), now=at, clock=town.clock)


def _decide(town: Town, complaint: Complaint, at: datetime) -> None:
    """The authority accepts, asks for more, or refuses."""
    chance = town.dice.random()
    if chance < 0.72:
        town.act(complaint, Action.ACCEPT, town.officer(complaint), at)
    elif chance < 0.82:
        town.act(complaint, Action.ASK_SUPPLEMENT, town.officer(complaint), at, texts.MISSING)
    elif chance < 0.9:
        acceptance.refuse(complaint, town.officer(complaint), texts.REFUSAL, now=at, clock=town.clock)


def _mediate(town: Town, complaint: Complaint, at: datetime) -> None:
    mediators = town.mediators.get(complaint.pool_id or 0)
    if mediators:
        complaint.mediator_id = town.dice.choice(mediators)
    town.act(complaint, Action.START_MEDIATION, town.officer(complaint), at)


def _settle(town: Town, complaint: Complaint, at: datetime) -> None:
    standing, chance = offers.standing(complaint), town.dice.random()
    if standing is not None:
        green_channel.accept_offer(complaint, _consumer(complaint), standing.id, now=at, clock=town.clock)
    elif chance < 0.55:
        green_channel.make_offer(
            complaint, _merchant(complaint), _terms(town, complaint, at), now=at, clock=town.clock
        )
    elif chance < 0.7:
        town.act(complaint, Action.TERMINATE, town.officer(complaint), at, texts.TERMINATION)
    elif chance < 0.8:
        town.act(complaint, Action.SUSPEND, town.officer(complaint), at, texts.APPRAISAL)


def _resume(town: Town, complaint: Complaint, at: datetime) -> None:
    town.act(complaint, Action.RESUME, town.officer(complaint), at)


def _triage(town: Town, complaint: Complaint, at: datetime) -> None:
    """An officer reads it and says what it is, which the classifier learns from."""
    shop = complaint.merchant
    if shop is None or town.dice.random() >= 0.7:
        return
    named = [Hazard(hazard) for hazard in complaint.hazards if hazard != Hazard.SUSPECTED]
    urgency = Urgency.NORMAL if complaint.urgency is Urgency.EMERGENCY else complaint.urgency
    category = Category(shop.industry, complaint.issue, urgency, named)
    officer = town.officer(complaint)
    categories.sort(
        town.session, complaint, officer, category, town.routes, reason=texts.SORTED, now=at, clock=town.clock
    )


def _supplement(town: Town, complaint: Complaint, at: datetime) -> None:
    if town.dice.random() < 0.6:
        town.act(complaint, Action.SUPPLEMENT, _consumer(complaint), at, texts.SUPPLEMENT)


def _day(at: datetime, days: int):  # type: ignore[no-untyped-def]
    return at.astimezone(LAW_ZONE).date() + timedelta(days=days)


STEPS: dict[Status, Callable[[Town, Complaint, datetime], None]] = {
    Status.TRIAGE: _triage,
    Status.SUPPLEMENTING: _supplement,
    Status.NEGOTIATING: _talk,
    Status.AGREED: _perform,
    Status.PENDING_ACCEPTANCE: _decide,
    Status.ACCEPTED: _mediate,
    Status.MEDIATING: _settle,
    Status.SUSPENDED: _resume,
}
