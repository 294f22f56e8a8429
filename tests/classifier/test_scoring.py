import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classifier import fitting, lexicon, tokens, training
from classifier.calibration import Thresholds
from classifier.fitting import Lessons
from classifier.part import COLUMNS
from classifier.pipeline import read
from classifier.scoring import Scorer

AWKWARD = [
    "",
    "a",
    "退",
    "12345",
    "😀😀",
    "\x00\x00",
    "火锅" * 3000,
    "健身房，健身房。健身房！",
    "The GYM closed, my gym card is gone. 健身房关门",
    "去淘宝店铺找抖音直播间买的月子餐",
    "。。。，，，",
    "健身房關門跑路",
]


@pytest.fixture(scope="module")
def scorer(trained):
    return Scorer(trained.parts["zh"].arrays, tokens.Segmenter(trained.user_words))


def test_decision_values_equal_those_of_scikit_learn(trained, scorer, examples):
    texts = [example.text for example in examples] + AWKWARD
    part = trained.parts["zh"]
    matrix = part.features.transform(read(texts, tokens.Segmenter(trained.user_words)))
    expected = np.column_stack(
        [
            machine.decision_function(matrix) if machine else np.full(len(texts), bias)
            for machine, bias in zip(part.machines, part.arrays.bias, strict=True)
        ]
    )

    assert np.abs(scorer.decisions(texts) - expected).max() < 1e-6


def test_a_batch_gives_what_single_texts_give(scorer, examples):
    texts = [example.text for example in examples[::9]] + AWKWARD
    single = np.vstack([scorer.decisions([text]) for text in texts])

    assert np.abs(scorer.decisions(texts) - single).max() < 1e-9


def test_no_text_gives_no_row(scorer):
    assert scorer.decisions([]).shape == (0, sum(place.stop - place.start for place in COLUMNS.values()))


def test_neutral_words_carry_no_industry(scorer):
    words = lexicon.load()
    neutral = [word for word in tokens.words_of("neutral.txt") if word not in words.terms]
    industry = COLUMNS["industry"]
    bare = scorer.decisions(["囗囗"])[0, industry]

    for word in neutral:
        told = scorer.decisions([word])[0, industry]
        assert np.abs(told - bare).max() < 0.5, word


def test_training_twice_gives_the_same_model(examples):
    first, again = (training.fit(examples[::5], []) for _ in range(2))

    assert np.array_equal(first.parts["zh"].arrays.weights, again.parts["zh"].arrays.weights)
    assert first.stored("").record == again.stored("").record


def test_without_texts_held_out_the_default_thresholds_stand(examples):
    assert training.fit(examples[::9], []).parts["zh"].record["thresholds"] == Thresholds().as_json()


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_kind_that_is_everywhere_or_nowhere_needs_no_machine(everywhere):
    lessons = Lessons(csr_matrix(np.eye(8)), np.arange(8) % fitting.FOLDS, np.ones(8), whole=8)

    output = fitting.fit(lessons, np.full(8, everywhere), cost=1.0)

    assert output.machine is None
    assert not output.weights.any()
    assert (output.bias > 0) == everywhere
