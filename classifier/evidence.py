"""Which places of a text decided: the weights of its features laid on its words."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.characters import Batch
from classifier.scoring import Floats, Ints, Scored, Scorer
from classifier.suggestion import Evidence

MOST = 5
LEAST_SHARE = 0.2  # of the strongest word; weaker words are no evidence but noise
LEAST = 1e-6
Spans = tuple[Evidence, ...]


@dataclass(frozen=True)
class _Stretches:
    """Warm words in a row: the text, the answer, the characters from and up to, and the sum of their weights."""

    text: Ints
    answer: Ints
    start: Ints
    end: Ints
    weight: Floats


def explain(scored: Scored, scorer: Scorer, places: NDArray[np.intp]) -> list[tuple[Spans, ...]]:
    """For each text and each chosen output (a row of `places` a text), the strongest spans, strongest first.

    A span is a word or several in a row; its weight is what its features add to the decision value. A feature that
    begins in one word and ends in another counts half for each.
    """
    warmth = _warmth(scored, scorer.contributions(scored, places))
    return _strongest(scored.batch, _stretches(scored, warmth), len(warmth))


def _warmth(scored: Scored, weights: Floats) -> Floats:
    """What each word adds; a row an answer."""
    lengths, hits, tally = scored.word_lengths, scored.hits, scored.tally
    word = np.arange(len(lengths)).repeat(lengths)
    start = hits.start.take(tally.order)
    first, last = word.take(start), word.take(start + hits.length.take(tally.order) - 1)
    crossing = (first != last).nonzero()[0]
    beyond, entry = last.take(crossing), tally.entry
    warmth = np.empty((len(weights), len(lengths)))
    for answer, weight in enumerate(weights):
        share = weight.take(entry)
        half = share.take(crossing) / 2
        share[crossing] = half
        warmth[answer] = np.bincount(first, share, len(lengths))
        warmth[answer] += np.bincount(beyond, half, len(lengths))
    return warmth


def _stretches(scored: Scored, warmth: Floats) -> _Stretches:
    batch, lengths = scored.batch, scored.word_lengths
    ends = lengths.cumsum()
    starts = ends - lengths
    begins = starts.searchsorted(batch.starts)
    highest = np.maximum.reduceat(warmth, begins[:-1], axis=1)
    least = np.maximum(highest * LEAST_SHARE, LEAST)
    answer, word = (warmth >= least.repeat(begins[1:] - begins[:-1], axis=1)).nonzero()
    text = batch.owner.take(starts.take(word))
    # A gap stands between texts and is never warm, so that words in a row are words of one text.
    is_first = np.ones(len(word) + 1, dtype=bool)
    is_first[1:-1] = (word[1:] - word[:-1] != 1) | (answer[1:] != answer[:-1])
    bounds = is_first.nonzero()[0]
    first, last = bounds[:-1], bounds[1:] - 1
    sums = np.zeros(len(word) + 1)
    warmth[answer, word].cumsum(out=sums[1:])
    return _Stretches(
        text.take(first),
        answer.take(first),
        starts.take(word.take(first)),
        ends.take(word.take(last)),
        sums.take(bounds[1:]) - sums.take(first),
    )


def _strongest(batch: Batch, found: _Stretches, answers: int) -> list[tuple[Spans, ...]]:
    place = found.text * answers + found.answer
    order = np.lexsort((-found.weight, place))
    place = place.take(order)
    begins = place.searchsorted(np.arange(len(batch.texts) * answers))
    kept = (np.arange(len(place)) - begins.take(place) < MOST).nonzero()[0]
    bounds = [*place.take(kept).searchsorted(np.arange(len(begins))).tolist(), len(kept)]
    chosen = order.take(kept)
    text = found.text.take(chosen)
    offset = batch.starts.take(text)
    rows = zip(
        text.tolist(),
        (found.start.take(chosen) - offset).tolist(),
        (found.end.take(chosen) - offset).tolist(),
        found.weight.take(chosen).tolist(),
        strict=True,
    )
    texts = batch.texts
    spans = [Evidence(start, end, texts[at][start:end], weight) for at, start, end, weight in rows]
    each = [tuple(spans[first:last]) for first, last in pairwise(bounds)]
    return list(zip(*[iter(each)] * answers, strict=True))
