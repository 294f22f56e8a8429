"""The demonstration town: its texts are its own, fit its shops, and set a life going."""

import hashlib
import itertools
import json
import random
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

import demo.compensation
import demo.merchants
import demo.people
from classifier.characters import DATA
from complaints.merchants import is_licence_no
from demo import texts
from demo.town import Town
from models.codes import ApplicationStatus, Lane, Role, Status
from models.complaint import Complaint
from models.organisations import Department, Merchant, MerchantApplication
from models.people import User
from models.settlement import Compensation
from tests.factories import a_suggestion

ON = date(2026, 11, 3)


def told():
    return [(story, story.told(story.shops[0], ON)) for story in texts.stories(random.Random(1))]


def fingerprint(text):
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def test_no_story_is_a_text_the_classifier_learns_from_or_is_measured_with():
    corpus = {
        fingerprint(json.loads(line)["text"])
        for path in sorted(DATA.rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    assert len(corpus) > 1000
    assert not corpus & {fingerprint(text) for _, text in told()}


def test_every_story_is_told_once_and_in_full():
    found = told()
    assert len(found) >= 300
    assert len({text for _, text in found}) == len(found)
    assert not [text for _, text in found if "{" in text or "}" in text]


def test_what_is_asked_for_in_money_stands_in_the_text():
    for story, text in told():
        if story.amount is not None:
            assert story.amount > 0
            assert f"{story.details['amount']}" in text


def test_every_story_is_about_a_shop_of_its_industry():
    for story, _ in told():
        names = {name for name, _ in demo.merchants.SHOPS[story.industry]}
        assert set(story.shops) <= names, story.words


def test_the_town_speaks_mostly_chinese_and_some_english_among_others():
    languages = [story.language for story, _ in told()]
    assert languages.count("zh_Hans") > len(languages) * 0.7
    assert len(languages) * 0.1 < languages.count("en") < len(languages) * 0.2
    assert {"ja", "ko", "ru"} <= set(languages)


@pytest.fixture
def town(session):
    dice, now = random.Random(5), datetime.now(UTC).replace(microsecond=0)
    demo.people.staff(session, "no password", dice, now=now)
    shops = demo.merchants.open_shops(session, dice, now=now)
    session.flush()
    demo.merchants.ask_to_join(session, shops, dice, now=now)
    consumers, _ = demo.people.consumers(session, "no password", dice, now=now)
    session.commit()
    return Town(session, shops, consumers, lambda text: a_suggestion(abstained=True), now)


def test_what_was_filed_is_answered_settled_or_raised_by_the_real_rules(town, session):
    stories = texts.stories(random.Random(3))[:40]
    for _ in itertools.islice(town.live(stories), 700):
        pass
    statuses = set(session.scalars(select(Complaint.status)))
    assert session.scalar(select(func.count()).select_from(Complaint)) > 20
    assert Status.CLOSED in statuses
    assert len(statuses) >= 4
    assert Lane.INTERNATIONAL in set(session.scalars(select(Complaint.lane)))


def test_officers_have_complaints_in_hand_and_those_of_their_own_office(town, session):
    for _ in itertools.islice(town.live(texts.stories(random.Random(3))[:40]), 700):
        pass
    held = session.scalars(select(Complaint).where(Complaint.officer_id.is_not(None))).all()
    assert any(complaint.closed_at is None for complaint in held)
    assert all(complaint.officer.department_id == complaint.department_id for complaint in held)
    assert any(complaint.officer_id is None for complaint in town.complaints)


def test_every_office_has_a_telephone_that_nobody_else_can_have(town, session):
    numbers = session.scalars(select(Department.phone)).all()
    assert all(re.fullmatch(r"010-0000 \d{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_two_shops_wait_to_join_and_one_holds_another_shops_licence(town, session):
    waiting = session.scalars(select(MerchantApplication)).all()
    assert [one.status for one in waiting] == [ApplicationStatus.SUBMITTED] * 2
    assert all(is_licence_no(one.licence_no) for one in waiting)
    known = set(session.scalars(select(Merchant.licence_no)))
    assert [one.licence_no in known for one in waiting] == [False, True]


def test_the_officer_shown_first_is_the_one_who_decides_on_them(town, session):
    officer = session.scalar(select(User).where(User.role == Role.OFFICER).order_by(User.id).limit(1))
    districts = set(session.scalars(select(MerchantApplication.district)))
    assert {officer.department.district} == districts


def test_consumers_ask_the_shopping_centre_for_advance_compensation(town, session):
    shops = list(town.shops)
    demo.compensation.open_centre(session, shops, "91110000MA0000000X", now=town.now)
    session.commit()
    demo.compensation.plan(town)
    for _ in town.live(texts.stories(random.Random(3))[:60]):
        pass

    asked = session.scalars(select(Compensation).where(Compensation.requested_at.is_not(None))).all()
    assert len(asked) >= 3
    assert len({one.status for one in asked}) >= 3
    assert {one.payer.name for one in asked} == {demo.compensation.NAME}


def test_whoever_mediates_in_the_town_speaks_chinese(session):
    demo.people.staff(session, "", random.Random(1), now=datetime(2026, 11, 3, tzinfo=UTC))

    mediators = session.scalars(select(User).where(User.role == Role.MEDIATOR)).all()
    assert mediators
    assert all("zh_Hans" in mediator.languages for mediator in mediators)
