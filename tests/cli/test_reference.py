"""Reference data of a newer release beside what administrators have changed since."""

from datetime import date

import pytest
from sqlalchemy import select

from cli import reference
from complaints import time_limits
from models.codes import Role
from models.deadline import SlaRule
from tests.factories import NOW, a_user

SHIPPED_FROM = date(2027, 3, 1)


@pytest.fixture
def load(app, session):
    return lambda: app.test_cli_runner().invoke(args=["load-reference"])


@pytest.fixture
def ship(monkeypatch):
    """The next release: another version of S-11 from SHIPPED_FROM on, under the number 2."""
    real = reference._rows

    def rows(name):
        for row in real(name):
            is_ours = name == "sla_rules.csv" and row["code"] == "S-11"
            yield {**row, "valid_to": str(SHIPPED_FROM)} if is_ours else row
            if is_ours:
                yield {**row, "version": "2", "valid_from": str(SHIPPED_FROM), "duration": "20"}

    monkeypatch.setattr(reference, "_rows", rows)


def by_an_administrator(session, valid_from):
    newest = time_limits.versions(session, "S-11")[0]
    given = {name: getattr(newest, name) for name in time_limits.CHANGEABLE} | {"duration": 36}
    admin = a_user(session, Role.ADMIN)
    return time_limits.renew(session, "S-11", given, valid_from, admin.id, "试行", now=NOW)


def of_the_rule(session):
    found = session.scalars(select(SlaRule).where(SlaRule.code == "S-11").order_by(SlaRule.valid_from))
    return [(one.version, one.duration, one.valid_from, one.valid_to) for one in found]


def test_what_is_there_is_left_alone(session, load):
    before = of_the_rule(session)
    assert "0 time limits" in load().output
    assert of_the_rule(session) == before


def test_a_new_version_ends_the_one_before(session, load, ship):
    first = of_the_rule(session)[0]
    assert "1 time limits" in load().output
    assert of_the_rule(session) == [(*first[:3], SHIPPED_FROM), (2, 20, SHIPPED_FROM, None)]
    assert "0 time limits" in load().output


def test_a_number_an_administrator_used_is_not_taken_again_and_that_is_said(session, load, ship):
    began = of_the_rule(session)[0][2]
    own = date(2027, 1, 1)
    by_an_administrator(session, own)
    said = load().output
    assert "S-11" in said
    assert "version 3" in said
    assert of_the_rule(session) == [
        (1, 24, began, own),
        (2, 36, own, SHIPPED_FROM),
        (3, 20, SHIPPED_FROM, None),
    ]
    assert "0 time limits" in load().output


def test_one_that_begins_before_an_administrators_ends_with_it(session, load, ship):
    began = of_the_rule(session)[0][2]
    own = date(2027, 6, 1)
    by_an_administrator(session, own)
    load()
    assert of_the_rule(session) == [
        (1, 24, began, SHIPPED_FROM),
        (3, 20, SHIPPED_FROM, own),
        (2, 36, own, None),
    ]
    later = by_an_administrator(session, date(2027, 9, 1))
    assert later.version == 4
    assert of_the_rule(session)[2] == (2, 36, own, date(2027, 9, 1))


def test_an_administrators_of_the_same_day_goes_before_and_that_is_said(session, load, ship):
    by_an_administrator(session, SHIPPED_FROM)
    before = of_the_rule(session)
    said = load().output
    assert "S-11" in said
    assert of_the_rule(session) == before


@pytest.fixture
def as_before(session):
    """S-15 as releases before had it: written down, and started by nothing."""
    first, second = reversed(time_limits.versions(session, "S-15"))
    session.delete(second)
    first.valid_to = None
    session.flush()
    return first


def test_a_time_limit_that_nothing_started_runs_from_the_release_on_that_has_its_steps(
    session, load, as_before
):
    assert "1 time limits" in load().output

    second, first = time_limits.versions(session, "S-15")
    assert first.valid_to == second.valid_from
    assert (second.is_active, second.starts_on) == (True, ["action:ask_compensation"])


def test_what_an_administrator_made_of_it_is_started_too_and_keeps_its_length(session, load, as_before):
    given = {name: getattr(as_before, name) for name in time_limits.CHANGEABLE} | {"duration": 4}
    admin = a_user(session, Role.ADMIN)
    time_limits.renew(session, "S-15", given, SHIPPED_FROM, admin.id, "试行", now=NOW)

    load()

    newest = time_limits.versions(session, "S-15")[0]
    assert (newest.duration, newest.valid_from) == (4, SHIPPED_FROM)
    assert newest.starts_on == ["action:ask_compensation"]
