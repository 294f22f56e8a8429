"""What a later reading means for a complaint: nothing changes, and a person is asked only where nobody has decided."""

import pytest

from complaints import doubts
from complaints.doubts import Finding, Standing
from models.codes import Action, Industry, Role, Status, Urgency
from models.complaint import Event
from tests.factories import NOW, a_complaint, a_merchant, a_suggestion

CATERING, ECOMMERCE, CARD = Industry.CATERING, Industry.ECOMMERCE, Industry.PREPAID_CARD
SETTLED = Finding(differs=True, is_settled=True)
ASKED = Finding(differs=True, disputes=True)


def standing(**values):
    given = {
        "industry": CATERING,
        "urgency": Urgency.NORMAL,
        "status": Status.NEGOTIATING,
        "is_open": True,
        "first": CATERING,
        "was_classified": False,
    }
    return Standing(**{**given, **values})


@pytest.mark.parametrize(
    ("what", "known", "said", "found"),
    [
        ("the same again", {}, {}, Finding()),
        ("another than the first model's guess", {}, {"industry": ECOMMERCE}, ASKED),
        ("not sure of another", {}, {"industry": ECOMMERCE, "abstained": True}, Finding()),
        ("an officer decided", {"was_classified": True}, {"industry": ECOMMERCE}, SETTLED),
        ("the consumer chose against the model", {"first": CARD}, {"industry": ECOMMERCE}, SETTLED),
        ("the consumer chose what no model knew", {"first": None}, {"industry": ECOMMERCE}, SETTLED),
        ("it has ended", {"is_open": False, "status": Status.CLOSED}, {"industry": ECOMMERCE}, SETTLED),
        (
            "it waits to be sorted",
            {"status": Status.TRIAGE, "first": None},
            {"industry": ECOMMERCE},
            Finding(differs=True),
        ),
        ("danger", {}, {"urgency": "emergency"}, Finding(suspects_danger=True)),
        (
            "danger, and not sure of what it is about",
            {},
            {"urgency": "emergency", "abstained": True},
            Finding(suspects_danger=True),
        ),
        (
            "danger where it waits to be sorted",
            {"status": Status.TRIAGE, "first": None},
            {"urgency": "emergency"},
            Finding(suspects_danger=True),
        ),
        ("danger known already", {"urgency": Urgency.EMERGENCY}, {"urgency": "emergency"}, Finding()),
        ("danger an officer has judged", {"was_classified": True}, {"urgency": "emergency"}, Finding()),
        (
            "danger in what has ended",
            {"is_open": False, "status": Status.CLOSED},
            {"urgency": "emergency"},
            Finding(),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_reading_is_held_against_what_is_there(what, known, said, found):
    assert doubts.judge(standing(**known), a_suggestion(**said)) == found


def case(*readings, **values):
    complaint = a_complaint(Status.NEGOTIATING, **values)
    complaint.suggestions.extend(a_suggestion(**said) for said in readings)
    return complaint


def test_one_reading_alone_throws_no_doubt():
    assert not doubts.of(case({"industry": ECOMMERCE, "urgency": "emergency"})).is_doubt
    assert not doubts.of(case()).is_doubt


def test_the_newest_reading_disputes_and_any_later_one_suspects():
    assert doubts.of(case({}, {"industry": ECOMMERCE})).disputes
    assert not doubts.of(case({}, {"industry": ECOMMERCE}, {})).disputes
    assert doubts.of(case({}, {"urgency": "emergency"}, {})).suspects_danger


def test_a_decision_ends_every_doubt():
    complaint = case({}, {"industry": ECOMMERCE, "urgency": "emergency"})
    complaint.events.append(
        Event(
            action=Action.CLASSIFY,
            from_status=complaint.status,
            to_status=complaint.status,
            role=Role.OFFICER,
            at=NOW,
        )
    )

    assert not doubts.of(complaint).is_doubt


def test_a_later_reading_may_dispute_what_a_merchants_trade_had_settled():
    unsure = {"abstained": True, "reason": "close_call"}
    licensed = a_merchant(licence_no="91110000000000001X")

    assert doubts.of(case(unsure, {"industry": ECOMMERCE}, merchant=licensed)).disputes
    assert not doubts.of(case(unsure, {"industry": ECOMMERCE})).disputes
