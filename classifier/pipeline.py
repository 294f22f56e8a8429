"""The features as scikit-learn sees them. `scoring` computes the same without it; a test holds them equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from classifier.characters import normalise
from classifier.grams import runs
from classifier.lexicon import Lexicon, dense, industry_matrix
from classifier.tokens import Segmenter, candidates


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the features want it: normalised, and cut into words."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """What the features are made of. The figures come from the comparison in docs/classifier.md.

    `longest_gram` is for Han characters; see `grams` for Latin letters.
    """

    longest_gram: int = 2
    least_documents: int = 2
    gram_weight: float = 1.0
    word_weight: float = 0.7
    lexicon_weight: float = 0.15


def read(texts: Iterable[str], segmenter: Segmenter) -> list[Reading]:
    """Normalise and cut once; every feature family reads the result."""
    plain = (normalise(text) for text in texts)
    return [Reading(text, tuple(candidates(segmenter.cut(text)))) for text in plain]


class GramAnalyzer:
    """Runs of Han characters up to a length."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, reading: Reading) -> list[str]:
        return runs(reading.text, self.longest)


def word_analyzer(reading: Reading) -> Sequence[str]:
    """The words that were cut already."""
    return reading.words


class LexiconCounts(BaseEstimator, TransformerMixin):
    """How many different terms of each lexicon group a text holds, each industry's share, and length."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def fit(self, readings: Sequence[Reading], labels: object = None) -> "LexiconCounts":
        """Nothing to learn."""
        return self

    def transform(self, readings: Sequence[Reading]) -> csr_matrix:
        """One row a text, in the order of `dense_names`."""
        counts = np.array([self._count(reading) for reading in readings]).reshape(
            -1, len(self.lexicon.groups)
        )
        return csr_matrix(
            dense(counts, industry_matrix(self.lexicon), [len(reading.text) for reading in readings])
        )

    def _count(self, reading: Reading) -> list[int]:
        words = set(reading.words)
        found = [group for term, group in self.lexicon.han.items() if term in reading.text]
        found += [group for term, group in self.lexicon.latin.items() if term in words]
        return np.bincount(found, minlength=len(self.lexicon.groups)).tolist()


def build(lexicon: Lexicon, recipe: Recipe) -> FeatureUnion:
    """The feature union, not yet fitted; it reads `Reading` objects."""
    common = {"min_df": recipe.least_documents, "sublinear_tf": True, "norm": "l2", "dtype": np.float64}
    return FeatureUnion(
        [
            ("grams", TfidfVectorizer(analyzer=GramAnalyzer(recipe.longest_gram), **common)),
            ("words", TfidfVectorizer(analyzer=word_analyzer, **common)),
            ("lexicon", LexiconCounts(lexicon)),
        ],
        transformer_weights={
            "grams": recipe.gram_weight,
            "words": recipe.word_weight,
            "lexicon": recipe.lexicon_weight,
        },
    )
