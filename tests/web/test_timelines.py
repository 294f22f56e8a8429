"""The timeline tells every kind of event, and tells each reader no more than they may know."""

import pytest

from complaints import workflow
from models.codes import Action, Audience, Recipient, Role, Status, Step
from models.complaint import Event, Handover
from models.deadline import Deadline, SlaRule
from models.organisations import Department
from models.people import User
from models.settlement import Compensation
from tests.factories import CLOCK, NOW, a_complaint, an_officer, the_consumer, the_merchant
from web import timelines

OFFER = {
    "remedies": ["refund"],
    "amount": 30_000,
    "currency": "CNY",
    "perform_by": "2026-12-01",
    "terms": "转账。",
}
RAISED = {"rule": "S-01", "step": "expired", "level_from": 3, "level_to": 4}


@pytest.fixture(autouse=True)
def in_english(app):
    with app.test_request_context(headers={"Cookie": "language=en"}):
        yield


@pytest.fixture
def complaint():
    """A complaint with people, offices and a clock that its events may name."""
    complaint = a_complaint(Status.MEDIATING)
    first = Department(id=31, name_zh="甲", name_en="Office A")
    second = Department(id=77, name_zh="乙", name_en="Office B")
    complaint.department = first
    complaint.handovers.append(Handover(from_id=31, to_id=77, origin=first, target=second))
    complaint.mediator = User(id=9, name="周调解")
    complaint.officer = User(id=6, name="李承办")
    rule = SlaRule(code="S-01", title_zh="受理", title_en="Decide on acceptance")
    complaint.deadlines.append(Deadline(rule_code="S-01", rule=rule))
    return complaint


def tell(
    complaint, action, role=Role.OFFICER, reader=Role.OFFICER, reason="", audience=Audience.PARTIES, **details
):
    event = Event(
        action=action,
        from_status=details.pop("before", complaint.status),
        to_status=details.pop("after", complaint.status),
        role=role,
        actor=User(name="王建国"),
        audience=audience,
        reason=reason,
        details=details,
        at=NOW,
    )
    complaint.events.append(event)
    return timelines.entries(complaint, reader)[0]


@pytest.mark.parametrize("action", list(Action))
def test_every_kind_of_event_has_words(complaint, action):
    details = RAISED if action is Action.ESCALATE else {}

    entry = tell(complaint, action, **details)

    assert entry.title
    assert entry.at == NOW


@pytest.mark.parametrize(
    ("action", "details", "told"),
    [
        (Action.OFFER, OFFER, ["Refund", "300.00", "December 1, 2026", "转账。"]),
        (
            Action.REFUSE,
            {"ground": "rej_4", "other_ways": "可以起诉。"},
            ["More than three years", "可以起诉。"],
        ),
        (Action.TERMINATE, {"ground": "term_3"}, ["cannot agree"]),
        (Action.OFFER_TRANSFER, {"from": 31, "to": 77}, ["Office A → Office B"]),
        (Action.DESIGNATE, {"from": 31, "to": 99}, ["Office A"]),
        (Action.CLASSIFY, {"from": "catering", "to": "prepaid_card"}, ["Catering → Prepaid cards"]),
        (Action.START_MEDIATION, {"mediator_id": 9}, ["Mediator: 周调解"]),
        (Action.ASSIGN, {"officer_id": 6}, ["李承办"]),
        (Action.SPLIT, {"report": "GC123456789"}, ["GC123456789"]),
        (
            Action.RECKON,
            {"rule": "S-01", "from": "2026-12-01T00:00:00+00:00", "to": "2026-12-02T00:00:00+00:00"},
            ["Decide on acceptance", "1 Dec 2026", "2 Dec 2026"],
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Action) else "",
)
def test_what_an_event_is_about_is_told(complaint, action, details, told):
    entry = tell(complaint, action, reason="因为所以", **details)

    for words in told:
        assert words in entry.body
    assert "因为所以" in entry.body or action in {Action.ASSIGN, Action.RECKON}


@pytest.mark.parametrize("action", [Action.START_MEDIATION, Action.ASSIGN, Action.DESIGNATE, Action.RECKON])
def test_what_cannot_be_named_any_more_is_left_out(complaint, action):
    entry = tell(complaint, action, mediator_id=1, officer_id=1, **{"from": None, "to": None, "rule": "S-99"})

    assert entry.body == ""


@pytest.mark.parametrize(
    ("step", "words"),
    [(Step.WARN_50, "Half of the time"), (Step.WARN_80, "Four fifths"), (Step.EXPIRED, "Raised to level 4")],
)
def test_a_time_limit_says_how_far_it_is(complaint, step, words):
    entry = tell(complaint, Action.ESCALATE, **{**RAISED, "step": str(step)})

    assert words in entry.title
    assert "Decide on acceptance" in entry.title


def test_a_limit_that_raised_nothing_says_that_time_ran_out(complaint):
    entry = tell(complaint, Action.ESCALATE, **{**RAISED, "level_to": 3})

    assert entry.title == "Time ran out: Decide on acceptance"


def test_files_are_counted(complaint):
    assert tell(complaint, Action.ATTACH, files=2).title == "2 files were added as evidence"


def test_entering_the_green_channel_looks_like_it(complaint):
    entry = tell(complaint, Action.RESUME, before=Status.SUSPENDED, after=Status.NEGOTIATING)

    assert entry.shape == "channel"


def test_what_the_office_is_sent_when_it_asks_for_additions_is_not_for_the_merchant(app):
    complaint = a_complaint(Status.PENDING_ACCEPTANCE)
    officer, consumer = an_officer(complaint), the_consumer(complaint)
    for action, actor, words in (
        (Action.MESSAGE, consumer, "请尽快。"),
        (Action.ASK_SUPPLEMENT, officer, "请提供身份证号。"),
        (Action.MESSAGE, consumer, "稍等，正在找。"),
        (Action.MESSAGE, the_merchant(complaint), "我们已退款。"),
        (Action.SUPPLEMENT, consumer, "110101199001011234"),
    ):
        workflow.perform(complaint, action, actor, reason=words, now=NOW, clock=CLOCK)

    def said(role):
        return [entry.body for entry in timelines.entries(complaint, role)]

    assert said(Role.MERCHANT) == ["我们已退款。", "请尽快。"]
    assert len(said(Role.CONSUMER)) == len(said(Role.OFFICER)) == len(said(Role.MEDIATOR)) == 5
    told = [notice.template for notice in complaint.notices if notice.recipient is Recipient.MERCHANT]
    assert told == [Action.MESSAGE]


@pytest.mark.parametrize("reader", [Role.CONSUMER, Role.MERCHANT])
def test_the_sides_do_not_read_notes_nor_who_in_the_office_did_what(complaint, reader):
    tell(complaint, Action.NOTE, reason="商家又被投诉。", audience=Audience.STAFF)
    tell(complaint, Action.ACCEPT)

    (entry,) = timelines.entries(complaint, reader)
    assert entry.who == "Office"
    assert {entry.who for entry in timelines.entries(complaint, Role.OFFICER)} == {"王建国, Office"}


@pytest.mark.parametrize("role", [Role.CONSUMER, Role.MERCHANT, Role.SYSTEM])
def test_only_staff_are_named(complaint, role):
    assert "王建国" not in tell(complaint, Action.MESSAGE, role=role).who


def test_the_newest_stands_first(complaint):
    tell(complaint, Action.SUBMIT)
    tell(complaint, Action.ACCEPT)

    assert timelines.entries(complaint, Role.OFFICER)[0].title.startswith("The authority accepted")


def test_a_complaint_left_behind_says_that_nobody_handles_it(complaint):
    complaint.events.append(
        Event(
            action=Action.ASSIGN,
            from_status=complaint.status,
            to_status=complaint.status,
            role=Role.ADMIN,
            audience=Audience.STAFF,
            reason="",
            details={"officer_id": None, "was": 6},
            at=NOW,
        )
    )
    assert (
        timelines.entries(complaint, Role.OFFICER)[0].title
        == "The officer has left, and nobody handles it now"
    )
    assert not timelines.entries(complaint, Role.CONSUMER)


def test_who_pays_for_another_is_not_called_the_merchant(complaint):
    complaint.compensation = Compensation(status="approved", payer_id=complaint.merchant_id + 1)

    assert tell(complaint, Action.APPROVE_COMPENSATION, role=Role.MERCHANT).who == "Whoever pays first"
    assert tell(complaint, Action.OFFER, role=Role.MERCHANT).who == "Merchant"


def test_a_sum_and_the_end_of_a_recovery_are_told(complaint):
    granted = tell(complaint, Action.APPROVE_COMPENSATION, amount=4_800, currency="CNY")
    ended = tell(complaint, Action.END_RECOVERY, status="written_off")

    assert "48.00" in granted.body
    assert ended.body == "Written off"
