"""Decision values from exported arrays, by numpy alone: the same as scikit-learn's, many times faster."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.characters import Batch
from classifier.lexicon import overall
from classifier.tokens import Segmenter, is_candidate
from classifier.trie import Trie

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Row = tuple[int, int, int]
FIRST_BEYOND_ASCII = 0x80
WORD = 1  # the column of `Arrays.columns` that holds only where a word begins and ends
TINY = 1e-300
BATCH = 64  # texts scored together: enough to spread numpy's cost per call, few enough to stay in the cache


@dataclass(frozen=True)
class Arrays:
    """A fitted model as plain arrays; what `storage` writes and reads.

    Features are numbered grams first, words next, terms of the lexicon last. `columns` has a row for each node of
    the trie: which feature it is as a run, as a word and as a term, -1 for none. Words and terms in Latin letters
    are no keys of the trie. `row` says which row of the weights a feature has; the terms of a lexicon group share
    one, and the last rows are those of `lexicon.overall`.
    """

    alphabet: NDArray[np.uint16]
    base: NDArray[np.int32]
    check: NDArray[np.int32]
    columns: NDArray[np.int32]
    row: NDArray[np.int32]
    idf: Floats
    weights: Floats
    bias: Floats
    industries: Floats
    latin_words: tuple[tuple[str, int], ...]
    latin_terms: tuple[tuple[str, int], ...]
    gram_columns: int


@dataclass(frozen=True)
class Hits:
    """Features found in a batch, one entry an occurrence: where, how long, which."""

    start: Ints
    length: Ints
    column: Ints


@dataclass(frozen=True)
class Tally:
    """The different features of each text, text by text: an entry has `count` hits, which `order` lists together."""

    owner: Ints
    column: Ints
    count: Ints
    order: Ints
    entry: Ints


@dataclass(frozen=True)
class Scored:
    """A batch with its decision values, and what is needed to explain them.

    A decision value is the sum of `values` times the weights in `rows` over the entries of a text, but for what
    `lexicon.overall` adds.
    """

    batch: Batch
    decisions: Floats
    hits: Hits
    tally: Tally
    values: Floats
    rows: Ints
    word_lengths: Ints

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which texts hold anything the model knows."""
        return np.bincount(self.tally.owner, minlength=len(self.batch.texts)) > 0


class Scorer:
    """Scores texts with exported arrays. Holds no state between calls, so threads may share it."""

    def __init__(self, arrays: Arrays, segmenter: Segmenter) -> None:
        self.arrays = arrays
        self._trie = Trie(arrays.alphabet, arrays.base, arrays.check)
        self._segmenter = segmenter
        self._latin_words = dict(arrays.latin_words)
        self._latin_terms = dict(arrays.latin_terms)
        self._groups = len(arrays.industries)
        self._first_term = len(arrays.idf)
        self._shift = len(arrays.row).bit_length()

    def decisions(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column an output of the model."""
        parts = [self.score(Batch.of(texts[at : at + BATCH])).decisions for at in range(0, len(texts), BATCH)]
        return np.vstack(parts) if parts else np.empty((0, len(self.arrays.bias)))

    def score(self, batch: Batch) -> Scored:
        """Score one batch and keep what explains it."""
        pieces = self._segmenter.cut(batch.plain)
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        starts = lengths.cumsum() - lengths
        hits = self._found(batch, starts, lengths)
        latin = ((batch.letters.take(starts) < FIRST_BEYOND_ASCII) & (lengths > 1)).nonzero()[0]
        if len(latin):
            hits = self._with_latin(batch, hits, pieces, starts, latin.tolist())
        tally = self._tally((batch.owner.take(hits.start) << self._shift) + hits.column)
        return self._weigh(batch, hits, tally, lengths)

    def _found(self, batch: Batch, starts: Ints, lengths: Ints) -> Hits:
        """Runs, words and lexicon terms, but for those in Latin letters."""
        found = self._trie.walk(batch.letters)
        start = np.concatenate([at for at, _ in found])
        length = np.repeat(np.arange(1, len(found) + 1), [len(at) for at, _ in found])
        columns = self.arrays.columns.take(np.concatenate([nodes for _, nodes in found]), axis=0)
        word = np.zeros(len(batch.letters), dtype=np.int64)
        word[starts] = lengths
        # All bits set make -1: no feature where no word ends with the run.
        columns[:, WORD] |= -(word.take(start) != length).astype(np.int32)
        columns = columns.reshape(-1)
        known = (columns >= 0).nonzero()[0]
        which = known // 3
        return Hits(start.take(which), length.take(which), columns.take(known).astype(np.int64))

    def _with_latin(
        self, batch: Batch, hits: Hits, pieces: list[str], starts: Ints, places: list[int]
    ) -> Hits:
        """Words and lexicon terms in Latin letters as well, one word long or two."""
        at = [place for place in places if pieces[place].isascii() and not pieces[place].isdigit()]
        found = [
            (int(starts[place]), len(pieces[place]), known[pieces[place]])
            for known in (self._latin_words, self._latin_terms)
            for place in at
            if pieces[place] in known
        ]
        for one, two in pairwise(at):
            found += self._pair(batch, pieces, one, two, starts)
        table = np.array(found, dtype=np.int64).reshape(-1, 3).T
        return Hits(
            np.concatenate([hits.start, table[0]]),
            np.concatenate([hits.length, table[1]]),
            np.concatenate([hits.column, table[2]]),
        )

    def _pair(self, batch: Batch, pieces: list[str], one: int, two: int, starts: Ints) -> list[Row]:
        """The features that two Latin words are together, if they stand in one text with no other word between."""
        pair = f"{pieces[one]} {pieces[two]}"
        columns = [known[pair] for known in (self._latin_words, self._latin_terms) if pair in known]
        if not columns or any(map(is_candidate, pieces[one + 1 : two])):
            return []
        start, end = int(starts[one]), int(starts[two]) + len(pieces[two])
        together = batch.owner[start] == batch.owner[end - 1]
        return [(start, end - start, column) for column in columns] if together else []

    def _tally(self, keys: Ints) -> Tally:
        """Hits by text and feature. Key and place are sorted as one number, which is faster than sorting places."""
        bits = len(keys).bit_length()
        packed = (keys << bits) + np.arange(len(keys))
        packed.sort()
        ordered = packed >> bits
        is_new = np.ones(len(keys), dtype=bool)
        np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
        first = is_new.nonzero()[0]
        distinct = ordered.take(first)
        count = np.empty_like(first)
        np.subtract(first[1:], first[:-1], out=count[:-1])
        count[-1:] = len(keys) - first[-1:]
        return Tally(
            distinct >> self._shift,
            distinct & ((1 << self._shift) - 1),
            count,
            packed & ((1 << bits) - 1),
            is_new.cumsum() - 1,
        )

    def _weigh(self, batch: Batch, hits: Hits, tally: Tally, lengths: Ints) -> Scored:
        arrays, amount = self.arrays, len(batch.texts)
        # Where each text's grams, words and terms begin among the entries, and at last where all end.
        firsts = np.array([0, arrays.gram_columns, self._first_term])
        keys = (tally.owner << self._shift) + tally.column
        bounds = keys.searchsorted(((np.arange(amount)[:, None] << self._shift) + firsts).reshape(-1))
        bounds = np.append(bounds, len(keys))
        rows = arrays.row.take(tally.column).astype(np.int64)
        values, groups = self._values(tally, bounds, rows)
        general = overall(groups.reshape(amount, -1) @ arrays.industries, batch.lengths)
        decisions = general @ arrays.weights[self._first_term + self._groups :] + arrays.bias
        for text, (first, last) in enumerate(pairwise(bounds[::3].tolist())):
            decisions[text] += values[first:last] @ arrays.weights.take(rows[first:last], axis=0)
        return Scored(batch, decisions, hits, tally, values, rows, lengths)

    def _values(self, tally: Tally, bounds: Ints, rows: Ints) -> tuple[Floats, Ints]:
        """What each entry weighs, and how many different terms of each lexicon group each text has.

        That is tf-idf, of unit length for grams and for words; the terms of a group share what the group weighs.
        """
        values = 1 + np.log(tally.count)
        values *= self.arrays.idf.take(tally.column, mode="clip")
        squares = np.zeros(len(values) + 1)
        np.cumsum(values * values, out=squares[1:])
        ends = squares.take(bounds)
        norms = np.sqrt(np.maximum(ends[1:] - ends[:-1], TINY))
        values /= norms.repeat(bounds[1:] - bounds[:-1])
        is_term = (tally.column >= self._first_term).nonzero()[0]
        place = tally.owner.take(is_term) * self._groups + (rows.take(is_term) - self._first_term)
        groups = np.bincount(place, minlength=len(bounds) // 3 * self._groups)
        count = groups.take(place)
        values[is_term] = np.log1p(count) / count
        return values, groups

    def contributions(self, scored: Scored, places: NDArray[np.intp]) -> Floats:
        """What each hit of an entry adds to the chosen outputs: a row an answer, a column an entry.

        `places` has a row a text and a column an answer.
        """
        tally, weights = scored.tally, self.arrays.weights
        cells = places.T.take(tally.owner, axis=1)
        cells += scored.rows * weights.shape[1]
        return weights.reshape(-1).take(cells) * (scored.values / tally.count)
