"""Which places of a text decided: the weights of its features laid on their characters, gathered by word."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.scoring import Floats, Hits, Scored, Scorer, firsts
from classifier.suggestion import Evidence

MOST = 5
LEAST_SHARE = 0.2  # of the strongest word; weaker words are no evidence but noise
Spans = tuple[Evidence, ...]
Span = tuple[float, int, int]


def explain(scored: Scored, scorer: Scorer, places: NDArray[np.intp]) -> list[list[Spans]]:
    """For each text and each chosen output (a row of `places` a text), the strongest spans, strongest first.

    A span is a word or several in a row; its weight is what its features add to the decision value.
    """
    hits, weights = scorer.contributions(scored, places)
    heat = np.cumsum(_laid(hits, weights, len(scored.batch.letters) + 1), axis=1)
    warmth = np.add.reduceat(heat[:, :-1], scored.word_edges[:-1], axis=1)
    found = _spans(scored, warmth)
    texts = scored.batch.texts
    return [
        [_strongest(text, offset, spans) for spans in found[row :: len(texts)]]
        for row, (text, offset) in enumerate(zip(texts, scored.batch.starts.tolist(), strict=False))
    ]


def _laid(hits: Hits, weights: Floats, size: int) -> NDArray[Any]:
    """The weight of each occurrence spread over its characters, as steps up and down; a row an answer."""
    share = (weights / hits.length).reshape(-1)
    rows = np.arange(len(weights))[:, None] * size
    up, down = (rows + hits.start).reshape(-1), (rows + hits.start + hits.length).reshape(-1)
    total = len(weights) * size
    return (np.bincount(up, share, total) - np.bincount(down, share, total)).reshape(-1, size)


def _spans(scored: Scored, warmth: Floats) -> list[list[Span]]:
    """Runs of warm words, first those of the first answer for every text, then those of the second."""
    edges, batch = scored.word_edges, scored.batch
    answers, amount = len(warmth), len(batch.texts)
    highest = np.maximum.reduceat(warmth, np.searchsorted(edges, batch.starts[:-1]), axis=1)
    owner = batch.owner.take(edges[:-1])
    answer, word = np.nonzero(warmth >= np.maximum(highest * LEAST_SHARE, 1e-6).take(owner, axis=1))
    place = answer * amount + owner.take(word)
    first = firsts((word[1:] - word[:-1] != 1) | (place[1:] != place[:-1]), len(word))
    found: list[list[Span]] = [[] for _ in range(answers * amount)]
    if not len(first):
        return found
    last = np.empty_like(first)
    last[:-1], last[-1] = first[1:] - 1, len(word) - 1
    weights = np.add.reduceat(warmth[answer, word], first).tolist()
    starts, ends = edges.take(word.take(first)).tolist(), edges.take(word.take(last) + 1).tolist()
    for at, weight, start, end in zip(place.take(first).tolist(), weights, starts, ends, strict=True):
        found[at].append((weight, start, end))
    return found


def _strongest(text: str, offset: int, spans: list[Span]) -> Spans:
    spans.sort(reverse=True)
    return tuple(
        Evidence(start - offset, end - offset, text[start - offset : end - offset], weight)
        for weight, start, end in spans[:MOST]
    )
