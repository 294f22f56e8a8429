"""Sight: who sees which complaints, and that every way of asking gives the same answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import actors, handovers, queries, rulebook
from complaints.actors import SYSTEM, Actor
from complaints.errors import Unknown
from models.codes import Kind, Role
from models.complaint import Complaint
from tests.factories import NOW, a_department, a_shop, a_user, an_officer, lodged


def the_actor(session, role, **values):
    user = a_user(session, role, **values)
    return actors.of(user, queries.departments_of(session, user))


@pytest.fixture
def shop(session):
    return a_shop(session)


@pytest.fixture
def in_talks(session, shop):
    """In the green channel with `shop`."""
    return lodged(session, merchant=shop).complaint


@pytest.fixture
def elsewhere(session):
    """With the authority of another district, about a merchant nobody knows."""
    return lodged(session, district="haidian", opts_in=False).complaint


def seen(session, actor):
    return set(session.scalars(queries.visible_to(actor)))


def test_an_officer_sees_what_the_own_office_has(session, in_talks, elsewhere):
    officer = the_actor(session, Role.OFFICER, department_id=in_talks.department_id)

    assert seen(session, officer) == {in_talks}


def test_a_supervisor_sees_what_the_offices_below_have(session, in_talks, elsewhere):
    city = a_department(session, "city-coordination")

    assert seen(session, the_actor(session, Role.SUPERVISOR, department=city)) == {in_talks, elsewhere}
    assert seen(session, the_actor(session, Role.OFFICER, department=city)) == set()


def test_an_office_that_is_asked_to_take_over_sees_it_until_it_answers(session, elsewhere):
    asked = a_department(session, "market-city")
    officer = the_actor(session, Role.OFFICER, department=asked)
    clock = rulebook.current(session)

    handovers.offer(elsewhere, an_officer(elsewhere), asked, "归你们管。", now=NOW, clock=clock)
    session.flush()
    assert seen(session, officer) == {elsewhere}

    handovers.decline(elsewhere, officer, "不归我们管。", now=NOW, clock=clock)
    session.flush()
    assert seen(session, officer) == set()


def test_a_merchant_sees_its_own_once_it_has_been_told(session, shop, in_talks, elsewhere):
    before = lodged(session, merchant=shop, opts_in=False).complaint
    merchant = the_actor(session, Role.MERCHANT, merchant=shop)

    assert before.merchant_told_at is None
    assert seen(session, merchant) == {in_talks}
    assert seen(session, the_actor(session, Role.MERCHANT, merchant=a_shop(session))) == set()


def test_a_merchant_never_sees_a_report_about_itself(session, shop, in_talks):
    in_talks.kind = Kind.REPORT
    session.flush()

    assert seen(session, the_actor(session, Role.MERCHANT, merchant=shop)) == set()


def test_a_consumer_sees_the_own_ones_and_a_holder_the_one_receipt(session, in_talks, elsewhere):
    consumer = a_user(session, Role.CONSUMER)
    in_talks.consumer_id = consumer.id
    session.flush()

    assert seen(session, actors.of(consumer)) == {in_talks}
    assert seen(session, actors.holder(elsewhere)) == {elsewhere}
    assert seen(session, Actor(Role.CONSUMER)) == set()


def test_a_mediator_sees_what_they_mediate(session, in_talks, elsewhere):
    pool = session.get(type(in_talks.pool), in_talks.pool_id)
    mediator = the_actor(session, Role.MEDIATOR, department=pool)
    in_talks.mediator_id = mediator.user_id
    session.flush()

    assert seen(session, mediator) == {in_talks}
    assert seen(session, the_actor(session, Role.MEDIATOR, department=pool)) == set()


@pytest.mark.parametrize("actor", [Actor(Role.ADMIN, user_id=1), SYSTEM], ids=["admin", "system"])
def test_running_the_service_is_no_reason_to_read_complaints(session, in_talks, actor):
    assert seen(session, actor) == set()


def test_one_is_found_by_its_receipt_and_only_by_those_who_may_see_it(session, in_talks):
    officer = the_actor(session, Role.OFFICER, department_id=in_talks.department_id)

    assert queries.one_for(session, officer, in_talks.receipt.lower()) is in_talks
    for actor in (
        the_actor(session, Role.OFFICER, department=a_department(session, "market-yanqing")),
        SYSTEM,
    ):
        with pytest.raises(Unknown):
            queries.one_for(session, actor, in_talks.receipt)
    with pytest.raises(Unknown):
        queries.one_for(session, officer, "GC000000000")


def test_receipt_and_secret_open_it_together_only(session):
    taken = lodged(session)

    assert queries.opened_by(session, taken.complaint.receipt, taken.secret) is taken.complaint
    assert queries.opened_by(session, taken.complaint.receipt, "AAAA-BBBB-CCCC") is None
    assert queries.opened_by(session, "GC000000000", taken.secret) is None


@pytest.mark.parametrize("role", list(Role))
def test_every_way_of_asking_sees_the_same(session, shop, role):
    """visible_to, first, first_ids and every_id are one sight, however the rows are handed about."""
    clock = rulebook.current(session)
    consumer = a_user(session, Role.CONSUMER)
    offices = ["market-city", "market-haidian", "desk-haidian", "city-coordination"]
    for number in range(8):
        complaint = lodged(
            session,
            now=NOW + timedelta(minutes=number),
            merchant=shop if number % 2 else None,
            opts_in=number % 3 == 0,
            district="haidian" if number % 4 else None,
            consumer_id=consumer.id if number % 5 else None,
        ).complaint
        target = a_department(session, offices[number % len(offices)])
        if number % 2 and complaint.closed_at is None and complaint.department_id != target.id:
            with_office = an_officer(complaint)
            if complaint.status in {"triage", "with_first_receiver", "pending_acceptance"}:
                handovers.offer(complaint, with_office, target, "请接办。", now=NOW, clock=clock)
    session.flush()
    belongs = {
        Role.CONSUMER: lambda: actors.of(consumer),
        Role.MERCHANT: lambda: the_actor(session, role, merchant=shop),
        Role.ADMIN: lambda: the_actor(session, role),
        Role.SYSTEM: lambda: SYSTEM,
    }
    city = {"department": a_department(session, "market-city")}
    actor = belongs.get(role, lambda: the_actor(session, role, **city))()

    whole = {complaint.id for complaint in seen(session, actor)}
    order = [Complaint.id.desc()]
    assert {complaint.id for complaint in session.scalars(queries.first(actor, [], order, 100))} == whole
    ids = list(session.scalars(queries.first_ids(actor, [], order, 100)))
    assert ids == sorted(whole, reverse=True)
    assert sorted(session.scalars(queries.every_id(actor, []))) == sorted(whole)
    assert set(session.scalars(select(Complaint.id))) > whole or role is Role.SUPERVISOR
