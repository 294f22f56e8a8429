import numpy as np
import pytest

from classifier import lexicon, tokens, training
from classifier.model import COLUMNS
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
    return Scorer(trained.arrays)


def test_decision_values_equal_those_of_scikit_learn(trained, scorer, examples):
    texts = [example.text for example in examples] + AWKWARD
    segmenter = tokens.Segmenter(trained.arrays.user_words)
    matrix = trained.features.transform(read(texts, segmenter))
    expected = np.column_stack(
        [
            machine.decision_function(matrix) if machine else np.full(len(texts), bias)
            for machine, bias in zip(trained.machines, trained.arrays.bias, strict=True)
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


def test_training_twice_gives_the_same_weights(trained, examples):
    again = training.fit(examples, examples[::7])

    assert np.array_equal(again.arrays.weights, trained.arrays.weights)
    assert again.record == trained.record
