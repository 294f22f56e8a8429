"""A report of illegality is a case of its own that the merchant never learns of (Decree 121 arts 9, 27, 37)."""

from datetime import UTC, datetime

import pytest

from complaints import queries, reports, rulebook, workflow
from complaints.actors import SYSTEM, Actor
from complaints.errors import Invalid, NotAllowed, WrongStatus
from models.codes import Action, Audience, Kind, Recipient, Role, Status
from tests.factories import NOW, a_shop, actions_of, an_officer, lodged, the_consumer, the_merchant

CLUE = "店员承认后厨使用过期面粉，有照片。"


@pytest.fixture
def complaint(session):
    return lodged(session, merchant=a_shop(session), order_no="A1").complaint


def split(session, complaint, clue=CLUE, actor=None):
    actor = actor or an_officer(complaint)
    report = reports.split(session, complaint, actor, clue, now=NOW, clock=rulebook.current(session))
    session.flush()
    return report


def test_the_report_lies_with_the_authority_and_the_complaint_goes_on(session, complaint):
    before = complaint.status

    report = split(session, complaint)

    assert (report.kind, report.parent_id, report.body) == (Kind.REPORT, complaint.id, CLUE)
    assert (report.status, report.department_id) == (Status.PENDING_ACCEPTANCE, complaint.authority_id)
    assert complaint.status is before
    assert actions_of(report) == [Action.SUBMIT, Action.ROUTE, Action.REQUEST_ACCEPTANCE]
    assert report.contact.name == complaint.contact.name


def test_the_merchant_learns_nothing_of_it(session, complaint):
    merchant = the_merchant(complaint)

    report = split(session, complaint)

    (told,) = [event for event in complaint.events if event.action is Action.SPLIT]
    assert told.audience is Audience.STAFF
    assert report.merchant_id == complaint.merchant_id
    assert session.scalars(queries.visible_to(merchant)).all() == [complaint]
    assert workflow.available_actions(report, merchant) == []
    assert {notice.recipient for notice in report.notices} <= {Recipient.DEPARTMENT}


def test_accepting_a_report_tells_the_merchant_nothing_either(session, complaint):
    report = split(session, complaint)

    workflow.perform(report, Action.ACCEPT, an_officer(report), now=NOW, clock=rulebook.current(session))
    session.flush()

    assert report.merchant_told_at is None
    assert Recipient.MERCHANT not in {notice.recipient for notice in report.notices}
    assert report not in session.scalars(queries.visible_to(the_merchant(complaint))).all()


def test_neither_does_the_consumer_get_another_receipt(session, complaint):
    consumer = the_consumer(complaint)

    report = split(session, complaint)

    assert session.scalars(queries.visible_to(consumer)).all() == [complaint]
    assert (report.consumer_id, report.mail_locale) == (None, None)


def test_a_report_is_found_by_its_words(session, complaint):
    report = split(session, complaint)

    assert report.grams
    assert " 过 期 面 粉 " in report.search


@pytest.mark.parametrize(("clue", "code"), [(" ", "required"), ("长" * 10_001, "too_long")])
def test_an_empty_or_endless_clue_is_refused(session, complaint, clue, code):
    with pytest.raises(Invalid, match=code):
        split(session, complaint, clue)
    assert Action.SPLIT not in actions_of(complaint)


def test_a_report_is_not_split_again(session, complaint):
    report = split(session, complaint)

    with pytest.raises(WrongStatus, match="is_a_report"):
        split(session, report)


@pytest.mark.parametrize(
    "actor",
    [SYSTEM, Actor(Role.OFFICER, 1, department_id=1, departments=frozenset({1}))],
    ids=["system", "other"],
)
def test_only_the_office_that_has_it_splits_it(session, complaint, actor):
    with pytest.raises(NotAllowed):
        split(session, complaint, actor=actor)


def test_the_authority_has_fifteen_working_days_to_check_the_clue_and_no_other_clock_runs(session, complaint):
    report = split(session, complaint)

    (deadline,) = report.deadlines
    assert (deadline.rule_code, deadline.started_at) == ("S-07", NOW)
    assert deadline.due_at == datetime(
        2026, 12, 14, 16, 0, tzinfo=UTC
    )  # the last of fifteen working days is over
    assert "S-07" not in {one.rule_code for one in complaint.deadlines}


def test_what_is_decided_about_the_clue_meets_it_and_starts_no_mediation(session, complaint):
    report = split(session, complaint)

    workflow.perform(report, Action.ACCEPT, an_officer(report), now=NOW, clock=rulebook.current(session))

    assert [(one.rule_code, one.met_at) for one in report.deadlines] == [("S-07", NOW)]
    assert report.due_at is None
