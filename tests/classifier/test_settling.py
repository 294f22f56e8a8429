"""What people said becomes lessons: masked, each text once, the newest word, and nothing that models are tested on."""

from datetime import UTC, datetime, timedelta

import pytest

from classifier import Lesson, corpus, settling
from classifier.corpus import Example
from classifier.settling import beside, fingerprint, settle

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
TEXTS = [
    f"第{number}次去那家面馆，面里有{what}，老板不认账。"
    for number in range(5)
    for what in ("头发", "虫子", "沙子")
]


def lesson(text, days=0, industry="catering", **values):
    given = {"issue": "food_safety", "urgency": "normal", "at": BEGIN + timedelta(days=days)}
    return Lesson(text, industry, **{**given, **values})


def example(text, label="catering"):
    return Example(text, label, "", "food_safety", "normal", "filed", "zh_Hans", "some")


def test_lessons_are_masked_and_weigh_more_than_the_corpus_where_they_correct_it():
    told = lesson("王建国在面馆吃出虫子，电话13800138000。", known=("王建国",))
    settled = settle([told, lesson(TEXTS[0], 1, is_confirmation=True)], [])

    first, second = settled.taught
    assert "王建国" not in first.text
    assert "138" not in first.text
    assert (first.weight, second.weight) == (settling.CORRECTION_WEIGHT, settling.CONFIRMATION_WEIGHT)
    assert (first.label, first.issue, first.urgency, first.language) == (
        "catering", "food_safety", "normal", "zh_Hans",
    )  # fmt: skip


def test_of_two_words_on_one_text_the_newest_holds():
    said = [lesson(TEXTS[0], 2, "other"), lesson(TEXTS[0], 1), lesson(TEXTS[0], 0, "ecommerce")]
    settled = settle(said, [])

    assert [one.label for one in settled.taught] == ["other"]
    assert (settled.given, settled.repeated) == (3, 2)


@pytest.mark.parametrize(
    "same",
    ["面里有虫，老板不认账！！", " 面里有虫 老板不认账 ", "面裏有蟲，老闆不認賬", "面里有虫，老板不认账。"],
)
def test_texts_that_read_the_same_are_one(same):
    assert fingerprint(same) == fingerprint("面里有虫，老板不认账。")


def test_a_text_is_the_same_whoever_it_names():
    assert fingerprint("我叫王建国，面里有虫。") == fingerprint("我叫李小梅，面里有虫。")


def test_what_stands_in_the_validation_set_teaches_nothing():
    settled = settle([lesson("面里有虫,老板不认账!"), lesson(TEXTS[0])], [example("面里有虫，老板不认账。")])

    assert [one.text for one in settled.taught] == [TEXTS[0]]
    assert settled.in_validation == 1


def test_no_text_of_the_validation_set_itself_gets_by():
    validation = corpus.read(corpus.VALIDATION)
    settled = settle([lesson(one.text, known=("老板",)) for one in validation[::50]], validation)

    assert settled.taught == ()


@pytest.mark.parametrize(
    "text", ["ラーメンに髪の毛が入っていました。返金してほしいです。", "13800138000", "😡😡😡"]
)
def test_what_the_model_does_not_answer_teaches_nothing(text):
    settled = settle([lesson(text)], [])

    assert (settled.taught, settled.unreadable) == ((), 1)


def test_the_newest_fifth_is_held_out():
    said = [lesson(text, days) for days, text in enumerate(TEXTS)]
    settled = settle(reversed(said), [])

    assert [one.text for one in settled.taught] == TEXTS[:12]
    assert [one.text for one in settled.held_out] == TEXTS[12:]
    assert settled.until == BEGIN + timedelta(days=14)


def test_a_text_said_again_later_is_among_the_newest():
    said = [lesson(text, days) for days, text in enumerate(TEXTS)] + [lesson(TEXTS[0], 99, "other")]
    settled = settle(said, [])

    assert settled.held_out[-1].text == TEXTS[0]
    assert TEXTS[0] not in {one.text for one in settled.taught}


def test_nothing_said_is_nothing_taught():
    assert settle([], []) == settling.Settled()


def test_peoples_word_takes_the_place_of_the_corpus_and_what_is_held_out_is_in_neither():
    said = [lesson(text, days, "other") for days, text in enumerate(TEXTS)]
    settled = settle(said, [])
    both = beside([example(TEXTS[0]), example(TEXTS[-1]), example("网店不退款。", "ecommerce")], settled)

    labels = {one.text: one.label for one in both}
    assert labels[TEXTS[0]] == "other"
    assert TEXTS[-1] not in labels
    assert labels["网店不退款。"] == "ecommerce"
    assert len(both) == len(labels)


def test_lessons_are_spread_over_the_folds():
    said = [lesson(text, days) for days, text in enumerate(TEXTS)]

    assert len({one.source for one in settle(said, []).taught}) > 4
