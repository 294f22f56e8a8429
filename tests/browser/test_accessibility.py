"""Every kind of page, in light and dark, on a small phone: nobody kept out, nothing sideways, nothing red."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import session as kept
from flask_login import login_user
from sqlalchemy import select

from complaints import green_channel, reclassification, rulebook
from jobs import escalation
from models import db
from models.codes import Industry, Role
from models.learning import ReadingDay, VocabularyDay
from models.organisations import Merchant
from models.reclassification import Doubt
from tests.browser.conftest import NARROW
from tests.browser.test_shell import is_sideways
from tests.factories import a_department, a_user, lodged, terms, the_merchant

pytestmark = pytest.mark.usefixtures("town")

AGENT = "a browser of tests"
HIDES_ITS_OPEN_TAB = """[...document.querySelectorAll(".tabs [aria-current]")].some((tab) => {
  const [mine, row] = [tab, tab.parentElement].map((one) => one.getBoundingClientRect());
  return mine.left < row.left - 1 || mine.right > row.right + 1;
})"""
PAGES = {
    Role.CONSUMER: (
        "/account",
        "/complaints/mine",
        "/complaints/{here}",
        "/complaints/{here}/deadlines/{clock}",
    ),
    Role.MERCHANT: (
        "/merchant",
        "/merchant?tab=ended",
        "/merchant/compensation",
        "/merchant/profile",
        "/merchant/complaints/{here}",
        "/merchant/complaints/{here}?do=offer",
        "/merchant/complaints/{here}?do=pay",
        "/merchant/complaints/{here}?do=accept-claim",
    ),
    Role.SUPERVISOR: (
        "/desk",
        "/desk?tab=overdue",
        "/desk?tab=mine",
        "/desk?tab=danger",
        "/desk/unreached",
        "/desk/search?q=退款",
        "/desk/complaints/{late}",
        "/desk/complaints/{late}/refuse",
        "/desk/complaints/{late}/transfer",
        "/desk/complaints/{late}/resume",
        "/desk/applications",
        "/desk/applications/members",
        "/oversight/classifier",
        "/oversight/classifier/confused/catering/prepaid_card",
        "/admin",
        "/desk/complaints/nowhere",
    ),
    Role.MEDIATOR: ("/mediation", "/mediation?tab=ended"),
    Role.ADMIN: (
        "/admin",
        "/admin/departments",
        "/admin/departments/1",
        "/admin/departments/new",
        "/admin/people",
        "/admin/people/1",
        "/admin/people/new",
        "/admin/routing",
        "/admin/routing/new",
        "/admin/routing/try",
        "/admin/time-limits",
        "/admin/time-limits/S-01",
        "/admin/time-limits/S-01/new",
        "/admin/calendar",
        "/admin/reclassification",
        "/admin/reclassification/{run}",
        "/admin/jobs",
        "/admin/log",
        "/oversight/classifier",
    ),
    None: ("/sign-in", "/register", "/password", "/for-merchants/join", "/invitations/none"),
}


@pytest.fixture
def places(committed):
    """A complaint with an offer on it, and one that nobody answered: what the addresses of PAGES name."""
    with committed.app_context():
        session = db.session()
        filed = datetime.now(UTC) - timedelta(days=60)
        merchant = session.scalars(select(Merchant)).one()
        late = lodged(session, now=filed, merchant=merchant).complaint
        session.commit()
        for days in (2, 10, 35, 59):
            escalation.sweep((filed + timedelta(days=days)).isoformat())
        here = lodged(session, merchant=session.scalars(select(Merchant)).one()).complaint
        when = {"now": datetime.now(UTC), "clock": rulebook.current(session)}
        green_channel.make_offer(here, the_merchant(here), terms(amount=4_800, days=30), **when)
        session.add_all(a_bad_month())
        run = reclassification.begin(session, "newer", None, open_only=False, now=datetime.now(UTC))
        session.add(Doubt(complaint_id=late.id, disputes=True, suspects_danger=True, at=datetime.now(UTC)))
        session.commit()
        return {
            "late": late.receipt,
            "here": here.receipt,
            "clock": here.deadlines[0].id,
            "id": here.id,
            "run": run.id,
        }


def a_bad_month():
    """What was counted about the classifier: something of everything its page can show."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    plain = {"day": day, "model_version": "test", "abstained": False, "complaints": 90}
    read = ((Industry.CATERING, Industry.CATERING), (Industry.CATERING, Industry.PREPAID_CARD))
    words = {"texts": 300, "words": 6000, "unknown": 900, "usual": 0.06, "new_words": {"预制菜": 40}}
    return [
        *(ReadingDay(**plain, said=said, decided=decided) for said, decided in read),
        ReadingDay(**plain | {"abstained": True}, said=Industry.OTHER, decided=None),
        VocabularyDay(day=day, **words),
    ]


def cookies(app, role, places):
    """A session of somebody of `role`, made without a password."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": AGENT}):
        person = a_user(db.session(), role, **place(role))
        db.session.commit()
        login_user(person)
        kept["epoch"] = person.session_epoch
        if role is Role.CONSUMER:
            kept["receipts"] = {places["here"]: places["id"]}
        return app.session_interface.get_signing_serializer(app).dumps(dict(kept))


def place(role):
    if role is Role.MERCHANT:
        return {"merchant": db.session.scalars(select(Merchant)).one()}
    if role in {Role.CONSUMER, Role.ADMIN}:
        return {}
    code = "city-coordination" if role is Role.SUPERVISOR else "panel-catering"
    return {"department": a_department(db.session(), code)}


@pytest.mark.parametrize("role", PAGES, ids=str)
def test_no_page_of_anybody_keeps_people_out(open_window, committed, axe, places, role):
    phone = open_window(NARROW, user_agent=AGENT, reduced_motion="reduce")
    if role is not None:
        name, value = committed.config["SESSION_COOKIE_NAME"], cookies(committed, role, places)
        phone.context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])
    found = []

    for address in PAGES[role]:
        phone.goto(address.format(**places))
        assert "/sign-in" not in phone.url or role is None
        for scheme, rule in (("light", None), ("dark", "color-contrast")):
            phone.emulate_media(color_scheme=scheme)
            found += [f"{address} in {scheme}: {fault}" for fault in axe(phone, rule)]
        found += [f"{address} leans sideways"] * is_sideways(phone)
        found += [f"{address} hides its open tab"] * phone.evaluate(HIDES_ITS_OPEN_TAB)

    assert found == []
