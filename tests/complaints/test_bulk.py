"""Many complaints at once are what each would have been alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect, select

from complaints import bulk, intake, rulebook, text
from complaints.actors import SYSTEM
from complaints.errors import Invalid
from complaints.intake import Person
from models.codes import Channel, Hazard, Industry, Remedy, Status
from models.complaint import Complaint
from models.routing import RoutingRule
from tests.factories import NOW, a_filing, a_shop, a_suggestion

PEPPER = b"pepper of tests"
REACHED = Person("李 雷\t与\\韩", "13800138000", "reader@people.example", "某街\n1 号")
SILENT = Person("韩梅梅")
OWN = {"id", "receipt", "secret_hash", "search", "grams", "complaint_id", "deadline_id", "key", "source_ref"}


def many_kinds(shop, plain):
    """Filings that differ in all that the rules look at, and in texts that a file might spoil."""
    unsure = a_suggestion(abstained=True, reason="low_confidence")
    alarming = a_suggestion(urgency="emergency", industry=Industry.OTHER, evidence=[[0, 2, 1.5]])
    return [
        (a_filing(merchant=shop, opts_in=True), a_suggestion()),
        (a_filing(merchant=shop, opts_in=True, amount=80_000), a_suggestion()),
        (a_filing(merchant=shop, person=SILENT, channel=Channel.IMPORT), a_suggestion()),
        (a_filing(merchant=shop, opts_in=False, industry=None), a_suggestion()),
        (a_filing(merchant=shop, opts_in=False, industry=None), unsure),
        (a_filing(industry=None), a_suggestion(abstained=True, reason="close_call")),
        (a_filing(merchant=plain, opts_in=True), None),
        (a_filing(industry=None), alarming),
        (a_filing(merchant=shop, opts_in=True), a_suggestion(urgency="emergency")),
        (a_filing(merchant=shop, opts_in=False), a_suggestion(urgency="emergency")),
        (a_filing(hazards=[Hazard.INJURY], merchant=shop), a_suggestion()),
        (a_filing(language="ja", departs_at=NOW + timedelta(days=3)), a_suggestion()),
        (a_filing(district="haidian", industry=Industry.ECOMMERCE, amount=None), None),
        (
            a_filing(
                body='反斜杠 \\N \\. 引号 "甲" 制表\t换行\n=SUM(A1) 😀𠮷 İstanbul ﬁne', order_no="JD-1\t2"
            ),
            a_suggestion(),
        ),
        (a_filing(remedies=[Remedy.REFUND, Remedy.APOLOGY], happened_on=date(2026, 11, 1)), a_suggestion()),
    ]


def values(row):
    return {
        column.key: getattr(row, column.key)
        for column in inspect(type(row)).columns
        if column.key not in OWN and not (column.primary_key or column.key == "secret_hash")
    }


def whole(session, complaint):
    """Everything a complaint consists of, without what is drawn by lot."""
    assert complaint.notices == [] or all(n.key.startswith(complaint.receipt) for n in complaint.notices)
    found_by = session.scalar(select(Complaint.search).where(Complaint.id == complaint.id))
    return {
        "complaint": values(complaint),
        "found by": found_by.removeprefix(text.padded(text.tokens(complaint.receipt))),
        "contact": values(complaint.contact),
        "events": [values(event) for event in complaint.events],
        "deadlines": [values(deadline) for deadline in complaint.deadlines],
        "notices": [(values(n), n.key.removeprefix(complaint.receipt)) for n in complaint.notices],
        "suggestions": [values(suggestion) for suggestion in complaint.suggestions],
    }


def a_run(session):
    return bulk.Run(SYSTEM, NOW, rulebook.current(session), rulebook.routes(session), PEPPER)


def lodged_alone(session, filing, suggestion):
    run = a_run(session)
    taken = intake.lodge(
        session, filing, suggestion, SYSTEM, now=NOW, clock=run.clock, rules=run.rules, pepper=PEPPER
    )
    session.flush()
    return taken.complaint.id


def wholes(session, ids):
    session.expire_all()
    return [whole(session, session.get(Complaint, id_)) for id_ in ids]


def test_each_is_what_it_would_have_been_alone(session):
    shop, plain = a_shop(session), a_shop(session, membership="none")
    filed = many_kinds(shop, plain)
    start = session.scalar(select(Complaint.id).order_by(Complaint.id.desc()).limit(1)) or 0

    assert bulk.lodge(session, filed, a_run(session)) == len(filed)
    at_once = list(session.scalars(select(Complaint.id).where(Complaint.id > start).order_by(Complaint.id)))
    alone = [lodged_alone(session, *pair) for pair in many_kinds(shop, plain)]

    for one, other in zip(wholes(session, at_once), wholes(session, alone), strict=True):
        assert one == other


def test_a_rule_for_one_merchant_is_followed(session):
    named, other = a_shop(session), a_shop(session)
    first = session.scalars(select(RoutingRule).order_by(RoutingRule.position)).first()
    special = RoutingRule(
        position=1,
        merchant_id=named.id,
        receiver_id=first.authority_id,
        pool_id=first.pool_id,
        authority_id=first.authority_id,
        reason_zh="专办",
        reason_en="special",
    )
    session.add(special)
    session.flush()

    bulk.lodge(session, [(a_filing(merchant=shop), None) for shop in (other, named, named)], a_run(session))

    rows = session.scalars(
        select(Complaint).where(Complaint.merchant_id.in_([named.id, other.id])).order_by(Complaint.id)
    )
    assert [row.routing_rule_id == special.id for row in rows] == [False, True, True]


def test_the_merchants_are_told_each_of_their_own(session):
    shops = [a_shop(session), a_shop(session)]

    bulk.lodge(session, [(a_filing(merchant=shop), None) for shop in shops], a_run(session))

    for shop in shops:
        complaint = session.scalars(select(Complaint).where(Complaint.merchant_id == shop.id)).one()
        assert complaint.status is Status.NEGOTIATING
        assert {n.merchant_id for n in complaint.notices if n.merchant_id} == {shop.id}


def test_one_that_may_not_be_taken_keeps_all_out(session):
    good, bad = a_filing(), a_filing(amount=-1)

    with pytest.raises(Invalid):
        bulk.lodge(session, [(good, None), (bad, None)], a_run(session))

    assert session.scalar(select(Complaint.id).where(Complaint.channel == Channel.IMPORT)) is None


def test_the_rules_are_asked_once_for_all_that_are_alike(session):
    run = a_run(session)

    assert bulk.lodge(session, [(a_filing(), None)] * 300, run) == 300
    assert len(run.courses) == 1


def test_known_numbers_come_with_their_texts(session):
    filed = [(a_filing(source="hotline", source_ref=ref), None) for ref in ("1", "2")]
    bulk.lodge(session, filed, a_run(session))

    known = bulk.known(session, "hotline", ["1", "3"])

    assert known == {"1": filed[0][0].body}
