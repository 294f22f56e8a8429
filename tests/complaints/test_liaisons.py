"""Where somebody's safety is at stake, the liaison of the dispatch catalogue is told at once, and once."""

from dataclasses import replace

import pytest

from complaints import categories, liaisons, queries, rulebook
from complaints.actors import Actor
from complaints.categories import Category
from models.codes import Hazard, Industry, Issue, Lane, Recipient, Role, Status, Urgency
from tests.factories import NOW, a_complaint, a_department, a_suggestion, an_officer, lodged

POISONING = Category(Industry.CATERING, Issue.FOOD_SAFETY, Urgency.EMERGENCY, hazards=[Hazard.FOOD_POISONING])


@pytest.fixture
def rules(session):
    return rulebook.routes(session)


def told(complaint):
    return [notice.department_id for notice in complaint.notices if notice.template == liaisons.TEMPLATE]


def test_food_poisoning_calls_the_health_liaison_while_the_authority_has_it(session):
    complaint = lodged(session, hazards=[Hazard.FOOD_POISONING], district="haidian").complaint

    [notice] = [notice for notice in complaint.notices if notice.template == liaisons.TEMPLATE]
    assert notice.recipient is Recipient.DEPARTMENT
    assert told(complaint) == [a_department(session, "liaison-health").id]
    assert complaint.department_id == a_department(session, "market-haidian").id


def test_any_other_danger_calls_the_emergency_liaison_also_while_nobody_has_sorted_it(session):
    said = a_suggestion(abstained=True, reason="close_call", confidence=0.4, urgency="emergency")
    complaint = lodged(session, suggestion=said, industry=None, district="haidian").complaint
    assert complaint.status is Status.TRIAGE
    assert told(complaint) == [a_department(session, "liaison-emergency").id]


def test_it_is_told_once(session, rules):
    complaint = lodged(session, hazards=[Hazard.INJURY]).complaint
    for _ in range(2):
        liaisons.tell(complaint, rules, now=NOW)
    assert len(told(complaint)) == 1


def test_without_danger_nobody_is_called(session, rules):
    complaint = lodged(session).complaint
    assert complaint.lane is Lane.ORDINARY
    assert liaisons.tell(complaint, rules, now=NOW) is None


def test_an_authority_that_is_first_receiver_itself_is_not_told_twice(session, rules):
    office = a_department(session, "market-haidian").id
    of_authority = [replace(rule, receiver_id=office) for rule in rules]
    complaint = a_complaint(lane=Lane.EMERGENCY, department_id=office, authority_id=office)
    assert liaisons.tell(complaint, of_authority, now=NOW) is None
    assert told(complaint) == []


def test_danger_that_an_officer_sees_calls_the_liaison_as_well(session, rules):
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    clock = rulebook.current(session)

    categories.change(session, complaint, an_officer(complaint), POISONING, rules, now=NOW, clock=clock)

    assert told(complaint) == [a_department(session, "liaison-health").id]


def test_being_told_opens_nothing(session, rules):
    complaint = lodged(session, hazards=[Hazard.INJURY]).complaint
    liaisons.tell(complaint, rules, now=NOW)
    session.flush()
    liaison = a_department(session, "liaison-emergency").id
    actor = Actor(Role.OFFICER, user_id=1, department_id=liaison, departments=frozenset({liaison}))
    assert session.scalars(queries.visible_to(actor)).all() == []
