"""How much evidence there may be, whose it is, and what becomes of a draft's."""

import pytest

from complaints import drafts, evidence
from complaints.errors import Invalid, Unknown, WrongStatus
from complaints.evidence import MEGABYTE, Stored
from models.attachment import Attachment
from models.codes import Action, Party, Recipient, Role, Status
from tests.factories import (
    CLOCK,
    NOW,
    a_complaint,
    an_officer,
    lodged,
    numbers,
    the_consumer,
    the_mediator,
    the_merchant,
)


def a_file(content="", size=1000):
    digest = f"{hash(content) if content else next(numbers):064x}"[-64:]
    return Stored("image/jpeg", "jpg", size, digest, f"original/{digest}", f"shown/{digest}")


def add(complaint, actor, *files, caption=""):
    return evidence.add(complaint, actor, files, now=NOW, clock=CLOCK, caption=caption)


def test_each_side_adds_its_own(session):
    complaint = a_complaint(Status.NEGOTIATING)
    for actor in (
        the_consumer(complaint),
        the_merchant(complaint),
        an_officer(complaint),
        the_mediator(complaint),
    ):
        add(complaint, actor, a_file())

    parties = [attachment.party for attachment in complaint.attachments]
    assert parties == [Party.CONSUMER, Party.MERCHANT, Party.STAFF, Party.STAFF]
    assert [event.action for event in complaint.events] == [Action.ATTACH] * 4


def test_the_name_is_ours_and_says_what_it_is():
    complaint = a_complaint(Status.NEGOTIATING)
    add(complaint, the_consumer(complaint), a_file(), a_file())

    assert [attachment.name for attachment in complaint.attachments] == ["consumer-1.jpg", "consumer-2.jpg"]


def test_the_same_file_again_is_neither_kept_nor_told():
    complaint = a_complaint(Status.NEGOTIATING)
    same = a_file()
    add(complaint, the_consumer(complaint), same, same)
    again = add(complaint, the_consumer(complaint), same)

    assert again == []
    assert len(complaint.attachments) == len(complaint.events) == 1


def test_both_sides_may_add_the_same_file():
    complaint = a_complaint(Status.NEGOTIATING)
    same = a_file()
    add(complaint, the_consumer(complaint), same)
    add(complaint, the_merchant(complaint), same)

    assert len(complaint.attachments) == 2


def test_a_file_of_the_complaint_is_found_by_its_id():
    complaint = a_complaint(Status.NEGOTIATING)
    add(complaint, the_consumer(complaint), a_file(), a_file())
    first, second = complaint.attachments
    first.id, second.id = 1, 2

    assert evidence.one_of(complaint, Role.MERCHANT, 2) is second


def test_what_is_added_while_the_office_waits_for_additions_is_not_for_the_merchant():
    complaint = a_complaint(Status.SUPPLEMENTING, merchant_told_at=NOW)
    add(complaint, the_consumer(complaint), a_file())
    add(complaint, the_merchant(complaint), a_file())
    of_consumer, of_merchant = complaint.attachments
    of_consumer.id, of_merchant.id = 1, 2

    assert evidence.seen_by(complaint, Role.MERCHANT) == [of_merchant]
    assert evidence.seen_by(complaint, Role.CONSUMER) == evidence.seen_by(complaint, Role.OFFICER)
    assert evidence.one_of(complaint, Role.CONSUMER, 1) is of_consumer
    with pytest.raises(Unknown):
        evidence.one_of(complaint, Role.MERCHANT, 1)
    assert Recipient.MERCHANT not in [notice.recipient for notice in complaint.notices]


def test_nothing_is_added_to_an_ended_complaint():
    complaint = a_complaint(Status.WITHDRAWN)
    with pytest.raises(WrongStatus):
        add(complaint, the_consumer(complaint), a_file())

    assert complaint.attachments == []


@pytest.mark.parametrize(
    ("existing", "sizes", "code"),
    [
        pytest.param(0, [10 * MEGABYTE + 1], "file_too_large", id="one file too large"),
        pytest.param(12, [1], "too_many_files", id="one file too many"),
        pytest.param(0, [1] * 13, "too_many_files", id="too many at once"),
        pytest.param(3, [10 * MEGABYTE] * 4, "files_too_large", id="too large together"),
    ],
)
def test_there_is_an_end_to_it(existing, sizes, code):
    with pytest.raises(Invalid) as refused:
        evidence.check_room([Attachment(size=1000) for _ in range(existing)], sizes)

    assert (refused.value.field, refused.value.code) == ("files", code)


def test_what_just_fits_is_taken():
    evidence.check_room([], [10 * MEGABYTE] * 4)
    evidence.check_room([Attachment(size=1)] * 11, [1])


def test_the_files_of_a_draft_become_those_of_its_complaint(session):
    draft, _code = drafts.begin(session, now=NOW)
    session.flush()
    evidence.add_to_draft(session, draft, [a_file()], now=NOW)
    session.flush()
    complaint = lodged(session).complaint
    evidence.hand_over(session, draft, complaint)
    session.flush()
    evidence.hand_over(session, draft, complaint)

    assert evidence.of_draft(session, draft) == []
    assert [attachment.party for attachment in complaint.attachments] == [Party.CONSUMER]


def test_a_draft_keeps_the_same_file_once(session):
    draft, _code = drafts.begin(session, now=NOW)
    session.flush()
    first = evidence.add_to_draft(session, draft, [same := a_file(), same], now=NOW)
    session.flush()

    assert len(first) == 1
    assert evidence.add_to_draft(session, draft, [same], now=NOW) == []


def test_a_file_of_another_is_unknown(session):
    mine, _code = drafts.begin(session, now=NOW)
    yours, _code = drafts.begin(session, now=NOW)
    session.flush()
    (attachment,) = evidence.add_to_draft(session, yours, [a_file()], now=NOW)
    session.flush()

    assert evidence.one_of_draft(session, yours, attachment.id) is attachment
    with pytest.raises(Unknown):
        evidence.one_of_draft(session, mine, attachment.id)
    with pytest.raises(Unknown):
        evidence.one_of(a_complaint(), Role.CONSUMER, attachment.id)
