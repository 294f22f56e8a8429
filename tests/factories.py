"""Things for tests to be about. Plain functions with keyword arguments: a test names only what it cares for."""

import itertools
from datetime import UTC, date, datetime, timedelta

import classifier
from complaints import intake, rulebook
from complaints.actors import Actor
from complaints.deadlines import Clock, Rule
from complaints.green_channel import Terms
from complaints.intake import Filing, Person
from complaints.working_days import WorkingCalendar
from models.codes import (
    ENDED,
    Industry,
    Kind,
    Lane,
    Membership,
    Outcome,
    Remedy,
    Role,
    Status,
    Urgency,
)
from models.complaint import Complaint
from models.organisations import Department, Merchant
from models.people import User
from models.suggestion import Suggestion

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday noon in Beijing
CALENDAR = WorkingCalendar.from_rows([], version=1, covered_until=date(2027, 12, 31))
CLOCK = Clock((), CALENDAR, 1)
OFFICE, POOL, AUTHORITY = 31, 32, 41
SHOP = 51

numbers = itertools.count(1)


def a_merchant(**values):
    given = {
        "id": SHOP,
        "name": "好邻居面馆",
        "licence_no": None,
        "industry": Industry.CATERING,
        "district": "dongcheng",
        "membership": Membership.MEMBER,
        "pledged_at": NOW,
        "pledges_compensation": True,
        "compensation_limit": 200_000,
        "instant_pay_limit": 50_000,
        "created_at": NOW,
    }
    return Merchant(**{**given, **values})


def a_complaint(status=Status.WITH_FIRST_RECEIVER, **values):
    """A complaint on no session, consistent in itself."""
    merchant = values.pop("merchant", None) or a_merchant()
    given = {
        "id": next(numbers),
        "receipt": f"GC{next(numbers):09d}",
        "kind": Kind.COMPLAINT,
        "status": status,
        "outcome": Outcome.NO_AGREEMENT if status in ENDED else None,
        "closed_at": NOW if status in ENDED else None,
        "level": 0,
        "bounces": 0,
        "lane": Lane.ORDINARY,
        "urgency": Urgency.NORMAL,
        "hazards": [],
        "industry": Industry.CATERING,
        "body": "面里有钢丝球，老板只肯换一碗。",
        "amount": 4_800,
        "currency": "CNY",
        "remedies": [Remedy.REFUND],
        "merchant_id": merchant.id,
        "merchant_name": merchant.name,
        "merchant_told_at": NOW,
        "department_id": OFFICE,
        "pool_id": POOL,
        "authority_id": AUTHORITY,
        "opted_in_at": NOW,
        "mail_locale": "zh_Hans_CN",
        "submitted_at": NOW,
        "last_event_at": NOW,
    }
    return Complaint(merchant=merchant, **{**given, **values})


def the_consumer(complaint):
    return Actor(Role.CONSUMER, complaint_id=complaint.id)


def the_merchant(complaint):
    return Actor(Role.MERCHANT, merchant_id=complaint.merchant_id)


def an_officer(complaint, role=Role.OFFICER):
    department = complaint.department_id
    return Actor(role, department_id=department, departments=frozenset({department}))


def the_mediator(complaint):
    complaint.mediator_id = 9
    return Actor(Role.MEDIATOR, user_id=9, department_id=complaint.pool_id)


def terms(*remedies, amount=3_000, days=3, text="", currency="CNY"):
    chosen = list(remedies) or [Remedy.REFUND]
    return Terms(chosen, NOW.date() + timedelta(days=days), amount, currency if amount else None, text)


def a_rule(code="S-11", **values):
    from_ = {"id": next(numbers), "code": code, "valid_from": date(2020, 1, 1), "valid_to": None}
    return Rule(**{**from_, **values})


def a_clock(*rules):
    return Clock(tuple(rules), CALENDAR, 1)


# What follows is saved in the session it is given.


def a_department(session, code):
    return session.query(Department).filter_by(code=code).one()


def a_user(session, role=Role.OFFICER, **values):
    given = {
        "email": f"someone{next(numbers)}@people.example",
        "name": "王建国",
        "role": role,
        "created_at": NOW,
    }
    user = User(**{**given, **values})
    session.add(user)
    session.flush()
    return user


def a_shop(session, **values):
    merchant = a_merchant(**{"id": None, "licence_no": f"9111000000000{next(numbers):05d}", **values})
    session.add(merchant)
    session.flush()
    return merchant


def a_filing(**values):
    given = {
        "body": "昨天中午在店里吃面，面里有钢丝球，老板只肯换一碗，要求退款。",
        "merchant_name": "好邻居面馆",
        "industry": Industry.CATERING,
        "remedies": [Remedy.REFUND],
        "amount": 4_800,
        "currency": "CNY",
        "person": Person("张小明", "13800138000", "reader@people.example"),
        "opts_in": True,
    }
    return Filing(**{**given, **values})


def lodged(session, now=NOW, suggestion=None, actor=None, **values):
    """A complaint taken in by the real rules and saved; its secret comes with it."""
    taken = intake.lodge(
        session,
        a_filing(**values),
        suggestion,
        actor or Actor(Role.CONSUMER),
        now=now,
        clock=rulebook.current(session),
        rules=rulebook.routes(session),
        pepper=b"pepper of tests",
    )
    session.flush()
    return taken


def a_suggestion(**values):
    given = {
        "model_version": "test",
        "industry": Industry.CATERING,
        "confidence": 0.9,
        "second": Industry.ECOMMERCE,
        "second_confidence": 0.05,
        "issue": "quality",
        "urgency": "normal",
        "abstained": False,
        "at": NOW,
    }
    return Suggestion(**{**given, **values})


def said(**values):
    """What the classifier answers, before it is a row."""
    given = {
        "industry": "catering",
        "confidence": 0.91,
        "second": "ecommerce",
        "second_confidence": 0.05,
        "issue": "food_safety",
        "issue_confidence": 0.8,
        "urgency": "normal",
        "urgency_confidence": 0.9,
        "emergency_probability": 0.01,
        "evidence": (),
        "language": "zh_Hans",
        "model_version": "test",
        "abstained": False,
        "reason": "",
    }
    return classifier.Suggestion(**{**given, **values})


def actions_of(complaint):
    return [event.action for event in complaint.events]
