"""Every route as every role: what one may not see is 404, what one may not do is 403, and nothing leaks on the way."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

import files
from complaints import keys, messages, rulebook
from models.attachment import Attachment
from models.codes import Party, Role
from tests.factories import NOW, a_department, a_shop, a_suggestion, a_user, an_officer, lodged

CANARY = "金丝雀暗语"
NOTE = "内部机密备注"
BODY = f"在店里吃面吃出钢丝球，老板不认账。{CANARY}。要求退款。"

NOBODY = frozenset()
STAFF = frozenset({"officer", "supervisor"})
CONSUMER = frozenset({"consumer", "holder"})
MERCHANT = frozenset({"merchant"})
MEDIATOR = frozenset({"mediator"})
EVERYBODY = STAFF | CONSUMER | MERCHANT | MEDIATOR

# Who sees one complaint by the routes of each blueprint, and to whom the door itself is shut.
SEES = {
    "desk": STAFF,
    "mediation": MEDIATOR,
    "merchant": MERCHANT,
    "consumer": CONSUMER,
    "receipts": CONSUMER,
    "deadlines": EVERYBODY,
    "evidence": EVERYBODY,
}
DOORS = {
    "desk": {Role.OFFICER, Role.SUPERVISOR},
    "mediation": {Role.MEDIATOR},
    "merchant": {Role.MERCHANT},
}
# Pages that belong to a role, whatever complaints there are.
AREAS = {
    "admin": {Role.ADMIN},
    "applications": {Role.OFFICER, Role.SUPERVISOR},
    "desk": {Role.OFFICER, Role.SUPERVISOR},
    "learning": {Role.ADMIN, Role.SUPERVISOR},  # of the whole city: tests/web/test_learning.py
    "mediation": {Role.MEDIATOR},
    "merchant": {Role.MERCHANT},
    "merchant_profile": {Role.MERCHANT},
    "oversight": {Role.SUPERVISOR},
}
OPEN_TO_ALL = {
    "api-docs",
    "auth",
    "consumer",
    "deadlines",
    "evidence",
    "health",
    "home",
    "joining",
    "merchant_search",
    "outbox",  # in the demonstration only
    "preferences",
    "public",
    "receipts",
    "static",
    "suggest",
}
BY_KEY = {"api_answers", "api_classification", "api_complaints", "api_merchants"}
# Closes a receipt in one's own browser, whether it was open there or not.
HARMLESS = {"receipts.put_away"}
# Asks anybody for the secret, of receipts that are not there as well.
ASKS = {"receipts.show": "/complaints/follow?receipt="}
# Wants the number of an offer that there is, or that somebody asked for advance compensation.
WANTS_MORE = {"consumer.accept_offer", "merchant.accept_offer", "merchant.pay_ahead"}
STEP = {"desk": "note", "mediation": "note", "merchant": "refuse-compensation"}


@dataclass
class World:
    """One complaint, and everybody there is."""

    receipt: str
    id: int
    secret: str
    deadline_id: int
    attachment_id: int
    people: dict[str, object]
    sign_in: Callable
    client: object

    def become(self, name):
        """Be `name` in the browser at hand."""
        if name == "holder":
            self.client.post("/complaints/follow", data={"receipt": self.receipt, "secret": self.secret})
        elif name != "anonymous":
            self.sign_in(self.people[name])

    def role(self, name):
        person = self.people.get(name)
        return person.role if person is not None else None


@pytest.fixture
def world(app, session, client, sign_in):
    shop = a_shop(session)
    yanqing = a_department(session, "market-yanqing")
    consumer = a_user(session, Role.CONSUMER)
    taken = lodged(session, merchant=shop, body=BODY, consumer_id=consumer.id, suggestion=a_suggestion())
    complaint = taken.complaint
    complaint.attachments.append(an_attachment())
    office, pool = complaint.department_id, complaint.pool_id
    people = {
        "consumer": consumer,
        "other consumer": a_user(session, Role.CONSUMER),
        "merchant": a_user(session, Role.MERCHANT, merchant=shop),
        "other merchant": a_user(session, Role.MERCHANT, merchant=a_shop(session)),
        "officer": a_user(session, Role.OFFICER, department_id=office),
        "officer elsewhere": a_user(session, Role.OFFICER, department=yanqing),
        "supervisor": a_user(session, Role.SUPERVISOR, department=a_department(session, "city-coordination")),
        "supervisor elsewhere": a_user(session, Role.SUPERVISOR, department=yanqing),
        "mediator": a_user(session, Role.MEDIATOR, department_id=pool),
        "mediator of others": a_user(session, Role.MEDIATOR, department_id=pool),
        "admin": a_user(session, Role.ADMIN),
    }
    complaint.mediator_id = people["mediator"].id
    messages.note(complaint, an_officer(complaint), NOTE, now=NOW, clock=rulebook.current(session))
    session.commit()
    return World(
        receipt=complaint.receipt,
        id=complaint.id,
        secret=taken.secret,
        deadline_id=complaint.deadlines[0].id,
        attachment_id=complaint.attachments[0].id,
        people=people,
        sign_in=sign_in,
        client=client,
    )


def an_attachment():
    key = files.new_key("shown")
    files.put(key, CANARY.encode())
    return Attachment(
        party=Party.CONSUMER,
        name="consumer-1.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
        original_key=key,
        shown_key=key,
        uploaded_at=NOW,
    )


PEOPLE = [
    "anonymous",
    "holder",
    "consumer",
    "other consumer",
    "merchant",
    "other merchant",
    "officer",
    "officer elsewhere",
    "supervisor",
    "supervisor elsewhere",
    "mediator",
    "mediator of others",
    "admin",
]


def rules(app, *, of_complaints):
    return [
        rule
        for rule in app.url_map.iter_rules()
        if ("receipt" in rule.arguments) is of_complaints and rule.endpoint.split(".")[0] not in BY_KEY
    ]


def calls(app, world, rule):
    """The addresses and methods of a route, with the complaint's own numbers filled in."""
    blueprint = rule.endpoint.split(".")[0]
    named = {
        "receipt": world.receipt,
        "step": STEP.get(blueprint, "what"),
        "deadline_id": world.deadline_id,
        "attachment_id": world.attachment_id,
        "filename": "css/app.css",
        "code": "S-01",
        "queue": "notices",
        "token": "x",
        "name": "x",
        "job_id": "x",
    }
    with app.test_request_context():
        built = rule.build({name: named.get(name, 1) for name in rule.arguments})
    return [(method, built[1]) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def is_sign_in(answer):
    return answer.status_code == 303 and answer.location.startswith("/sign-in")


def holds_secrets(answer):
    return any(words in answer.text for words in (CANARY, NOTE, "13800138000"))


def test_for_every_route_it_is_written_down_who_may_use_it(app):
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.split(".")[0]
        if "receipt" in rule.arguments:
            assert blueprint in SEES or blueprint in BY_KEY, f"who may see {rule.endpoint}?"
        assert blueprint in AREAS or blueprint in OPEN_TO_ALL or blueprint in BY_KEY, (
            f"whose is {rule.endpoint}?"
        )


@pytest.mark.parametrize("name", PEOPLE)
def test_a_complaint_is_seen_by_those_it_concerns_and_not_there_for_others(app, world, name):
    world.become(name)
    for rule in rules(app, of_complaints=True):
        blueprint = rule.endpoint.split(".")[0]
        if rule.endpoint in HARMLESS or name in SEES[blueprint]:
            continue
        for method, address in calls(app, world, rule):
            answer = world.client.open(address, method=method, data={"text": "你好", "reason": "你好"})
            where = f"{method} {address} as {name}: {answer.status}"
            if is_elsewhere(answer, name) or asks_for_the_secret(rule, answer, name):
                continue
            if blueprint in DOORS and world.role(name) not in DOORS[blueprint]:
                assert is_sign_in(answer) if name in {"anonymous", "holder"} else answer.status_code == 403, (
                    where
                )
            else:
                assert answer.status_code == 404, where
            assert not holds_secrets(answer), where


def is_elsewhere(answer, name):
    """Whoever may see it by a page of their own is shown the way there."""
    ways = ("/desk/", "/merchant/", "/mediation/")
    return name in EVERYBODY and answer.status_code == 303 and answer.location.startswith(ways)


def asks_for_the_secret(rule, answer, name):
    asked = answer.status_code == 303 and answer.location.startswith(ASKS.get(rule.endpoint, "nothing"))
    return asked and name == "anonymous"


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_those_it_concerns_are_not_turned_away(app, world, name):
    world.become(name)
    for rule in rules(app, of_complaints=True):
        if name not in SEES[rule.endpoint.split(".")[0]] or rule.endpoint in WANTS_MORE | HARMLESS:
            continue
        for method, address in calls(app, world, rule):
            answer = world.client.open(address, method=method, data={"text": "你好"})
            assert answer.status_code in {200, 303, 409, 422}, f"{method} {address}: {answer.status}"
            assert not is_sign_in(answer)


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_what_the_office_notes_is_for_those_who_handle_it(app, world, name):
    world.become(name)
    own = {"merchant": "/merchant", "mediator": "/mediation", "officer": "/desk", "supervisor": "/desk"}
    page = world.client.get(f"{own.get(name, '')}/complaints/{world.receipt}")

    assert page.status_code == 200
    assert CANARY in page.text
    assert (NOTE in page.text) is (name in STAFF | MEDIATOR)
    assert "13800138000" not in page.text


@pytest.mark.parametrize("name", PEOPLE)
def test_a_page_that_belongs_to_a_role_is_shut_to_others(app, world, name):
    world.become(name)
    for rule in rules(app, of_complaints=False):
        area = AREAS.get(rule.endpoint.split(".")[0])
        if area is None or world.role(name) in area:
            continue
        for method, address in calls(app, world, rule):
            answer = world.client.open(address, method=method)
            where = f"{method} {address} as {name}: {answer.status}"
            assert is_sign_in(answer) if name in {"anonymous", "holder"} else answer.status_code == 403, where


@pytest.mark.parametrize("name", PEOPLE)
def test_no_list_search_count_or_suggestion_tells_of_what_one_may_not_see(app, world, name):
    world.become(name)
    lists = [
        address
        for rule in rules(app, of_complaints=False)
        if not rule.arguments and "GET" in rule.methods
        for method, address in calls(app, world, rule)
        if method == "GET"
    ]
    asked = [
        f"{address}?{query}"
        for address in lists
        for query in ("", f"q={CANARY}", f"tab=all&q={world.receipt}")
    ]
    seen = {address.partition("?")[0] for address in asked if shows(world, address)}

    own = {
        "consumer": {"/complaints/mine"},
        "holder": {"/complaints/mine"},
        "merchant": {"/merchant"},
        "mediator": {"/mediation"},
        "officer": {"/desk", "/desk/search"},
        "supervisor": {"/desk", "/desk/search"},
    }
    assert seen <= own.get(name, set())
    assert seen or name not in EVERYBODY - {"holder"}


def shows(world, address):
    """Whether the page tells of the complaint; that it repeats what was asked for is no news."""
    answer = world.client.get(address)
    if answer.status_code == 303:
        return answer.location.endswith(f"/complaints/{world.receipt}")
    rows = answer.text.count(f"/complaints/{world.receipt}")
    return rows > 0 or NOTE in answer.text or "钢丝球，老板不认账" in answer.text


@pytest.mark.parametrize("name", [name for name in PEOPLE if name not in EVERYBODY])
def test_counts_leave_out_what_one_may_not_see(world, name):
    world.become(name)

    for address in ("/desk", "/merchant", "/mediation"):
        assert not re.search(r'class="count">[^0]', world.client.get(address).text)


@pytest.mark.parametrize(
    ("name", "status"),
    [("merchant", 200), ("other merchant", 404), ("officer", 200), ("officer elsewhere", 404)],
)
def test_a_program_sees_what_its_organisation_does(app, session, world, name, status):
    key = keys.issue(session, world.people[name], "a test", now=NOW)
    session.commit()
    headers = {"Authorization": f"Bearer {key}"}

    for rule in app.url_map.iter_rules():
        if "receipt" not in rule.arguments or rule.endpoint.split(".")[0] not in BY_KEY:
            continue
        for method, address in calls(app, world, rule):
            answer = world.client.open(address, method=method, json={"text": "你好"}, headers=headers)
            where = f"{method} {address} as {name}: {answer.status}"
            if status == 404:
                # What is wrong with the body may be said before anything is looked for.
                assert answer.status_code in {404, 403, 422}, where
                assert not holds_secrets(answer), where
            elif method == "GET":
                assert answer.status_code == 200, where
    listing = world.client.get("/api/v1/complaints", headers=headers)
    assert (world.receipt in listing.text) is (status == 200)
    assert NOTE not in listing.text or name == "officer"


def test_without_a_key_programs_see_nothing(app, world):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in BY_KEY:
            for method, address in calls(app, world, rule):
                answer = world.client.open(address, method=method, json={})
                assert answer.status_code == 401, f"{method} {address}: {answer.status}"
