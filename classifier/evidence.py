"""Which places of a text decided: the weights of its features laid on its words."""

import numpy as np
from numpy.typing import NDArray

from classifier.scoring import Floats, Ints, Scored, Scorer
from classifier.suggestion import Evidence

MOST = 5
LEAST_SHARE = 0.2  # of the strongest word; weaker words are no evidence but noise
LEAST = 1e-6
Spans = tuple[Evidence, ...]
Span = tuple[float, int, int]


def explain(scored: Scored, scorer: Scorer, places: NDArray[np.intp]) -> list[list[Spans]]:
    """For each text and each chosen output (a row of `places` a text), the strongest spans, strongest first.

    A span is a word or several in a row; its weight is what its features add to the decision value. A feature that
    begins in one word and ends in another counts half for each.
    """
    lengths = scored.word_lengths
    edges = np.zeros(len(lengths) + 1, dtype=np.int64)
    lengths.cumsum(out=edges[1:])
    warmth = _warmth(scored, scorer.contributions(scored, places))
    found = _spans(scored, warmth, edges)
    texts = scored.batch.texts
    return [
        [_strongest(text, offset, spans) for spans in found[row :: len(texts)]]
        for row, (text, offset) in enumerate(zip(texts, scored.batch.starts.tolist(), strict=False))
    ]


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


def _spans(scored: Scored, warmth: Floats, edges: Ints) -> list[list[Span]]:
    """Runs of warm words, first those of the first answer for every text, then those of the second."""
    batch, (answers, _) = scored.batch, warmth.shape
    amount = len(batch.texts)
    texts = edges[:-1].searchsorted(batch.starts)
    least = np.maximum(np.maximum.reduceat(warmth, texts[:-1], axis=1) * LEAST_SHARE, LEAST)
    answer, word = (warmth >= least.repeat(texts[1:] - texts[:-1], axis=1)).nonzero()
    place = answer * amount + batch.owner.take(edges.take(word))
    is_first = np.ones(len(word) + 1, dtype=bool)
    is_first[1:-1] = (word[1:] - word[:-1] != 1) | (place[1:] != place[:-1])
    bounds = is_first.nonzero()[0]
    found: list[list[Span]] = [[] for _ in range(answers * amount)]
    if not len(word):
        return found
    first, last = bounds[:-1], bounds[1:] - 1
    weights = np.add.reduceat(warmth[answer, word], first).tolist()
    starts, ends = edges.take(word.take(first)).tolist(), edges.take(word.take(last) + 1).tolist()
    for at, weight, start, end in zip(place.take(first).tolist(), weights, starts, ends, strict=True):
        found[at].append((weight, start, end))
    return found


def _strongest(text: str, offset: int, spans: list[Span]) -> Spans:
    spans.sort(reverse=True)
    return tuple(
        [
            Evidence(start - offset, end - offset, text[start - offset : end - offset], weight)
            for weight, start, end in spans[:MOST]
        ]
    )
