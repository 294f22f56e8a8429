"""A person's category wins over the classifier's, sends the complaint on, and teaches."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import actors, categories, green_channel, queries, rulebook
from complaints.categories import Category
from complaints.errors import NotAllowed, WrongStatus
from models.codes import Action, Hazard, Industry, Issue, Lane, Role, Status, Urgency
from models.suggestion import Correction
from tests.factories import (
    NOW,
    a_department,
    a_shop,
    a_suggestion,
    a_user,
    actions_of,
    an_officer,
    lodged,
    the_consumer,
)

BODY = "充了三千元的卡，店关门了，余额不退。"
CARD = Category(Industry.PREPAID_CARD, Issue.MERCHANT_CLOSED)


@pytest.fixture
def unsorted(session):
    """A complaint the classifier was not sure of."""
    said = a_suggestion(abstained=True, reason="close_call", confidence=0.5)
    return lodged(session, suggestion=said, industry=None, body=BODY, district="haidian").complaint


def sort(session, complaint, category, actor=None, verb=categories.sort):
    return verb(
        session,
        complaint,
        actor or an_officer(complaint),
        category,
        rulebook.routes(session),
        reason="文中明确说是预付卡。",
        now=NOW,
        clock=rulebook.current(session),
    )


def corrections(session):
    return session.scalars(select(Correction)).all()


def test_what_waits_for_a_person_has_an_owner(session, unsorted):
    desk = a_department(session, "desk-haidian")

    assert unsorted.status is Status.TRIAGE
    assert unsorted.department_id == desk.id
    officer = a_user(session, Role.OFFICER, department=desk)
    assert queries.one_for(session, actors.of(officer), unsorted.receipt) is unsorted


def test_sorting_sets_the_category_and_sends_it_on(session, unsorted):
    sort(session, unsorted, CARD)

    assert (unsorted.industry, unsorted.issue) == (Industry.PREPAID_CARD, Issue.MERCHANT_CLOSED)
    assert unsorted.status is Status.PENDING_ACCEPTANCE
    assert unsorted.pool.code == "panel-prepaid-card"
    assert actions_of(unsorted)[-3:] == ["classify", "route", "request_acceptance"]


def test_sorting_may_send_it_beyond_the_sorters_reach(session, unsorted):
    sorter = an_officer(unsorted)

    sort(session, unsorted, CARD, sorter)

    assert unsorted.department_id not in sorter.departments


def test_a_sorted_one_may_go_into_the_green_channel(session):
    said = a_suggestion(abstained=True)
    complaint = lodged(session, suggestion=said, industry=None, merchant=a_shop(session)).complaint

    sort(session, complaint, Category(Industry.CATERING, Issue.FOOD_SAFETY))

    assert complaint.status is Status.NEGOTIATING


def test_an_unsure_one_about_a_merchant_known_for_one_of_the_two_needs_no_person(session):
    said = a_suggestion(
        industry=Industry.OTHER, second=Industry.CATERING, abstained=True, reason="close_call"
    )
    complaint = lodged(session, suggestion=said, industry=None, merchant=a_shop(session)).complaint

    assert complaint.industry is Industry.CATERING
    assert complaint.status is Status.NEGOTIATING
    assert complaint.pool.code == "panel-catering"


def test_what_differs_from_the_suggestion_is_kept_to_learn_from(session, unsorted):
    sort(session, unsorted, CARD)
    session.flush()

    (kept,) = corrections(session)
    assert (kept.from_industry, kept.to_industry) == (Industry.CATERING, Industry.PREPAID_CARD)
    assert kept.suggestion_id == unsorted.suggestions[0].id
    assert (kept.from_issue, kept.to_issue) == (Issue.QUALITY, Issue.MERCHANT_CLOSED)
    assert (kept.from_urgency, kept.to_urgency) == (Urgency.NORMAL, Urgency.NORMAL)
    assert (kept.model_version, kept.reason, kept.at) == ("test", "文中明确说是预付卡。", NOW)
    assert kept.text_hash == hashlib.sha256(BODY.encode()).hexdigest()


def test_agreeing_with_the_suggestion_is_kept_as_a_confirmation(session, unsorted):
    sort(session, unsorted, Category(Industry.CATERING, Issue.QUALITY))
    session.flush()

    (kept,) = corrections(session)
    assert kept.from_industry is kept.to_industry is Industry.CATERING


def test_danger_that_a_person_sees_is_kept_as_an_emergency(session, unsorted):
    sort(session, unsorted, Category(Industry.CATERING, Issue.FOOD_SAFETY, hazards=[Hazard.FOOD_POISONING]))
    session.flush()

    assert corrections(session)[0].to_urgency is Urgency.EMERGENCY


def test_without_a_suggestion_the_earlier_category_is_what_was_wrong(session):
    complaint = lodged(session, opts_in=False).complaint

    sort(session, complaint, CARD, verb=categories.change)
    session.flush()

    assert corrections(session)[0].from_industry is Industry.CATERING


def test_changing_the_category_looks_the_offices_up_anew_and_keeps_the_owner(session):
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    owner, rule = complaint.department_id, complaint.routing_rule_id

    sort(session, complaint, CARD, verb=categories.change)

    assert complaint.department_id == owner
    assert complaint.routing_rule_id != rule
    assert complaint.pool_id == a_department(session, "panel-prepaid-card").id


def test_once_accepted_the_offices_stay(session):
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    complaint.status, pool = Status.ACCEPTED, complaint.pool_id

    sort(session, complaint, CARD, verb=categories.change)

    assert complaint.pool_id == pool


def test_danger_that_a_person_sees_puts_it_on_the_emergency_lane(session, unsorted):
    danger = Category(Industry.CATERING, Issue.FOOD_SAFETY, hazards=[Hazard.FOOD_POISONING])

    sort(session, unsorted, danger)

    assert (unsorted.lane, unsorted.urgency, unsorted.level) == (Lane.EMERGENCY, Urgency.EMERGENCY, 4)
    assert unsorted.status is Status.PENDING_ACCEPTANCE
    assert unsorted.department_id == unsorted.authority_id


@pytest.mark.parametrize(
    ("language", "lane"),
    [("zh_Hans", Lane.ORDINARY), ("ja", Lane.INTERNATIONAL)],
    ids=["resident", "visitor"],
)
def test_a_suspicion_that_a_person_clears_takes_it_off_the_emergency_lane(session, language, lane):
    said = a_suggestion(urgency="emergency", abstained=True)
    complaint = lodged(session, suggestion=said, industry=None, language=language).complaint
    assert (complaint.hazards, complaint.lane, complaint.level) == ([Hazard.SUSPECTED], Lane.EMERGENCY, 4)

    sort(session, complaint, Category(Industry.CATERING, Issue.QUALITY, Urgency.HIGH))

    assert (complaint.hazards, complaint.lane, complaint.urgency) == ([], lane, Urgency.HIGH)


def test_nobody_sorts_twice_or_for_another_office(session, unsorted):
    stranger = a_user(session, Role.OFFICER, department=a_department(session, "market-yanqing"))
    with pytest.raises(NotAllowed):
        sort(session, unsorted, CARD, actors.of(stranger))

    officer = an_officer(unsorted)
    sort(session, unsorted, CARD, officer)
    with pytest.raises((WrongStatus, NotAllowed)):
        sort(session, unsorted, CARD, officer)


def under_suspicion(session, *, opts_in):
    """Filed by somebody who named no danger, while the classifier suspects one and knows no industry."""
    said = a_suggestion(abstained=True, reason="close_call", confidence=0.5, urgency="emergency")
    return lodged(
        session,
        suggestion=said,
        industry=None,
        body=BODY,
        merchant=a_shop(session, industry=Industry.PREPAID_CARD),
        opts_in=opts_in,
    ).complaint


def test_a_suspicion_withholds_the_green_channel_and_keeps_the_consumers_choice(session):
    complaint = under_suspicion(session, opts_in=True)

    assert complaint.hazards == [Hazard.SUSPECTED]
    assert complaint.opted_in_at is None
    assert complaint.opt_in_wording


def test_clearing_it_gives_the_choice_back_and_the_merchant_is_asked_first(session):
    complaint = under_suspicion(session, opts_in=True)

    sort(session, complaint, CARD)

    assert complaint.opted_in_at == complaint.submitted_at
    assert complaint.status is Status.NEGOTIATING
    assert complaint.lane is Lane.ORDINARY


def test_whoever_sorted_it_away_from_their_office_has_it_in_hand_no_longer(session):
    complaint = under_suspicion(session, opts_in=True)
    sorter = a_user(session, Role.OFFICER, department_id=complaint.department_id)
    complaint.officer_id = sorter.id

    sort(session, complaint, CARD)

    assert complaint.department_id != sorter.department_id
    assert complaint.officer_id is None


def test_nobody_is_put_into_the_green_channel_who_did_not_choose_it(session):
    complaint = under_suspicion(session, opts_in=False)

    sort(session, complaint, CARD)

    assert (complaint.opted_in_at, complaint.opt_in_wording) == (None, None)
    assert complaint.status is Status.PENDING_ACCEPTANCE


def test_a_danger_that_a_person_confirms_goes_on_withholding_it(session):
    complaint = under_suspicion(session, opts_in=True)

    sort(session, complaint, replace(CARD, hazards=[Hazard.INJURY]))

    assert complaint.opted_in_at is None
    assert complaint.status is Status.PENDING_ACCEPTANCE


def held_back(session, **values):
    """One that the model sorted and suspects danger in: it waits for the authority, not for the merchant."""
    said = a_suggestion(industry=Industry.PREPAID_CARD, urgency="emergency")
    given = {"industry": None, "body": BODY, "merchant": a_shop(session), "opts_in": True, **values}
    complaint = lodged(session, suggestion=said, **given).complaint
    assert complaint.status is Status.PENDING_ACCEPTANCE
    return complaint


def clear(session, complaint):
    sort(session, complaint, CARD, verb=categories.change)


def running(complaint):
    return {deadline.rule_code for deadline in complaint.deadlines if deadline.ended_at is None}


def test_clearing_it_before_the_authority_decides_leads_back_to_the_merchant_with_its_clocks(session):
    complaint = held_back(session, amount=80_000)
    assert running(complaint) == {"S-01", "S-28"}

    clear(session, complaint)

    assert complaint.status is Status.NEGOTIATING
    assert actions_of(complaint)[-2:] == [Action.CLASSIFY, Action.OPEN_GREEN_CHANNEL]
    assert complaint.merchant_told_at == NOW
    assert running(complaint) == {"S-10", "S-11", "S-11-2", "S-11-3", "S-12"}
    assert all(deadline.met_at is None for deadline in complaint.deadlines)
    assert complaint.due_at == NOW + timedelta(hours=24)


def test_leaving_the_channel_then_starts_the_time_for_deciding_anew(session):
    complaint = held_back(session)
    clear(session, complaint)

    later = NOW + timedelta(days=3)
    green_channel.leave(complaint, the_consumer(complaint), now=later, clock=rulebook.current(session))

    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert [d.started_at for d in complaint.deadlines if d.rule_code == "S-01" and d.ended_at is None] == [
        later
    ]


def test_whoever_left_the_channel_is_not_taken_back_by_a_new_category(session):
    complaint = lodged(session, merchant=a_shop(session)).complaint
    green_channel.leave(complaint, the_consumer(complaint), now=NOW, clock=rulebook.current(session))
    sort(session, complaint, replace(CARD, hazards=[Hazard.INJURY]), verb=categories.change)

    clear(session, complaint)

    assert complaint.status is Status.PENDING_ACCEPTANCE


@pytest.mark.parametrize(
    "values", [{"opts_in": False}, {"merchant": None}], ids=["did not choose it", "no member"]
)
def test_clearing_it_leaves_with_the_authority_what_the_channel_is_not_open_to(session, values):
    complaint = held_back(session, **values)

    clear(session, complaint)

    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert complaint.lane is Lane.ORDINARY


INJURED = replace(CARD, hazards=[Hazard.INJURY])


def test_danger_named_while_the_two_sides_talk_ends_their_talks(session):
    complaint = lodged(session, merchant=a_shop(session), amount=80_000).complaint
    assert complaint.status is Status.NEGOTIATING

    sort(session, complaint, INJURED, verb=categories.change)
    session.flush()

    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert actions_of(complaint)[-2:] == [Action.CLASSIFY, Action.CLOSE_GREEN_CHANNEL]
    assert (complaint.lane, complaint.department_id) == (Lane.EMERGENCY, complaint.authority_id)
    assert running(complaint) == {"S-01", "S-11-3", "S-12", "S-28"}
    assert complaint.due_at == NOW + timedelta(hours=2)


def test_naming_a_danger_starts_the_clock_of_emergencies_and_drops_that_of_other_matters(session):
    complaint = lodged(session, opts_in=False, district="haidian").complaint
    assert running(complaint) == {"S-01", "S-30"}

    for _ in range(2):
        sort(session, complaint, INJURED, verb=categories.change)

    assert running(complaint) == {"S-01", "S-28"}
    assert len(complaint.deadlines) == 3

    clear(session, complaint)

    assert running(complaint) == {"S-01", "S-30"}
