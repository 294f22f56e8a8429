"""Keys of programs: what they open, and when they stop."""

import pytest

from complaints import keys, staff
from models.codes import Role
from tests.factories import NOW, a_department, a_shop, a_user


@pytest.fixture
def officer(session):
    return a_user(session, Role.OFFICER, department=a_department(session, "desk-city"))


@pytest.fixture
def key(session, officer):
    key = keys.issue(session, officer, "a program", now=NOW)
    session.flush()
    return key


def test_a_key_speaks_for_its_organisation_in_the_name_of_its_person(session, officer, key):
    opened = keys.opened_by(session, key)

    assert opened.organisation == f"department:{officer.department_id}"
    assert (opened.actor.user_id, opened.actor.department_id) == (officer.id, officer.department_id)


@pytest.mark.parametrize("damage", [lambda key: key[:-1], lambda key: key.upper(), lambda key: key[4:]])
def test_whatever_is_no_key_opens_nothing(session, key, damage):
    assert keys.opened_by(session, damage(key)) is None


def test_a_key_opens_nothing_of_the_office_its_person_moves_to_and_stays_ended(session, officer, key):
    home = officer.department_id
    admin = a_user(session, Role.ADMIN)
    for office in (a_department(session, "desk-haidian").id, home):
        staff.move(session, officer, Role.OFFICER, office, admin.id, now=NOW)
        session.flush()
        assert keys.opened_by(session, key) is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MERCHANT])
def test_a_key_does_not_follow_its_person_whichever_way_they_went(session, role):
    officer, merchant = {"department": a_department(session, "desk-city")}, {"merchant": a_shop(session)}
    person = a_user(session, role, **(officer if role is Role.OFFICER else merchant))
    key = keys.issue(session, person, "a program", now=NOW)
    if role is Role.OFFICER:
        person.department = a_department(session, "desk-haidian")
    else:
        person.merchant = a_shop(session)
    session.flush()

    assert keys.opened_by(session, key) is None


def test_a_key_rests_while_its_person_may_not_sign_in(session, officer, key):
    officer.is_enabled = False
    session.flush()

    assert keys.opened_by(session, key) is None
