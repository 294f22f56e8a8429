"""What is said about a complaint, who reads it, and that every look at a contact is on record."""

import pytest

from complaints import messages
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import Action, Audience, Status
from tests.factories import CLOCK, NOW, a_complaint, an_officer, the_consumer, the_mediator, the_merchant

TIME = {"now": NOW, "clock": CLOCK}


@pytest.mark.parametrize("who", [an_officer, the_consumer, the_merchant, the_mediator])
def test_a_message_is_for_both_sides(who):
    complaint = a_complaint(Status.MEDIATING)

    event = messages.send(complaint, who(complaint), " 请补充合同。 ", **TIME)

    assert (event.audience, event.reason) == (Audience.PARTIES, "请补充合同。")


def test_a_note_is_for_the_office_and_may_follow_the_end():
    complaint = a_complaint(Status.CLOSED)
    closed_at = complaint.closed_at = NOW.replace(year=2025)

    event = messages.note(complaint, an_officer(complaint), "商家又被投诉。", **TIME)

    assert event.audience is Audience.STAFF
    assert (complaint.status, complaint.closed_at) == (Status.CLOSED, closed_at)
    assert complaint.notices == []


@pytest.mark.parametrize("who", [the_consumer, the_merchant])
def test_a_side_writes_no_notes_and_sees_no_contacts(who):
    complaint = a_complaint(Status.MEDIATING)

    with pytest.raises(NotAllowed):
        messages.note(complaint, who(complaint), "偷偷写。", **TIME)
    with pytest.raises(NotAllowed):
        messages.show_contact(complaint, who(complaint), **TIME)


def test_after_the_end_there_are_no_messages():
    complaint = a_complaint(Status.CLOSED)

    with pytest.raises(WrongStatus):
        messages.send(complaint, an_officer(complaint), "还有吗？", **TIME)


@pytest.mark.parametrize(
    ("text", "code"), [("", "required"), (" \n\t", "required"), ("长" * 5_001, "too_long")]
)
@pytest.mark.parametrize("say", [messages.send, messages.note])
def test_an_empty_or_endless_word_is_refused(say, text, code):
    complaint = a_complaint(Status.MEDIATING)

    with pytest.raises(Invalid, match=code):
        say(complaint, an_officer(complaint), text, **TIME)
    assert complaint.events == []


@pytest.mark.parametrize("who", [an_officer, the_mediator])
def test_every_look_at_a_contact_is_on_record_for_the_office(who):
    complaint = a_complaint(Status.CLOSED)
    actor = who(complaint)

    for _ in range(2):
        messages.show_contact(complaint, actor, **TIME)

    assert [(event.action, event.audience) for event in complaint.events] == [
        (Action.SHOW_CONTACT, Audience.STAFF),
        (Action.SHOW_CONTACT, Audience.STAFF),
    ]
    assert complaint.notices == []


def test_a_merchant_that_was_not_told_of_it_hears_nothing():
    complaint = a_complaint(Status.PENDING_ACCEPTANCE, merchant_told_at=None)

    messages.send(complaint, the_consumer(complaint), "补充一句。", **TIME)

    assert {notice.recipient for notice in complaint.notices} == {"department"}
