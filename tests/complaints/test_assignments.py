"""Who handles a complaint: somebody of the office that owns it."""

import pytest

from complaints import assignments
from complaints.actors import Actor
from complaints.errors import Invalid, NotAllowed
from models.codes import Action, Audience, Role, Status
from models.people import User
from tests.factories import CLOCK, NOW, OFFICE, a_complaint, a_department, a_user, an_officer, lodged

TIME = {"now": NOW, "clock": CLOCK}


@pytest.fixture
def complaint():
    return a_complaint(Status.PENDING_ACCEPTANCE)


def somebody(role=Role.OFFICER, department_id=OFFICE, is_enabled=True):
    return User(id=6, role=role, department_id=department_id, is_enabled=is_enabled)


def test_a_colleague_is_given_it_once(complaint):
    event = assignments.assign(complaint, an_officer(complaint), somebody(), **TIME)

    assert complaint.officer_id == 6
    assert (event.action, event.audience) == (Action.ASSIGN, Audience.STAFF)
    assert assignments.assign(complaint, an_officer(complaint), somebody(), **TIME) is None
    assert len(complaint.events) == 1


@pytest.mark.parametrize(
    "other",
    [somebody(department_id=99), somebody(Role.MEDIATOR), somebody(is_enabled=False)],
    ids=["of another office", "a mediator", "who left"],
)
def test_nobody_else_is(complaint, other):
    with pytest.raises(Invalid, match="not_of_this_office"):
        assignments.assign(complaint, an_officer(complaint), other, **TIME)
    assert complaint.officer_id is None


def test_another_office_does_not_give_it_away(complaint):
    stranger = Actor(Role.OFFICER, 9, department_id=99, departments=frozenset({99}))

    with pytest.raises(NotAllowed):
        assignments.assign(complaint, stranger, somebody(), **TIME)


def test_the_list_to_choose_from_holds_the_offices_own_people(session):
    complaint = lodged(session, district="haidian", opts_in=False).complaint
    of_office = {"department_id": complaint.department_id}
    wanted = [
        a_user(session, Role.OFFICER, name="乙", **of_office),
        a_user(session, Role.SUPERVISOR, name="甲", **of_office),
    ]
    a_user(session, Role.MEDIATOR, **of_office)
    a_user(session, Role.OFFICER, is_enabled=False, **of_office)
    a_user(session, Role.OFFICER, department=a_department(session, "market-yanqing"))

    assert sorted(assignments.candidates(session, complaint), key=lambda one: one.id) == wanted
