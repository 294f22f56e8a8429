"""One statement saves what the flush would have saved."""

import pytest
from sqlalchemy import inspect, select

from complaints import intake, rulebook, saving
from complaints.actors import SYSTEM
from models.complaint import Complaint
from tests.complaints.test_bulk import PEPPER, many_kinds, whole
from tests.factories import NOW, a_shop

KINDS = 15


def prepared(session, filing, suggestion):
    clock, rules, _ = rulebook.whole(session)
    return intake.prepare(
        filing, suggestion, SYSTEM, now=NOW, clock=clock, rules=rules, pepper=PEPPER
    ).complaint


def flushed(session, complaint):
    session.add(complaint)
    session.flush()
    return complaint.id


def at_once(session, complaint):
    saving.save(session, complaint)
    assert inspect(complaint).transient
    return complaint.id


@pytest.mark.parametrize("kind", range(KINDS))
def test_it_is_what_the_flush_would_have_made_of_it(session, kind):
    shop, plain = a_shop(session), a_shop(session, membership="none")
    ids = [save(session, prepared(session, *many_kinds(shop, plain)[kind])) for save in (flushed, at_once)]
    session.expire_all()

    one, other = [whole(session, session.get(Complaint, id_)) for id_ in ids]

    assert one == other


def test_every_kind_is_tried(session):
    assert len(many_kinds(a_shop(session), a_shop(session))) == KINDS


def test_the_merchant_is_not_touched(session):
    shop = a_shop(session)
    filing, suggestion = many_kinds(shop, shop)[0]

    id_ = at_once(session, prepared(session, filing, suggestion))

    assert session.scalar(select(Complaint.merchant_id).where(Complaint.id == id_)) == shop.id
    assert not session.new
    assert not session.dirty
