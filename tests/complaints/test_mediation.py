"""Mediation: consents, a mediator without a stake, stops for tests, and the eight ways it ends without agreement."""

from dataclasses import replace

import pytest

from complaints import mediation, messages
from complaints.errors import Conflict, Invalid, NotAllowed, WrongStatus
from complaints.mediation import Consents
from models.codes import Kind, Outcome, Role, Status, TerminationGround
from models.complaint import Contact
from models.people import User
from tests.factories import (
    CLOCK,
    NOW,
    OFFICE,
    POOL,
    a_complaint,
    a_department,
    a_shop,
    a_user,
    an_officer,
    lodged,
    the_consumer,
    the_mediator,
)

TIME = {"now": NOW, "clock": CLOCK}
ALL = Consents(consumer=True, merchant=True, delegation=True, no_interest=True)


@pytest.fixture
def complaint():
    return a_complaint(Status.ACCEPTED)


def a_mediator(**values):
    given = {
        "id": 9,
        "role": Role.MEDIATOR,
        "department_id": POOL,
        "is_enabled": True,
        "email": "m@pool.example",
    }
    return User(**{**given, **values})


def begin(complaint, mediator=None, consents=ALL):
    return mediation.start(complaint, an_officer(complaint), mediator or a_mediator(), consents, **TIME)


def test_with_everybodys_consent_it_begins(complaint):
    event = begin(complaint)

    assert (complaint.status, complaint.mediator_id) == (Status.MEDIATING, 9)
    consents = {"consumer": True, "merchant": True, "delegation": True, "no_interest": True}
    assert event.details == {"mediator_id": 9, "pool_id": POOL, "delegated": True, "consents": consents}


def test_the_mediator_is_told_and_hears_what_the_sides_say(complaint):
    begin(complaint)
    messages.send(complaint, the_consumer(complaint), "周三可以。", **TIME)
    messages.send(complaint, the_mediator(complaint), "好的。", **TIME)

    to_mediator = [notice.template for notice in complaint.notices if notice.user_id == 9]
    assert to_mediator == ["named_mediator", "message"]


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("consumer", "consent_missing"),
        ("merchant", "consent_missing"),
        ("delegation", "consent_missing"),
        ("no_interest", "declaration_missing"),
    ],
)
def test_without_one_of_them_it_does_not(complaint, missing, code):
    with pytest.raises(Invalid) as refused:
        begin(complaint, consents=replace(ALL, **{missing: False}))

    assert (refused.value.field, refused.value.code) == (missing, code)
    assert complaint.status is Status.ACCEPTED


def test_what_the_consumer_agreed_to_when_filing_does_not_speak_for_the_merchant(complaint):
    complaint.consents_to_delegation = True

    with pytest.raises(Invalid, match="consent_missing"):
        begin(complaint, consents=replace(ALL, delegation=False))


def test_where_the_accepting_office_mediates_nothing_is_delegated(complaint):
    complaint.pool_id = OFFICE

    begin(complaint, a_mediator(department_id=OFFICE), replace(ALL, delegation=False))

    assert complaint.events[-1].details["delegated"] is False


@pytest.mark.parametrize(
    ("mediator", "code"),
    [
        (a_mediator(role=Role.OFFICER), "not_a_mediator"),
        (a_mediator(is_enabled=False), "not_a_mediator"),
        (a_mediator(department_id=99), "not_in_the_pool"),
        (a_mediator(email="Reader@People.example"), "is_a_party"),
        (a_mediator(email="account@people.example"), "is_a_party"),
    ],
    ids=["an officer", "who left", "of another pool", "who complained", "whose account it is"],
)
def test_who_has_a_stake_or_no_place_does_not_mediate(complaint, mediator, code):
    complaint.contact = Contact(name="张小明", email="reader@people.example")
    complaint.consumer = User(email="ACCOUNT@people.example")

    with pytest.raises(Conflict, match=code):
        begin(complaint, mediator)
    assert (complaint.status, complaint.mediator_id) == (Status.ACCEPTED, None)


def test_a_report_is_not_mediated(complaint):
    complaint.kind = Kind.REPORT

    with pytest.raises(WrongStatus, match="is_a_report"):
        begin(complaint)


def test_a_consumer_does_not_name_the_mediator(complaint):
    with pytest.raises(NotAllowed):
        mediation.start(complaint, the_consumer(complaint), a_mediator(), ALL, **TIME)


def test_a_test_stops_it_and_it_goes_on_where_it_was():
    complaint = a_complaint(Status.MEDIATING)
    mediator = the_mediator(complaint)

    mediation.suspend(complaint, mediator, "送检翡翠，两周。", **TIME)
    assert complaint.status is Status.SUSPENDED
    mediation.resume(complaint, mediator, **TIME)

    assert complaint.status is Status.MEDIATING


@pytest.mark.parametrize("ground", list(TerminationGround))
def test_it_ends_on_one_of_the_grounds_of_the_law(ground):
    complaint = a_complaint(Status.MEDIATING)

    event = mediation.terminate(complaint, the_mediator(complaint), ground, "双方差距太大。", **TIME)

    assert complaint.status is Status.TERMINATED
    assert complaint.outcome is mediation.OUTCOMES.get(ground, Outcome.NO_AGREEMENT)
    assert event.details == {"ground": str(ground)}
    assert {notice.recipient for notice in complaint.notices} == {"contact", "merchant"}


def test_it_does_not_end_without_ground_or_reason():
    complaint = a_complaint(Status.MEDIATING)
    mediator = the_mediator(complaint)

    for ground, reason, field in (
        (None, "理由。", "ground"),
        (TerminationGround.CANNOT_AGREE, " ", "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            mediation.terminate(complaint, mediator, ground, reason, **TIME)
        assert refused.value.field == field
    assert complaint.status is Status.MEDIATING


def test_the_list_puts_first_who_speaks_the_language_and_has_least_to_do(session):
    pool = a_department(session, "panel-catering")
    shop = a_shop(session)
    of_pool = {"department": pool}
    busy = a_user(session, Role.MEDIATOR, languages=["ja", "zh_Hans"], **of_pool)
    free = a_user(session, Role.MEDIATOR, languages=["ja"], **of_pool)
    met = a_user(session, Role.MEDIATOR, **of_pool)
    mute = a_user(session, Role.MEDIATOR, languages=["ru"], **of_pool)
    party = a_user(session, Role.MEDIATOR, email="reader@people.example", **of_pool)
    a_user(session, Role.OFFICER, **of_pool)
    a_user(session, Role.MEDIATOR, is_enabled=False, **of_pool)
    a_user(session, Role.MEDIATOR, department=a_department(session, "panel-general"))
    for mediator, merchant in ((busy, None), (met, shop)):
        lodged(session, merchant=merchant).complaint.mediator_id = mediator.id
    complaint = lodged(session, merchant=shop, language="ja").complaint
    complaint.pool_id = pool.id
    session.flush()

    found = mediation.candidates(session, complaint)

    assert [one.mediator for one in found] == [free, busy, met, mute, party]
    assert [(one.busy_with, one.has_met) for one in found] == [(0, 0), (1, 0), (1, 1), (0, 0), (0, 0)]
    assert [one.conflict for one in found] == ["", "", "", "", "is_a_party"]
    assert [one.speaks for one in found] == [True, True, True, False, True]
