"""How the consumer can be reached: changed by themselves, and shown to the merchant that agreed only with their word."""

from datetime import timedelta

import pytest

from complaints import reach
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import Action, Audience, Recipient, Status
from models.complaint import Contact
from models.settlement import Agreement, Offer
from tests.factories import CLOCK, NOW, a_complaint, actions_of, the_consumer, the_merchant

TIME = {"now": NOW, "clock": CLOCK}
PEPPER = b"pepper"


@pytest.fixture
def complaint():
    complaint = a_complaint(mail_locale=None)
    complaint.contact = Contact(name="张小明", phone="13800138000", locale="en")
    return complaint


def agreed(complaint, amount=4_800, at=NOW):
    complaint.status = Status.AGREED
    complaint.agreements.append(Agreement(offer=Offer(amount=amount), agreed_at=at))


def change(complaint, **given):
    values = {"phone": None, "email": None, **given}
    return reach.change(complaint, the_consumer(complaint), **values, pepper=PEPPER, **TIME)


def test_an_address_that_is_added_gets_letters_from_then_on(complaint):
    event = change(complaint, email="reader@people.example")

    assert (complaint.contact.email, complaint.mail_locale) == ("reader@people.example", "en")
    assert complaint.contact.phone == "13800138000"
    assert event.audience is Audience.STAFF
    assert event.details == {"changed": ["email"]}


def test_the_timeline_keeps_no_number_and_no_address(complaint):
    event = change(complaint, phone="13900139000", email="reader@people.example")

    assert "139" not in repr(event.details) + event.reason
    assert "reader" not in repr(event.details) + event.reason


def test_a_new_number_is_found_as_one_that_files_again(complaint):
    change(complaint, phone="13900139000")

    first = complaint.contact.phone_hash
    assert first is not None
    change(complaint, phone="13800138000")
    assert complaint.contact.phone_hash != first


def test_what_is_there_already_changes_nothing(complaint):
    assert change(complaint, phone="13800138000") is None
    assert actions_of(complaint) == []


def test_nothing_at_all_is_asked_for(complaint):
    with pytest.raises(Invalid):
        change(complaint)


def test_only_the_consumer_changes_it(complaint):
    with pytest.raises(NotAllowed):
        reach.change(
            complaint, the_merchant(complaint), phone=None, email="x@y.example", pepper=PEPPER, **TIME
        )


def test_the_merchant_knows_nothing_before_the_consumer_says_so(complaint):
    agreed(complaint)
    assert reach.known_to_merchant(complaint) is None

    reach.allow(complaint, the_consumer(complaint), **TIME)
    reach.allow(complaint, the_consumer(complaint), **TIME)

    assert reach.known_to_merchant(complaint) is complaint.contact
    assert actions_of(complaint) == [Action.ALLOW_CONTACT]
    assert Recipient.MERCHANT in {notice.recipient for notice in complaint.notices}


def test_it_is_taken_back(complaint):
    agreed(complaint)
    reach.allow(complaint, the_consumer(complaint), **TIME)

    reach.disallow(complaint, the_consumer(complaint), **TIME)
    reach.disallow(complaint, the_consumer(complaint), **TIME)

    assert reach.known_to_merchant(complaint) is None
    assert actions_of(complaint) == [Action.ALLOW_CONTACT, Action.DISALLOW_CONTACT]


def test_it_ends_with_the_agreement_and_is_asked_anew_for_the_next(complaint):
    agreed(complaint)
    reach.allow(complaint, the_consumer(complaint), **TIME)

    complaint.status = Status.ACCEPTED
    assert reach.known_to_merchant(complaint) is None
    agreed(complaint, at=NOW + timedelta(days=1))
    assert reach.known_to_merchant(complaint) is None


@pytest.mark.parametrize("amount", [None, 0])
def test_where_no_money_was_agreed_on_there_is_nothing_to_allow(complaint, amount):
    agreed(complaint, amount)

    with pytest.raises(WrongStatus):
        reach.allow(complaint, the_consumer(complaint), **TIME)


def test_before_an_agreement_there_is_nothing_to_allow(complaint):
    with pytest.raises(WrongStatus):
        reach.allow(complaint, the_consumer(complaint), **TIME)


def test_a_merchant_cannot_allow_itself(complaint):
    agreed(complaint)

    with pytest.raises(NotAllowed):
        reach.allow(complaint, the_merchant(complaint), **TIME)
