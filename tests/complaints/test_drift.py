"""When the classifier calls for somebody: arithmetic on plain figures."""

import pytest

from complaints import drift
from complaints.drift import Alert, Share, Sign
from complaints.readings import Cell, Vocabulary, Words
from models.codes import Industry

HOME, FOOD, CARD, SHOP, OTHER = Industry


def cell(complaints, said=FOOD, decided=None, *, weeks_ago=0, abstained=False):
    return Cell(weeks_ago, said, decided, abstained, complaints)


def week(texts=300, words=6000, unknown=360, *, weeks_ago=0, usual=0.06):
    return Vocabulary(weeks_ago, texts, words, unknown, usual)


def said(emergencies=0, seen=0):
    return Words(100, 20, 30, 10, emergencies, seen, 40)


def signs(cells, vocabulary=(), words=None):
    return {alert.sign for alert in drift.alerts(cells, vocabulary, words or said())}


def test_right_counts_what_was_routed_and_decided_and_nothing_else():
    cells = [
        cell(8, FOOD, FOOD),
        cell(2, CARD, FOOD),
        cell(5, FOOD, CARD),
        cell(99, FOOD, None),
        cell(99, FOOD, CARD, abstained=True),
    ]

    assert drift.right(cells) == Share(8, 15)
    assert drift.right(cells, FOOD) == Share(8, 10)
    assert drift.right(cells, CARD) == Share(0, 5)
    assert drift.right([]).value is None


def test_first_guesses_are_those_of_what_was_left_to_people_with_a_guess():
    cells = [
        cell(3, FOOD, FOOD, abstained=True),
        cell(1, CARD, FOOD, abstained=True),
        cell(9, None, FOOD, abstained=True),
        cell(9, CARD, None, abstained=True),
        cell(9, FOOD, FOOD),
    ]

    assert drift.guessed(cells) == Share(3, 4)
    assert drift.left_to_people(cells) == Share(22, 31)


def test_what_complaints_are_about_is_what_people_decided_and_else_what_was_read():
    found = drift.by_industry([cell(2, FOOD, CARD), cell(3, FOOD), cell(4, None, None, abstained=True)])

    assert (found[CARD], found[FOOD], found[OTHER]) == (Share(2, 5), Share(3, 5), Share(0, 5))


def test_weeks_are_taken_by_how_long_ago_they_were():
    cells = [cell(1, weeks_ago=ago) for ago in range(12)]

    assert [one.weeks_ago for one in drift.of_weeks(cells, 0)] == [0, 1, 2, 3]
    assert [one.weeks_ago for one in drift.of_weeks(cells, 4)] == [4, 5, 6, 7]
    assert [one.weeks_ago for one in drift.of_weeks(cells, 2, 1)] == [2]


def test_the_shift_is_how_much_went_to_other_industries():
    before, now = [cell(500, FOOD), cell(500, CARD)], [cell(400, FOOD), cell(400, CARD), cell(200, SHOP)]

    assert drift.shift(now, before) == pytest.approx(0.2)
    assert drift.shift(now, now) == 0


def test_of_few_complaints_no_shift_is_said():
    many, few = [cell(drift.LEAST_COMPARED)], [cell(drift.LEAST_COMPARED - 1, CARD)]

    assert drift.shift(many, few) is None
    assert drift.shift(few, many) is None


def test_confused_pairs_come_with_the_most_frequent_first():
    cells = [
        cell(2, FOOD, CARD),
        cell(1, FOOD, CARD, weeks_ago=9, abstained=True),
        cell(5, CARD, OTHER),
        cell(9, FOOD, FOOD),
        cell(9, None, FOOD, abstained=True),
    ]

    assert drift.confused(cells) == [(CARD, OTHER, 5), (FOOD, CARD, 3)]


def test_nothing_is_alarming_where_nothing_was_counted():
    assert drift.alerts([], [], said()) == []


@pytest.mark.parametrize(("wrong", "alarms"), [(9, False), (20, True)])
def test_too_many_errors_call_for_somebody(wrong, alarms):
    cells = [cell(120, FOOD, FOOD), cell(wrong, FOOD, CARD)]

    assert (Sign.ERRS in signs(cells)) is alarms


def test_a_single_industry_that_is_read_badly_is_named():
    cells = [cell(900, FOOD, FOOD), cell(20, FOOD, CARD), cell(20, CARD, CARD)]

    assert drift.alerts(cells, [], said()) == [Alert(Sign.ERRS_IN_ONE, 0.5, drift.LEAST_RIGHT_IN_ONE, CARD)]


@pytest.mark.parametrize("decided", [1, drift.LEAST_DECIDED - 1])
def test_few_decisions_alarm_nobody(decided):
    assert signs([cell(decided, FOOD, CARD)]) == set()


@pytest.mark.parametrize(("left", "alarms"), [(25, False), (26, True)])
def test_too_much_left_to_people_calls_for_somebody(left, alarms):
    cells = [cell(100 - left), cell(left, abstained=True)]

    assert (Sign.ABSTAINS in signs(cells)) is alarms


def test_complaints_about_other_things_call_for_somebody():
    now, before = [cell(500), cell(100, CARD)], [cell(600, weeks_ago=4)]

    assert signs([*now, *before]) == {Sign.SHIFTS}
    assert signs([*now, cell(60, weeks_ago=4)]) == set()


@pytest.mark.parametrize(("unknown", "alarms"), [(600, False), (700, True)])
def test_unknown_words_call_for_somebody_beyond_what_is_usual(unknown, alarms):
    assert (Sign.STRANGE_WORDS in signs([], [week(unknown=unknown)])) is alarms


@pytest.mark.parametrize(
    "vocabulary",
    [[], [week(texts=99, unknown=6000)], [week(weeks_ago=4, unknown=6000)], [week(words=0, unknown=0)]],
    ids=["none", "few texts", "long ago", "no words"],
)
def test_where_there_are_no_words_to_go_by_nothing_is_said_of_them(vocabulary):
    assert signs([], vocabulary) == set()


@pytest.mark.parametrize(
    ("emergencies", "seen", "alarms"), [(100, 95, False), (100, 94, True), (19, 0, False), (0, 0, False)]
)
def test_overlooked_emergencies_call_for_somebody(emergencies, seen, alarms):
    assert (Sign.OVERLOOKS in signs([], words=said(emergencies, seen))) is alarms


def test_the_gravest_comes_first():
    found = drift.alerts([cell(300, FOOD, CARD, abstained=False), cell(300, abstained=True)], [], said(50, 1))

    assert [alert.sign for alert in found] == [Sign.OVERLOOKS, Sign.ERRS, Sign.ERRS_IN_ONE, Sign.ABSTAINS]


def test_old_errors_are_forgiven():
    assert signs([cell(900, FOOD, CARD, weeks_ago=drift.PERIOD), cell(900, FOOD, FOOD)]) <= {Sign.SHIFTS}
