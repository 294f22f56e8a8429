"""Decision values from exported arrays, by numpy alone: the same as scikit-learn's, many times faster."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.characters import Batch
from classifier.grams import LONGEST, Table, keys
from classifier.lexicon import dense
from classifier.tokens import Segmenter, candidates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Row = tuple[int, int, int]
FIRST_BEYOND_ASCII = 0x80
LOOK_UP = -2  # in place of a number: the word has other signs than letters, or is too long for a key
BATCH = 64  # texts scored together: enough to spread numpy's cost per call, few enough to stay in the cache


@dataclass(frozen=True)
class Arrays:
    """A fitted model as plain arrays; what `storage` writes and reads.

    Columns are numbered grams first, words next, lexicon features last. For each key of the table
    `gram_column` and `word_column` say which column it feeds as a run and as a word, `gram_term` which term
    of the lexicon it is, -1 for none; `opens_long` marks keys with which longer terms of the lexicon begin.
    `other_words` are words that are no keys.
    """

    slots: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    gram_column: NDArray[np.int32]
    word_column: NDArray[np.int32]
    gram_term: NDArray[np.int32]
    opens_long: NDArray[np.bool_]
    term_group: NDArray[np.int32]
    idf: Floats
    weights: Floats
    bias: Floats
    industries: Floats
    other_words: tuple[tuple[str, int], ...]
    long_terms: tuple[tuple[str, int], ...]
    latin_terms: tuple[tuple[str, int], ...]
    gram_columns: int

    @property
    def groups(self) -> int:
        """How many lexicon groups there are."""
        return len(self.industries)


@dataclass(frozen=True)
class Hits:
    """Features found in a batch, one entry an occurrence: where, how long, which column (or term)."""

    start: Ints
    length: Ints
    column: Ints


@dataclass(frozen=True)
class Scored:
    """A batch with its decision values, and what is needed to explain them."""

    batch: Batch
    decisions: Floats
    hits: Hits
    terms: Hits
    word_edges: Ints
    owner: Ints
    column: Ints
    values: Floats
    counts: Ints
    groups: Ints

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which texts hold anything the model knows."""
        return np.bincount(self.owner, minlength=len(self.batch.texts)) > 0


class Scorer:
    """Scores texts with exported arrays. Holds no state between calls, so threads may share it."""

    def __init__(self, arrays: Arrays, segmenter: Segmenter) -> None:
        self.arrays = arrays
        self._table = Table(arrays.slots, arrays.numbers)
        self._segmenter = segmenter
        self._other_words = dict(arrays.other_words)
        self._latin = dict(arrays.latin_terms)
        self._first_dense = len(arrays.idf)
        self._long = defaultdict(list)
        for term, number in arrays.long_terms:
            self._long[term[:LONGEST]].append((term, number))

    def decisions(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column an output of the model."""
        parts = [self.score(Batch.of(texts[at : at + BATCH])).decisions for at in range(0, len(texts), BATCH)]
        return np.vstack(parts) if parts else np.empty((0, len(self.arrays.bias)))

    def score(self, batch: Batch) -> Scored:
        """Score one batch and keep what explains it."""
        plain = batch.plain
        runs = keys(batch.letters)
        numbers = self._table.find(runs.reshape(-1)).reshape(runs.shape)
        pieces = self._segmenter.cut(plain)
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        edges = np.zeros(len(pieces) + 1, dtype=np.int64)
        np.cumsum(lengths, out=edges[1:])
        starts = edges[:-1]
        words, latin = self._words(batch, pieces, starts, lengths, np.where(runs == 0, LOOK_UP, numbers))
        grams, terms = self._runs(plain, numbers)
        return self._weigh(batch, _joined([grams, words]), _joined([terms, latin]), edges)

    def _runs(self, plain: str, numbers: NDArray[np.int32]) -> tuple[Hits, Hits]:
        """Runs that are features, and lexicon terms."""
        flat = np.flatnonzero(numbers >= 0)
        length, start = np.divmod(flat, numbers.shape[1])
        found, length = numbers.reshape(-1).take(flat), length + 1
        grams = _chosen(start, length, self.arrays.gram_column.take(found))
        terms = _chosen(start, length, self.arrays.gram_term.take(found))
        opening = start[self.arrays.opens_long.take(found)]
        if len(opening):
            terms = _joined([terms, self._long_terms(plain, opening.tolist())])
        return grams, terms

    def _long_terms(self, plain: str, starts: list[int]) -> Hits:
        return _hits(
            [
                (start, len(term), number)
                for start in starts
                for term, number in self._long[plain[start : start + LONGEST]]
                if plain.startswith(term, start)
            ]
        )

    def _words(
        self, batch: Batch, pieces: list[str], starts: Ints, lengths: Ints, numbers: NDArray[np.int32]
    ) -> tuple[Hits, Hits]:
        """Words that are features; those of two to four letters are runs looked up already."""
        long_enough = np.flatnonzero(lengths > 1)
        start, length = starts[long_enough], lengths[long_enough]
        number = np.where(length <= LONGEST, numbers[np.minimum(length, LONGEST) - 1, start], LOOK_UP)
        column = np.where(number >= 0, self.arrays.word_column[number], -1)
        others, latin = [], []
        is_latin = batch.letters.take(start) < FIRST_BEYOND_ASCII
        for at in long_enough[(number == LOOK_UP) | is_latin].tolist():
            piece = pieces[at]
            if piece in self._other_words:
                others.append((int(starts[at]), len(piece), self._other_words[piece]))
            if piece.isascii() and not piece.isdigit():
                latin.append(at)
        pairs, terms = self._latin_hits(batch, pieces, starts, latin)
        return _joined([_chosen(start, length, column), _hits(others + pairs)]), _hits(terms)

    def _latin_hits(
        self, batch: Batch, pieces: list[str], starts: Ints, latin: list[int]
    ) -> tuple[list[Row], list[Row]]:
        """Pairs of Latin words that are features, and lexicon terms of one or two Latin words."""
        terms = [
            (int(starts[at]), len(pieces[at]), self._latin[pieces[at]])
            for at in latin
            if pieces[at] in self._latin
        ]
        pairs = []
        for one, two in pairwise(latin):
            start, end = int(starts[one]), int(starts[two]) + len(pieces[two])
            pair = f"{pieces[one]} {pieces[two]}"
            known = pair in self._other_words or pair in self._latin
            if known and batch.owner[start] == batch.owner[end - 1] and not candidates(pieces[one + 1 : two]):
                if pair in self._other_words:
                    pairs.append((start, end - start, self._other_words[pair]))
                if pair in self._latin:
                    terms.append((start, end - start, self._latin[pair]))
        return pairs, terms

    def _weigh(self, batch: Batch, hits: Hits, terms: Hits, word_edges: Ints) -> Scored:
        arrays, amount, width = self.arrays, len(batch.texts), self._first_dense
        flat, counts = _counted(batch.owner.take(hits.start) * width + hits.column)
        owner, column = np.divmod(flat, width)
        values = (1 + np.log(counts)) * arrays.idf.take(column)
        block = owner * 2 + (column >= arrays.gram_columns)
        norms = np.sqrt(np.bincount(block, weights=values * values, minlength=amount * 2))
        values /= norms.take(block)
        groups = self._groups(batch, terms)
        features = dense(groups, arrays.industries, batch.lengths)
        decisions = arrays.bias + features @ arrays.weights[width:]
        edges = np.searchsorted(owner, np.arange(amount + 1)).tolist()
        for text, (first, last) in enumerate(pairwise(edges)):
            decisions[text] += values[first:last] @ arrays.weights.take(column[first:last], axis=0)
        return Scored(batch, decisions, hits, terms, word_edges, owner, column, values, counts, groups)

    def _groups(self, batch: Batch, terms: Hits) -> Ints:
        """Different terms of each group in each text: a term that comes again adds nothing."""
        kinds, amount = len(self.arrays.term_group), len(batch.texts)
        flat, _ = _counted(batch.owner[terms.start] * kinds + terms.column)
        owner, term = np.divmod(flat, kinds)
        places = owner * self.arrays.groups + self.arrays.term_group[term]
        return np.bincount(places, minlength=amount * self.arrays.groups).reshape(amount, -1)

    def contributions(self, scored: Scored, places: NDArray[np.intp]) -> tuple[Hits, Floats]:
        """Every occurrence of a feature or a lexicon term, and what it adds to the chosen outputs.

        `places` has a row a text and a column an answer; the second result has a row an answer.
        """
        arrays, batch, width = self.arrays, scored.batch, self._first_dense
        hits = _joined([scored.hits, scored.terms])
        owner, own = batch.owner.take(hits.start), len(scored.hits.start)
        group = arrays.term_group.take(scored.terms.column)
        count = scored.groups[owner[own:], group]
        which = np.searchsorted(
            scored.owner * width + scored.column, owner[:own] * width + scored.hits.column
        )
        share = np.concatenate([(scored.values / scored.counts).take(which), np.log1p(count) / count])
        column = np.concatenate([scored.hits.column, width + group])
        cells = column * len(arrays.bias) + places.take(owner, axis=0).T
        return hits, arrays.weights.reshape(-1).take(cells) * share


def firsts(is_new: NDArray[np.bool_], size: int) -> Ints:
    """Where stretches begin, given for each entry but the first whether it begins one."""
    begins = np.ones(size, dtype=bool)
    begins[1:] = is_new
    return np.flatnonzero(begins)


def _counted(values: Ints) -> tuple[Ints, Ints]:
    """Distinct values in order, and how often each comes."""
    ordered = np.sort(values)
    first = firsts(ordered[1:] != ordered[:-1], len(ordered))
    ends = np.empty_like(first)
    ends[:-1], ends[-1:] = first[1:], len(ordered)
    return ordered.take(first), ends - first


def _hits(rows: Sequence[Row]) -> Hits:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Hits(table[:, 0], table[:, 1], table[:, 2])


def _chosen(start: Ints, length: Ints, column: NDArray[np.integer]) -> Hits:
    chosen = np.flatnonzero(column >= 0)
    return Hits(start.take(chosen), length.take(chosen), column.take(chosen).astype(np.int64))


def _joined(parts: list[Hits]) -> Hits:
    return Hits(
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.length for part in parts]),
        np.concatenate([part.column for part in parts]),
    )
