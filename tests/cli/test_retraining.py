"""`flask classifier retrain`: from what officers decided to a model in use, or to a refusal that says why."""

from dataclasses import replace

import pytest

from classifier import corpus, storage
from complaints import categories, rulebook
from complaints.categories import Category
from models.codes import Industry, Issue, Urgency
from tests.factories import NOW, a_suggestion, an_officer, lodged

EACH, LESSONS = 60, 50


@pytest.fixture
def texts(monkeypatch):
    """Corpus and validation set, small and apart, and texts of neither that complaints are about."""
    read, by_label = corpus.read(corpus.TRAIN), {}
    for example in read:
        if example.language.startswith("zh"):
            by_label.setdefault(example.label, []).append(example)
    some = [example for label in sorted(by_label) for example in by_label[label][: 3 * EACH]]
    sets = {corpus.TRAIN: some[::3], corpus.VALIDATION: some[1::3]}
    monkeypatch.setattr(corpus, "read", sets.__getitem__)
    return some[2::3][::6][:LESSONS]


@pytest.fixture
def retrain(app, session, redis, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "MODEL_DIR", str(tmp_path))
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["classifier", "retrain", *words])


def decide(session, example, industry, number):
    complaint = lodged(session, suggestion=a_suggestion(), opts_in=False, body=example.text).complaint
    categories.change(
        session,
        complaint,
        an_officer(complaint),
        Category(industry, Issue(example.issue), Urgency(example.urgency)),
        rulebook.routes(session),
        now=NOW.replace(minute=number),
        clock=rulebook.current(session),
    )


def taught(session, texts, label=lambda example: example.label):
    for number, example in enumerate(texts):
        decide(session, example, Industry(label(example)), number)
    session.commit()


def test_without_a_decision_there_is_nothing_to_learn(retrain, session):
    said = retrain()

    assert said.exit_code == 1
    assert "nothing to learn from" in said.output


def test_decisions_are_learnt_and_both_models_shown_side_by_side(retrain, session, texts, tmp_path):
    taught(session, texts)
    assert retrain().exit_code == 0
    first = storage.current(tmp_path)

    said = retrain("--force")

    assert said.exit_code == 0, said.output
    second = storage.current(tmp_path)
    assert f"{len(texts)} texts were decided by officers: 40 taught, 10 newest held out" in said.output
    assert f"in use: {first}; new: {second}" in said.output
    assert f"Model {second} is in use" in said.output
    assert storage.previous(tmp_path) in {first, None}
    for words in ("validation, zh", "corrections, zh", "macro-F1", "emergencies found", "F1 catering"):
        assert words in said.output
    assert "corrections, zh: 10 texts, too few to decide" in said.output
    assert not any(example.text in said.output for example in texts)


def test_a_worse_model_is_refused_with_the_figures_and_the_way_to_use_it(retrain, session, texts, tmp_path):
    taught(session, texts)
    retrain()
    good = storage.current(tmp_path)
    taught(session, texts, lambda example: "housekeeping" if example.label != "housekeeping" else "other")

    said = retrain()

    assert said.exit_code == 1
    assert storage.current(tmp_path) == good
    assert "worse: validation, zh" in said.output
    assert "is not in use" in said.output
    assert "flask classifier promote" in said.output
    assert retrain("--force").exit_code == 0
    assert storage.current(tmp_path) != good


def test_versions_can_be_read_off_to_go_back_to(retrain, session, texts, app, tmp_path):
    taught(session, texts)
    retrain()

    listed = app.test_cli_runner().invoke(args=["classifier", "versions"]).output

    assert storage.current(tmp_path) in listed
    assert "40" in listed


def test_a_text_of_the_validation_set_teaches_nothing(retrain, session, texts):
    asked = [replace(example) for example in corpus.read(corpus.VALIDATION)[:3]]
    taught(session, [*texts, *asked])

    assert "3 of the validation set" in retrain().output
