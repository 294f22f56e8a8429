"""A fitted feature union and its weights as the plain arrays that `scoring` works with."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion

from classifier import tokens, trie
from classifier.lexicon import Lexicon, dense_names, industry_matrix
from classifier.scoring import Arrays, Floats


def arrays_of(features: FeatureUnion, words: Lexicon, *, weights: Floats, bias: Floats) -> Arrays:
    """Everything the scorer needs. The weights take up the scale of each feature family.

    Frequent features come first in their family, so that most look-ups touch the same few pages of memory.
    """
    runs, word_list, terms = (
        _vocabulary(features, "grams"),
        _vocabulary(features, "words"),
        sorted(words.terms),
    )
    idf = np.concatenate([_step(features, "grams").idf_, _step(features, "words").idf_])
    order = np.concatenate([idf[: len(runs)].argsort(), len(runs) + idf[len(runs) :].argsort()])
    place = order.argsort().tolist()
    run = dict(zip(runs, place, strict=False))
    word = dict(zip(word_list, place[len(runs) :], strict=True))
    term = {name: at for at, name in enumerate(terms, start=len(order))}
    keys = {
        "run": run,
        "word": {name: at for name, at in word.items() if not name.isascii()},
        "term": {name: at for name, at in term.items() if name in words.han},
    }
    table, nodes = trie.build({*keys["run"], *keys["word"], *keys["term"]})
    columns = np.full((len(table.base), len(keys)), -1, dtype=np.int32)
    for number, known in enumerate(keys.values()):
        columns[[nodes[name] for name in known], number] = list(known.values())
    scale = np.repeat(
        [features.transformer_weights[name] for name, _ in features.transformer_list],
        [len(runs), len(word_list), weights.shape[0] - len(order)],
    )
    scaled = weights * scale[:, None]
    return Arrays(
        alphabet=table.alphabet,
        base=table.base,
        check=table.check,
        columns=columns,
        row=np.array(
            [*range(len(order)), *(len(order) + words.terms[name] for name in terms)], dtype=np.int32
        ),
        idf=idf[order],
        weights=np.concatenate([scaled[order], scaled[len(order) :]]),
        bias=bias,
        industries=industry_matrix(words),
        latin_words=tuple((name, at) for name, at in word.items() if name.isascii()),
        latin_terms=tuple((name, at) for name, at in term.items() if name in words.latin),
        gram_columns=len(runs),
    )


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
