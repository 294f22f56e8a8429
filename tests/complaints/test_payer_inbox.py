"""What a business is asked to pay ahead: seen once it was asked for, and found by an index."""

import pytest
from sqlalchemy import text

from complaints import compensation, merchant_inbox, payer_inbox, queries, rulebook
from complaints.actors import Actor
from complaints.errors import Unknown
from complaints.merchant_inbox import Tab
from models.codes import Kind, Role
from tests.factories import NOW, a_shop, lodged, the_consumer


@pytest.fixture
def mall(session):
    return a_shop(session, name="和平里购物中心")


@pytest.fixture
def manager(mall):
    return Actor(Role.MERCHANT, merchant_id=mall.id)


def opened(session, mall):
    complaint = lodged(session, merchant=a_shop(session, platform=mall)).complaint
    compensation.unlock(complaint, "S-12", now=NOW, clock=rulebook.current(session))
    session.flush()
    return complaint


def asked(session, mall):
    complaint = opened(session, mall)
    compensation.ask(complaint, the_consumer(complaint), now=NOW, clock=rulebook.current(session))
    session.flush()
    return complaint


def test_what_was_asked_for_is_seen_and_what_might_be_is_not(session, mall, manager):
    wanted, possible = asked(session, mall), opened(session, mall)

    assert payer_inbox.page(session, manager).complaints == [wanted]
    assert queries.one_for(session, manager, wanted.receipt) is wanted
    with pytest.raises(Unknown):
        queries.one_for(session, manager, possible.receipt)


def test_it_lies_in_no_drawer_of_the_payers_own_matters(session, mall, manager):
    asked(session, mall)

    assert not any(merchant_inbox.page(session, manager, tab).complaints for tab in Tab)
    assert set(merchant_inbox.counts(session, manager).values()) == {0}


def test_a_report_stays_unseen_whoever_pays(session, mall, manager):
    complaint = asked(session, mall)
    complaint.kind = Kind.REPORT
    session.flush()

    with pytest.raises(Unknown):
        queries.one_for(session, manager, complaint.receipt)


def test_others_see_nothing_of_it(session, mall):
    asked(session, mall)
    stranger = Actor(Role.MERCHANT, merchant_id=a_shop(session).id)

    assert payer_inbox.page(session, stranger).complaints == []


def test_it_is_found_by_an_index(session, mall, manager):
    asked(session, mall)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    query = queries.visible_to(manager).where(text("complaints.receipt = 'GC1'"))
    compiled = query.compile(session.connection(), compile_kwargs={"literal_binds": True})

    plan = "\n".join(session.scalars(text(f"EXPLAIN {compiled}")))

    assert "ix_compensations_payer_id" in plan
    assert "Seq Scan" not in plan
