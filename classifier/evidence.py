"""Which places of a text decided: the weights of its features laid on their characters, gathered by word."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from classifier.scoring import Floats, Hits, Scored, Scorer
from classifier.suggestion import Evidence

MOST = 5
Reasons = tuple[tuple[Evidence, ...], ...]


def explain(scored: Scored, scorer: Scorer, texts: Sequence[str], places: NDArray[np.intp]) -> list[Reasons]:
    """For each text and each chosen output (a row of `places` a text), the strongest spans, strongest first.

    A span is a word or several in a row; its weight is what its features add to the decision value.
    """
    sizes = [sum(map(len, pieces)) + 1 for pieces in scored.pieces]
    offsets = np.array([0, *accumulate(sizes)])
    feature_weights, term_weights = scorer.contributions(scored, places)
    heat = _laid(scored.hits, feature_weights, offsets) + _laid(scored.terms, term_weights, offsets)
    return [
        tuple(
            _spans(text, pieces, heat[answer, offsets[row] : offsets[row + 1]])
            for answer in range(places.shape[1])
        )
        for row, (text, pieces) in enumerate(zip(texts, scored.pieces, strict=True))
    ]


def _laid(hits: Hits, weights: Floats, offsets: NDArray[np.int64]) -> Floats:
    """Spread the weight of each occurrence evenly over its characters; one row an answer."""
    start = offsets[hits.text] + hits.start
    total = int(offsets[-1]) + 1
    share = weights / hits.length
    heat = [
        np.cumsum(np.bincount(start, row, total) - np.bincount(start + hits.length, row, total))
        for row in share
    ]
    return np.array(heat)


def _spans(text: str, pieces: list[str], heat: Floats) -> tuple[Evidence, ...]:
    starts = np.array([0, *accumulate(map(len, pieces))])
    if len(starts) < 2:
        return ()
    warmth = np.add.reduceat(heat[: starts[-1]], starts[:-1])
    enough = max(float(warmth.max()) * 0.2, 1e-6)
    spans: list[list[float]] = []
    for number in np.flatnonzero(warmth >= enough).tolist():
        start, end = int(starts[number]), int(starts[number + 1])
        if spans and spans[-1][1] == start:
            spans[-1][1], spans[-1][2] = end, spans[-1][2] + float(warmth[number])
        else:
            spans.append([start, end, float(warmth[number])])
    strongest = sorted(spans, key=lambda span: -span[2])[:MOST]
    return tuple(
        Evidence(int(start), int(end), text[int(start) : int(end)], weight)
        for start, end, weight in strongest
    )
