"""A fitted feature union and its weights as the plain arrays that `scoring` works with."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion

from classifier import grams, tokens
from classifier.lexicon import Lexicon, dense_names, industry_matrix
from classifier.scoring import Arrays, Floats


def arrays_of(features: FeatureUnion, words: Lexicon, *, weights: Floats, bias: Floats) -> Arrays:
    """Everything the scorer needs. The weights take up the scale of each feature family."""
    runs, word_list = _vocabulary(features, "grams"), _vocabulary(features, "words")
    scale = np.repeat(
        [features.transformer_weights[name] for name, _ in features.transformer_list],
        [len(runs), len(word_list), weights.shape[0] - len(runs) - len(word_list)],
    )
    terms = sorted(words.terms)
    number = {term: at for at, term in enumerate(terms)}
    han = [term for term in terms if term in words.han]
    short = {term: number[term] for term in han if len(term) <= grams.LONGEST}
    long = [(term, number[term]) for term in han if len(term) > grams.LONGEST]
    table = _Keys(runs, word_list, short, {term[: grams.LONGEST] for term, _ in long})
    return Arrays(
        slots=table.built.slots,
        numbers=table.built.numbers,
        gram_column=table.columns,
        word_column=table.words,
        gram_term=table.terms,
        opens_long=table.opens,
        term_group=np.array([words.terms[term] for term in terms], dtype=np.int32),
        idf=np.concatenate([_step(features, "grams").idf_, _step(features, "words").idf_]),
        weights=weights * scale[:, None],
        bias=bias,
        industries=industry_matrix(words),
        other_words=tuple(table.other_words.items()),
        long_terms=tuple(long),
        latin_terms=tuple((term, number[term]) for term in words.latin),
        gram_columns=len(runs),
    )


class _Keys:
    """Every run the scorer looks up: features, words, lexicon terms, and the openings of long terms."""

    def __init__(self, runs: list[str], words: list[str], short: dict[str, int], openings: set[str]) -> None:
        column = {run: at for at, run in enumerate(runs)}
        word = {word: len(runs) + at for at, word in enumerate(words)}
        han_words = {name for name in words if len(name) <= grams.LONGEST and grams.is_run(name)}
        wanted = sorted({*runs, *han_words, *short, *openings})
        self.built = grams.build([grams.key(run) for run in wanted])
        self.columns = np.array([column.get(run, -1) for run in wanted], dtype=np.int32)
        self.words = np.array([word.get(run, -1) for run in wanted], dtype=np.int32)
        self.terms = np.array([short.get(run, -1) for run in wanted], dtype=np.int32)
        self.opens = np.array([run in openings for run in wanted], dtype=bool)
        self.other_words = {name: at for name, at in word.items() if name not in han_words}


def neutral_columns(features: FeatureUnion, words: Lexicon) -> NDArray[np.bool_]:
    """Columns that must carry no industry: neutral words, their parts, and runs around them.

    A lexicon term may hold a neutral word and still count.
    """
    neutral = tokens.words_of("neutral.txt")
    parts = {
        word[start:end]
        for word in neutral
        for start in range(len(word))
        for end in range(start + 1, len(word) + 1)
    }
    runs, word_list = _vocabulary(features, "grams"), _vocabulary(features, "words")

    def is_neutral(feature: str) -> bool:
        return feature not in words.terms and (feature in parts or any(word in feature for word in neutral))

    dense = [False] * len(dense_names(words))
    return np.array([*map(is_neutral, [*runs, *word_list]), *dense], dtype=bool)


def _step(features: FeatureUnion, name: str) -> Any:
    return dict(features.transformer_list)[name]


def _vocabulary(features: FeatureUnion, name: str) -> list[str]:
    names: Iterable[str] = _step(features, name).get_feature_names_out()
    return [str(feature) for feature in names]
