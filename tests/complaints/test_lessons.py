"""What officers said, as the next training reads it."""

from datetime import timedelta

from complaints import categories, lessons, rulebook
from complaints.categories import Category
from models.codes import Industry, Issue, Urgency
from models.suggestion import Correction
from tests.factories import NOW, a_suggestion, an_officer, lodged

CARD = Category(Industry.PREPAID_CARD, Issue.MERCHANT_CLOSED, Urgency.HIGH)
BODY = "充了三千元的卡，店关门了，余额不退。"


def a_case(session, body=BODY, **values):
    return lodged(session, suggestion=a_suggestion(), opts_in=False, body=body, **values).complaint


def decide(session, complaint, category=CARD, days=0):
    categories.change(
        session,
        complaint,
        an_officer(complaint),
        category,
        rulebook.routes(session),
        reason="更正",
        now=NOW + timedelta(days=days),
        clock=rulebook.current(session),
    )
    session.flush()


def test_a_lesson_has_the_text_and_all_that_was_said(session):
    decide(session, a_case(session, order_no="A-7788"))

    (taught,) = lessons.newest(session)
    assert (taught.text, taught.at, taught.is_confirmation) == (BODY, NOW, False)
    assert (taught.industry, taught.issue, taught.urgency) == (
        Industry.PREPAID_CARD,
        Issue.MERCHANT_CLOSED,
        Urgency.HIGH,
    )
    assert {"A-7788", "13800138000"} <= set(taught.known)


def test_what_names_the_consumer_is_not_shown_where_a_lesson_is_printed(session):
    decide(session, a_case(session))

    (taught,) = lessons.newest(session)
    assert BODY not in repr(taught)
    assert "13800138000" not in repr(taught)


def test_agreeing_in_everything_is_a_confirmation_and_in_one_thing_is_not(session):
    decide(session, a_case(session, "第一条投诉，菜里有虫。"), Category(Industry.CATERING, Issue.QUALITY))
    decide(session, a_case(session, "第二条投诉，菜里有虫。"), Category(Industry.CATERING, Issue.FOOD_SAFETY))

    assert [taught.is_confirmation for taught in lessons.newest(session)] == [True, False]


def test_of_two_words_on_the_same_text_the_newest_is_taught(session):
    decide(session, a_case(session))
    decide(session, a_case(session), Category(Industry.OTHER, Issue.OTHER), days=1)

    assert [taught.industry for taught in lessons.newest(session)] == [Industry.OTHER]


def test_a_text_that_has_changed_since_teaches_nothing(session):
    complaint = a_case(session)
    decide(session, complaint)
    complaint.body += "（已补充）"
    session.flush()

    assert list(lessons.newest(session)) == []


def test_a_correction_of_the_first_release_takes_issue_and_urgency_from_the_complaint(session):
    complaint = a_case(session)
    session.add(
        Correction(
            complaint_id=complaint.id,
            from_industry=Industry.CATERING,
            to_industry=Industry.OTHER,
            text_hash=categories.text_hash(BODY),
            at=NOW,
        )
    )
    session.flush()

    (taught,) = lessons.newest(session)
    assert (taught.industry, taught.issue, taught.urgency) == (
        Industry.OTHER,
        complaint.issue,
        complaint.urgency,
    )


def test_of_many_texts_the_newest_are_taught(session, monkeypatch):
    monkeypatch.setattr(lessons, "MOST", 2)
    for days in range(3):
        decide(session, a_case(session, f"第{days}条投诉，店关门了。"), days=days)

    assert [taught.text[:2] for taught in lessons.newest(session)] == ["第1", "第2"]


def test_what_came_in_since_is_counted(session):
    for days in range(3):
        decide(session, a_case(session, f"第{days}条投诉，店关门了。"), days=days)

    assert lessons.count_since(session, None) == 3
    assert lessons.count_since(session, NOW) == 2
