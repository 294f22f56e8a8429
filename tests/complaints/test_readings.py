"""What is counted about the classifier, on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from complaints import actors, categories, queries, readings, rulebook
from complaints.categories import Category
from models.codes import Hazard, Industry, Issue, Role
from models.learning import ReadingDay, VocabularyDay
from tests.factories import NOW, a_department, a_suggestion, a_user, an_officer, lodged

TODAY = NOW.date()
CATERING, CARD = Industry.CATERING, Industry.PREPAID_CARD


def read_as(session, industry=CATERING, *, days_ago=0, abstained=False, **values):
    """A complaint nobody at the desk has looked at yet."""
    at = NOW - timedelta(days=days_ago)
    said = a_suggestion(industry=industry, abstained=abstained, at=at)
    return lodged(session, suggestion=said, industry=None, opts_in=False, now=at, **values).complaint


def decide(session, complaint, industry, issue=Issue.OTHER, **how):
    categories.change(
        session,
        complaint,
        an_officer(complaint),
        Category(industry, issue, **how),
        rulebook.routes(session),
        now=NOW,
        clock=rulebook.current(session),
    )


def counted(session):
    session.flush()
    readings.roll_up(session, TODAY)
    found = readings.cells(session, TODAY)
    return {(c.weeks_ago, c.said, c.decided, c.abstained): c.complaints for c in found}


def test_what_nobody_decided_is_read_and_no_more(session):
    read_as(session)
    read_as(session)

    assert counted(session) == {(0, CATERING, None, False): 2}


def test_what_an_officer_sorts_is_decided(session):
    decide(session, read_as(session), CARD)
    decide(session, read_as(session), CATERING)

    assert counted(session) == {(0, CATERING, CARD, False): 1, (0, CATERING, CATERING, False): 1}


def test_what_is_accepted_as_it_was_is_decided_as_that(session):
    complaint = read_as(session)
    complaint.accepted_at = NOW

    assert counted(session) == {(0, CATERING, CATERING, False): 1}


def test_days_are_those_of_the_city_and_weeks_are_counted_back_from_today(session):
    read_as(session, days_ago=6)
    read_as(session, days_ago=7)
    read_as(session, days_ago=7 * readings.WEEKS)
    late = read_as(session)
    late.suggestions[0].at = NOW.replace(hour=15, minute=59) - timedelta(days=7)

    assert counted(session) == {(0, CATERING, None, False): 1, (1, CATERING, None, False): 2}


def test_the_first_reading_counts_and_no_later_one(session):
    complaint = read_as(session, CARD, abstained=True)
    complaint.suggestions.append(a_suggestion(industry=CATERING, model_version="later"))

    assert counted(session) == {(0, CARD, None, True): 1}


@pytest.mark.parametrize("reason", readings.SPEECHLESS)
def test_where_the_model_found_nothing_to_go_by_it_said_nothing(session, reason):
    complaint = read_as(session, Industry.OTHER, abstained=True)
    complaint.suggestions[0].reason = reason
    decide(session, complaint, CARD)

    assert counted(session) == {(0, None, CARD, True): 1}


def test_counting_again_changes_what_people_decided_since_and_doubles_nothing(session):
    complaint = read_as(session, days_ago=20)
    counted(session)
    decide(session, complaint, CARD)

    assert counted(session) == {(2, CATERING, CARD, False): 1}
    assert session.scalar(select(func.sum(ReadingDay.complaints))) == 1


def test_each_model_answers_for_what_it_read(session):
    decide(session, read_as(session, days_ago=9), CATERING)
    decide(session, read_as(session, days_ago=9), CARD)
    read_as(session, days_ago=9, abstained=True)
    newer = read_as(session)
    newer.suggestions[0].model_version = "x-newer"
    counted(session)

    assert readings.models(session, TODAY) == [
        readings.Served("x-newer", TODAY, 1, 0, 0, 0),
        readings.Served("test", TODAY - timedelta(days=9), 3, 1, 2, 1),
    ]


def test_what_officers_said_is_counted_by_what_they_changed(session):
    decide(session, read_as(session), CATERING, Issue.QUALITY)
    decide(session, read_as(session), CARD)
    decide(session, read_as(session), CATERING, hazards=[Hazard.INJURY])
    alarm = read_as(session)
    alarm.suggestions[0].urgency = "emergency"
    decide(session, alarm, CATERING, hazards=[Hazard.INJURY])
    decide(session, lodged(session, opts_in=False).complaint, CARD)
    session.flush()

    assert readings.words(session, TODAY) == readings.Words(
        given=4, industry=1, issue=3, urgency=1, emergencies=2, seen=1, alarms=1
    )


def test_what_was_counted_long_ago_stays(session):
    old = TODAY - timedelta(weeks=40)
    session.add(
        ReadingDay(day=old, model_version="first", said=CARD, abstained=False, decided=None, complaints=3)
    )

    assert counted(session) == {}
    assert session.scalar(select(ReadingDay.complaints).where(ReadingDay.day == old)) == 3


def test_the_sample_of_a_day_is_of_that_day_and_bounded(session, monkeypatch):
    monkeypatch.setattr(readings, "SAMPLE", 2)
    for _ in range(3):
        read_as(session, body="今天的一条投诉，店里卫生太差。")
    read_as(session, days_ago=1, body="昨天的一条投诉，店里卫生太差。")
    session.flush()

    assert list(readings.sample(session, TODAY)) == ["今天的一条投诉，店里卫生太差。"] * 2
    assert list(readings.sample(session, TODAY - timedelta(days=1))) == ["昨天的一条投诉，店里卫生太差。"]


def words(days_ago, **values):
    given = {"texts": 10, "words": 100, "unknown": 5, "usual": 0.06, "new_words": {}}
    return VocabularyDay(day=TODAY - timedelta(days=days_ago), **{**given, **values})


def test_words_are_summed_by_week_and_new_ones_over_the_days(session):
    session.add_all(
        [
            words(1, new_words={"预制菜": 3, "盲盒": 2}),
            words(2, new_words={"预制菜": 4}),
            words(8, unknown=20, new_words={"盲盒": 9}),
            words(7 * readings.WEEKS + 1, unknown=99),
        ]
    )
    session.flush()

    this, before = readings.vocabulary(session, TODAY)

    assert (this.weeks_ago, this.texts, this.words, this.unknown, round(this.usual, 2)) == (
        0,
        20,
        200,
        10,
        0.06,
    )
    assert (before.weeks_ago, before.unknown) == (1, 20)
    assert readings.new_words(session, TODAY, weeks=1, least=3, limit=9) == [("预制菜", 7)]
    assert readings.new_words(session, TODAY, weeks=4, least=3, limit=9) == [("盲盒", 11), ("预制菜", 7)]


def test_whole_days_without_words_are_found_oldest_first(session):
    session.add(words(2))
    session.flush()

    days = readings.days_without_words(session, TODAY)

    assert len(days) == 7 * readings.WEEKS - 2
    assert days[-1] == TODAY - timedelta(days=1)
    assert TODAY - timedelta(days=2) not in days


def test_the_complaints_of_a_pair_are_listed_to_those_who_may_see_them(session):
    complaint = read_as(session)
    decide(session, complaint, CARD)
    read_as(session, CARD)
    session.flush()
    city = a_user(session, Role.SUPERVISOR, department=a_department(session, "city-coordination"))
    admin = a_user(session, Role.ADMIN)
    sees = actors.of(city, queries.departments_of(session, city))

    assert list(readings.confused(session, sees, CATERING, CARD, TODAY)) == [complaint]
    assert list(readings.confused(session, sees, CARD, CATERING, TODAY)) == []
    assert list(readings.confused(session, actors.of(admin), CATERING, CARD, TODAY)) == []


@pytest.mark.parametrize("index", ["ix_suggestions_at", "ix_reading_days_day"])
def test_what_is_counted_by_has_an_index(session, index):
    assert (
        session.scalar(text("SELECT count(*) FROM pg_indexes WHERE indexname = :name"), {"name": index}) == 1
    )
