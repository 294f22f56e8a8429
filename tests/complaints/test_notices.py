"""Who is told of what: not who did it, nor their office, but every other."""

import pytest

from complaints import categories, green_channel, messages, rulebook
from complaints.categories import Category
from models.codes import Action, Industry, Issue, Membership, Recipient, Role, Status
from tests.factories import (
    AUTHORITY,
    CLOCK,
    NOW,
    OFFICE,
    a_complaint,
    a_merchant,
    a_shop,
    a_suggestion,
    an_officer,
    lodged,
    terms,
    the_consumer,
    the_mediator,
    the_merchant,
)

WHEN = {"now": NOW, "clock": CLOCK}


def offices_told(complaint, action):
    return [
        notice.department_id
        for notice in complaint.notices
        if notice.template == action and notice.recipient is Recipient.DEPARTMENT
    ]


def merchants_told(complaint, action):
    return [
        notice for notice in complaint.notices if (notice.template, notice.recipient) == (action, "merchant")
    ]


def test_the_authority_is_told_when_the_first_receiver_closes_the_channel():
    complaint = a_complaint(Status.NEGOTIATING)

    green_channel.close(complaint, an_officer(complaint), reason="商家不愿和解。", **WHEN)

    assert complaint.department_id == AUTHORITY
    assert offices_told(complaint, Action.CLOSE_GREEN_CHANNEL) == [AUTHORITY]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_nobody_is_told_what_their_own_office_did(role):
    complaint = a_complaint(Status.ACCEPTED)

    messages.send(complaint, an_officer(complaint, role), "请双方明天到场。", **WHEN)

    assert offices_told(complaint, Action.MESSAGE) == []


def test_the_office_hears_what_the_mediator_says():
    complaint = a_complaint(Status.MEDIATING)

    messages.send(complaint, the_mediator(complaint), "请双方明天到场。", **WHEN)

    assert offices_told(complaint, Action.MESSAGE) == [OFFICE]


def test_an_office_is_told_of_what_an_officer_of_another_sorted(session):
    undecided = a_suggestion(abstained=True)
    complaint = lodged(
        session, industry=None, suggestion=undecided, merchant=a_shop(session), amount=80_000
    ).complaint
    officer = an_officer(complaint)
    when = {"now": NOW, "clock": rulebook.current(session)}
    found = Category(Industry.CATERING, Issue.QUALITY)

    categories.sort(session, complaint, officer, found, rulebook.routes(session), **when)

    assert complaint.department_id not in officer.departments
    assert complaint.department_id in offices_told(complaint, Action.ROUTE)


@pytest.mark.parametrize(
    ("membership", "hears"), [(Membership.MEMBER, 1), (Membership.SUSPENDED, 1), (Membership.NONE, 0)]
)
def test_a_suspended_merchant_hears_of_what_is_under_way(membership, hears):
    complaint = a_complaint(Status.NEGOTIATING, merchant=a_merchant(membership=membership))
    green_channel.make_offer(complaint, the_merchant(complaint), terms(), **WHEN)

    green_channel.make_offer(complaint, the_consumer(complaint), terms(amount=4_000), **WHEN)

    assert len(merchants_told(complaint, Action.COUNTER)) == hears
