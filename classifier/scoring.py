"""Decision values from exported arrays, by numpy alone: the same as scikit-learn's, many times faster."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.characters import codes, plain
from classifier.grams import LONGEST, Table, han_only, keys
from classifier.lexicon import dense
from classifier.tokens import Segmenter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BATCH = 64  # texts scored together: enough to spread numpy's cost per call, few enough to stay in the cache


@dataclass(frozen=True)
class Arrays:
    """A fitted model as plain arrays; what `storage` writes and reads.

    Columns are numbered grams first, words next, lexicon features last. `gram_column` and `gram_term` say for
    each key of the table which column it feeds and which lexicon term it is, -1 for none; `opens_long` marks
    keys with which longer lexicon terms begin. `term_group` gives the lexicon group of each term.
    """

    slots: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    gram_column: NDArray[np.int32]
    gram_term: NDArray[np.int32]
    opens_long: NDArray[np.bool_]
    term_group: NDArray[np.int32]
    idf: Floats
    weights: Floats
    bias: Floats
    industries: Floats
    words: tuple[str, ...]
    long_terms: tuple[tuple[str, int], ...]
    latin_terms: tuple[tuple[str, int], ...]
    user_words: tuple[str, ...]
    gram_columns: int

    @property
    def groups(self) -> int:
        """How many lexicon groups there are."""
        return len(self.industries)


@dataclass
class Hits:
    """Features found in a batch, one entry an occurrence: which text, where, how long, which column."""

    text: Ints
    start: Ints
    length: Ints
    column: Ints


@dataclass
class Scored:
    """A batch with its decision values, and what is needed to explain them."""

    decisions: Floats
    hits: Hits
    terms: Hits
    pieces: list[list[str]]
    owner: Ints
    column: Ints
    values: Floats
    which: Ints
    occurrences: Ints
    counts: Ints

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which texts hold anything the model knows."""
        return np.bincount(self.owner, minlength=len(self.pieces)) > 0


class Scorer:
    """Scores texts with exported arrays. Holds no state between calls, so threads may share it."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self._table = Table(arrays.slots, arrays.numbers)
        self._segmenter = Segmenter(arrays.user_words)
        self._words = {word: arrays.gram_columns + number for number, word in enumerate(arrays.words)}
        self._latin = dict(arrays.latin_terms)
        self._first_dense = arrays.gram_columns + len(arrays.words)

    @cached_property
    def _long(self) -> dict[str, list[tuple[str, int]]]:
        by_opening = defaultdict(list)
        for term, number in self.arrays.long_terms:
            by_opening[term[:LONGEST]].append((term, number))
        return by_opening

    def decisions(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column an output of the model."""
        parts = [self.score(texts[at : at + BATCH]).decisions for at in range(0, len(texts), BATCH)]
        return np.vstack(parts) if parts else np.empty((0, len(self.arrays.bias)))

    def score(self, texts: Sequence[str]) -> Scored:
        """Score one batch and keep what explains it."""
        letters = [codes(text) for text in texts]
        texts_plain = [plain(text) for text in letters]
        grams, terms = self._grams(letters, texts_plain)
        pieces = [self._segmenter.cut(text) for text in texts_plain]
        words, latin = self._word_hits(pieces)
        return self._weigh(_joined([grams, words]), _joined([terms, latin]), texts_plain, pieces)

    def _grams(self, letters: list[NDArray[np.uint16]], texts: list[str]) -> tuple[Hits, Hits]:
        gap = np.zeros(1, dtype=np.uint16)
        offsets = np.array([0, *accumulate(len(text) + 1 for text in letters)])
        every = keys(han_only(np.concatenate([part for text in letters for part in (text, gap)])))
        places = np.concatenate([np.flatnonzero(same) for same in every])
        lengths = np.repeat(np.arange(1, LONGEST + 1), [np.count_nonzero(same) for same in every])
        numbers = self._table.find(np.concatenate([same[same != 0] for same in every]))
        known = numbers >= 0
        places, lengths, numbers = places[known], lengths[known], numbers[known]
        owner = np.searchsorted(offsets, places, side="right") - 1
        starts = places - offsets[owner]
        grams = _chosen(owner, starts, lengths, self.arrays.gram_column[numbers])
        terms = _chosen(owner, starts, lengths, self.arrays.gram_term[numbers])
        opening = self.arrays.opens_long[numbers]
        if opening.any():
            terms = _joined([terms, self._long_hits(owner[opening], starts[opening], texts)])
        return grams, terms

    def _long_hits(self, owners: Ints, starts: Ints, texts: list[str]) -> Hits:
        found = []
        for owner, start in zip(owners.tolist(), starts.tolist(), strict=True):
            text = texts[owner]
            for term, number in self._long[text[start : start + LONGEST]]:
                if text.startswith(term, start):
                    found.append((owner, start, len(term), number))
        return _hits(found)

    def _word_hits(self, pieces: list[list[str]]) -> tuple[Hits, Hits]:
        found: list[tuple[int, int, int, int]] = []
        latin: list[tuple[int, int, int, int]] = []
        look_up = self._words.get
        for owner, text in enumerate(pieces):
            start, has_latin = 0, False
            for piece in text:
                length = len(piece)
                if length > 1 and not piece.isdigit():
                    column = look_up(piece)
                    if column is not None:
                        found.append((owner, start, length, column))
                    has_latin = has_latin or piece.isascii()
                start += length
            if has_latin:
                self._latin_hits(owner, text, found, latin)
        return _hits(found), _hits(latin)

    def _latin_hits(
        self,
        owner: int,
        pieces: list[str],
        found: list[tuple[int, int, int, int]],
        latin: list[tuple[int, int, int, int]],
    ) -> None:
        """Pairs of Latin words, and lexicon terms of one or two of them."""
        starts = [0, *accumulate(map(len, pieces))]
        words = [
            (piece, start)
            for piece, start in zip(pieces, starts, strict=False)
            if len(piece) > 1 and not piece.isdigit() and not piece.isspace()
        ]
        for word, start in words:
            if word in self._latin:
                latin.append((owner, start, len(word), self._latin[word]))
        for (first, start), (second, last) in pairwise(words):
            if first.isascii() and second.isascii():
                pair, length = f"{first} {second}", last + len(second) - start
                if pair in self._words:
                    found.append((owner, start, length, self._words[pair]))
                if pair in self._latin:
                    latin.append((owner, start, length, self._latin[pair]))

    def _weigh(self, hits: Hits, terms: Hits, texts: list[str], pieces: list[list[str]]) -> Scored:
        arrays, amount = self.arrays, len(texts)
        width = self._first_dense
        unique, which, counts = np.unique(
            hits.text * width + hits.column, return_inverse=True, return_counts=True
        )
        owner, column = np.divmod(unique, width)
        values = (1 + np.log(counts)) * arrays.idf[column]
        block = owner * 2 + (column >= arrays.gram_columns)
        norms = np.sqrt(np.bincount(block, weights=values * values, minlength=amount * 2))
        values /= norms[block]
        groups = self._counts(terms, amount)
        features = dense(groups, arrays.industries, [len(text) for text in texts])
        decisions = arrays.bias + features @ arrays.weights[self._first_dense :]
        edges = np.searchsorted(owner, np.arange(amount + 1))
        for text in range(amount):
            here = slice(edges[text], edges[text + 1])
            decisions[text] += values[here] @ arrays.weights[column[here]]
        return Scored(decisions, hits, terms, pieces, owner, column, values, which, counts, groups)

    def contributions(self, scored: Scored, places: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """What each occurrence of a feature and of a lexicon term adds to the chosen outputs."""
        arrays = self.arrays
        feature_share = scored.values / scored.occurrences
        totals = np.log1p(scored.counts) / np.maximum(scored.counts, 1)
        group = arrays.term_group[scored.terms.column]
        term_share = totals[scored.terms.text, group]
        features, terms = [], []
        for chosen in places.T:
            weight = arrays.weights[scored.column, chosen[scored.owner]] * feature_share
            features.append(weight[scored.which])
            terms.append(arrays.weights[self._first_dense + group, chosen[scored.terms.text]] * term_share)
        return np.array(features), np.array(terms)

    def _counts(self, terms: Hits, amount: int) -> Ints:
        """Different terms of each group in each text: a term that comes again adds nothing."""
        kinds = len(self.arrays.term_group)
        owner, term = np.divmod(np.unique(terms.text * kinds + terms.column), kinds)
        flat = owner * self.arrays.groups + self.arrays.term_group[term]
        return np.bincount(flat, minlength=amount * self.arrays.groups).reshape(amount, -1)


def _hits(rows: list[tuple[int, int, int, int]]) -> Hits:
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Hits(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _chosen(owner: Ints, start: Ints, length: Ints, column: NDArray[np.int32]) -> Hits:
    chosen = column >= 0
    return Hits(owner[chosen], start[chosen], length[chosen], column[chosen].astype(np.int64))


def _joined(parts: list[Hits]) -> Hits:
    return Hits(
        np.concatenate([part.text for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.length for part in parts]),
        np.concatenate([part.column for part in parts]),
    )
