"""Which places of a text decided: the weights of its features laid on their characters, gathered by word."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.scoring import Floats, Hits, Ints, Scored, Scorer
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
    warmth = np.add.reduceat(heat[:, :-1], scored.word_starts, axis=1)
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
    starts, batch = scored.word_starts, scored.batch
    answers, amount = len(warmth), len(batch.texts)
    highest = np.maximum.reduceat(warmth, np.searchsorted(starts, batch.starts[:-1]), axis=1)
    owner = batch.owner[starts]
    answer, word = np.nonzero(warmth >= np.maximum(highest * LEAST_SHARE, 1e-6)[:, owner])
    place = answer * amount + owner[word]
    first = np.flatnonzero(np.diff(word, prepend=-9) + np.diff(place, prepend=-1) * len(starts) != 1)
    found: list[list[Span]] = [[] for _ in range(answers * amount)]
    if len(first):
        weights = np.add.reduceat(warmth[answer, word], first).tolist()
        ends = _ends(starts, len(batch.letters), word, first).tolist()
        spans = zip(weights, starts[word[first]].tolist(), ends, strict=True)
        for at, span in zip(place[first].tolist(), spans, strict=True):
            found[at].append(span)
    return found


def _ends(starts: Ints, size: int, word: Ints, first: Ints) -> Ints:
    """Where the last word of each run ends."""
    last = word[np.concatenate([first[1:], [len(word)]]) - 1]
    return np.concatenate([starts, [size]])[last + 1]


def _strongest(text: str, offset: int, spans: list[Span]) -> Spans:
    spans.sort(reverse=True)
    return tuple(
        Evidence(start - offset, end - offset, text[start - offset : end - offset], weight)
        for weight, start, end in spans[:MOST]
    )
