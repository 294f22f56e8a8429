"""A model that people taught: held against the one in use, and put to use unless it is worse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import classifier
from classifier import Lesson, corpus, retraining, storage
from classifier.evaluation import ClassScore, Report
from classifier.retraining import Comparison, faults_of

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
GOOD = Report(
    count=1000,
    accuracy=0.9,
    lenient_accuracy=0.93,
    macro_f1=0.9,
    lenient_macro_f1=0.93,
    classes=(ClassScore("catering", 0.9, 0.9, 0.9, 100), ClassScore("other", 0.85, 0.85, 0.85, 100)),
    confusion=(),
    calibration_error=0.05,
    routed=0.85,
    routed_right=0.96,
    issue_accuracy=0.6,
    issue_macro_f1=0.6,
    urgency_accuracy=0.75,
    emergency_recall=0.97,
    emergency_precision=0.7,
)


def worse_in(texts="validation, zh", old=GOOD, **changes):
    return [fault.figure for fault in faults_of(Comparison(texts, old, replace(GOOD, **changes)))]


def classes(f1):
    return (ClassScore("catering", f1, f1, f1, 100), GOOD.classes[1])


@pytest.mark.parametrize(
    ("changes", "figures"),
    [
        ({}, []),
        ({"macro_f1": 0.99, "accuracy": 0.1}, []),
        ({"macro_f1": 0.896}, []),
        ({"macro_f1": 0.894}, ["macro_f1"]),
        ({"emergency_recall": 0.951}, []),
        ({"emergency_recall": 0.949}, ["emergency_recall"]),
        ({"classes": classes(0.88)}, []),
        ({"classes": classes(0.86)}, ["f1 catering"]),
        ({"classes": GOOD.classes[1:]}, ["f1 catering"]),
    ],
)
def test_what_is_worse_on_the_validation_set(changes, figures):
    assert worse_in(**changes) == figures


def test_of_a_small_set_two_texts_may_fall_out_otherwise():
    small = replace(GOOD, count=100, classes=(ClassScore("catering", 0.9, 0.9, 0.9, 25),))
    fell = (ClassScore("catering", 0.83, 0.83, 0.83, 25),)

    assert worse_in(old=small, count=100, macro_f1=0.881, classes=fell) == []
    assert worse_in(old=small, count=100, macro_f1=0.879, classes=fell) == ["macro_f1"]
    assert worse_in(old=small, count=1000, macro_f1=0.881, classes=fell) == ["macro_f1"]


def test_a_model_may_find_as_few_emergencies_as_the_old_one():
    old = replace(GOOD, emergency_recall=0.9)

    assert worse_in(old=old, emergency_recall=0.9) == []
    assert worse_in(old=old, emergency_recall=0.89) == ["emergency_recall"]


@pytest.mark.parametrize(
    ("changes", "figures"),
    [
        ({"accuracy": 0.89, "macro_f1": 0.1, "emergency_recall": 0.1}, []),
        ({"accuracy": 0.87}, ["accuracy"]),
        ({"accuracy": 0.1, "count": retraining.LEAST_JUDGED - 1}, []),
    ],
)
def test_what_is_worse_on_the_newest_corrections(changes, figures):
    assert worse_in("corrections, zh", **changes) == figures


def test_nothing_is_worse_than_no_model():
    assert faults_of(Comparison("validation, zh", None, replace(GOOD, macro_f1=0.0))) == []


def test_a_fault_says_what_was_reached_and_what_had_to_be():
    (fault,) = faults_of(Comparison("validation, zh", GOOD, replace(GOOD, emergency_recall=0.5)))

    assert (fault.texts, fault.bound, fault.new) == ("validation, zh", 0.95, 0.5)


@pytest.fixture
def small(examples, monkeypatch):
    """Corpus and validation set small enough to train on in a test, each a text of its own."""
    sets = {corpus.TRAIN: examples[::3], corpus.VALIDATION: examples[1::3]}
    monkeypatch.setattr(corpus, "read", sets.__getitem__)
    return sets


@pytest.fixture
def lessons(examples):
    """What officers said of other texts, rightly."""
    return [
        Lesson(one.text, one.label, one.issue, one.urgency, NOW - timedelta(hours=number))
        for number, one in enumerate(examples[2::9])
    ]


def test_what_people_said_is_learnt_and_the_model_put_to_use(small, lessons, tmp_path):
    steps = []

    first = classifier.retrain(
        lessons, tmp_path, now=NOW, progress=lambda done, total: steps.append((done, total))
    )

    assert first.is_promoted
    assert first.before is None
    assert storage.current(tmp_path) == first.version
    assert len(first.settled.taught) == round(len(lessons) * 0.8)
    (record,) = classifier.versions(tmp_path)
    assert record["examples"] == len(small[corpus.TRAIN]) + len(first.settled.taught)
    assert record["lessons"] == {
        "taught": len(first.settled.taught),
        "held_out": len(first.settled.held_out),
        "until": NOW.isoformat(),
    }
    assert {comparison.texts for comparison in first.comparisons} == {"validation, zh", "corrections, zh"}
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1))


def test_the_same_lessons_give_the_same_model(small, lessons, tmp_path):
    first = classifier.retrain(lessons, tmp_path, now=NOW)
    again = classifier.retrain(lessons[::-1], tmp_path, now=NOW + timedelta(minutes=1))

    assert again.version.rpartition("-")[2] == first.version.rpartition("-")[2]
    assert [pair.new for pair in again.comparisons] == [pair.new for pair in first.comparisons]
    assert again.before == first.version


def wrong(lesson):
    """What an officer would say who mistakes everything."""
    return replace(lesson, industry="housekeeping" if lesson.industry != "housekeeping" else "other")


def test_a_worse_model_is_kept_aside_unless_forced(small, lessons, tmp_path):
    good = classifier.retrain(lessons, tmp_path, now=NOW)
    misled = [wrong(lesson) for lesson in lessons]

    bad = classifier.retrain(misled, tmp_path, now=NOW + timedelta(minutes=1))

    assert not bad.is_promoted
    assert bad.faults
    assert storage.current(tmp_path) == good.version
    assert bad.version in storage.versions(tmp_path)

    forced = classifier.retrain(misled, tmp_path, now=NOW + timedelta(minutes=2), is_forced=True)
    assert forced.is_promoted
    assert forced.faults
    assert storage.current(tmp_path) == forced.version
    assert classifier.revert(tmp_path) == good.version


def test_training_without_lessons_is_what_it_was(small, lessons, tmp_path):
    before = classifier.train(tmp_path, now=NOW)
    classifier.retrain(lessons, tmp_path, now=NOW + timedelta(minutes=1))
    after = classifier.train(tmp_path, now=NOW + timedelta(minutes=2))

    assert before.rpartition("-")[2] == after.rpartition("-")[2]
    kept = {record["version"]: record for record in classifier.versions(tmp_path)}
    assert kept[before]["corpus"] == kept[after]["corpus"]
    assert "lessons" not in kept[after]
