"""The part of a model that answers for one kind of writing: decision values into a suggestion."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Floats, Thresholds, probabilities
from classifier.characters import Batch
from classifier.evidence import Spans, explain
from classifier.scoring import Arrays, Scorer
from classifier.suggestion import INDUSTRIES, ISSUES, URGENCIES, Suggestion, abstention
from classifier.tokens import Segmenter

ANSWERS = {"industry": INDUSTRIES, "issue": ISSUES, "urgency": URGENCIES}
EMERGENCY = URGENCIES.index("emergency")
NOTHING: Sequence[Spans] = ((), (), ())


def _columns() -> dict[str, slice]:
    found, start = {}, 0
    for name, codes in ANSWERS.items():
        found[name] = slice(start, start + len(codes))
        start += len(codes)
    return found


COLUMNS = _columns()  # which outputs of the scorer belong to which answer
FIRST_COLUMNS = np.array([place.start for place in COLUMNS.values()])
WIDEST = max(map(len, ANSWERS.values()))
# Where stretches of outputs begin whose probabilities sum to one: industry, issue, emergency, the other urgencies.
BLOCKS = np.array([*FIRST_COLUMNS, COLUMNS["urgency"].start + 1, COLUMNS["urgency"].stop])
ALARM = 2  # which of them is the emergency
TINY = 1e-12


class Part:
    """Answers for texts of one kind of writing. Holds no state between calls, so threads may share it."""

    def __init__(self, version: str, arrays: Arrays, record: dict[str, Any], segmenter: Segmenter) -> None:
        self.version = version
        self.thresholds = Thresholds(**record["thresholds"])
        self.scorer = Scorer(arrays, segmenter)
        self._slope = np.array(record["slope"])
        self._offset = np.array(record["offset"])
        self._sharpness = np.array(record["sharpness"])

    def chances(self, decisions: Floats) -> Floats:
        """Calibrated probabilities in the columns of COLUMNS, one row a text, summing to one in each answer."""
        found = probabilities(decisions, self._slope, self._offset) ** self._sharpness
        sums = np.maximum(np.add.reduceat(found, BLOCKS[:-1], axis=1), TINY)
        # An emergency is asked for by itself; the other urgencies share what it leaves.
        sums[:, ALARM] = 1
        sums[:, ALARM + 1] /= 1 - found[:, BLOCKS[ALARM]]
        found /= sums.repeat(BLOCKS[1:] - BLOCKS[:-1], axis=1)
        return found

    def suggestions(self, batch: Batch, languages: Sequence[str], *, with_evidence: bool) -> list[Suggestion]:
        """The suggestion for each text of the batch."""
        scored = self.scorer.score(batch)
        chances = self.chances(scored.decisions)
        codes, figures = self._best(chances)
        reasons: Sequence[Sequence[Spans]] = [NOTHING] * len(languages)
        if with_evidence:
            reasons = explain(scored, self.scorer, FIRST_COLUMNS + codes[:, 0])
        emergencies = chances[:, BLOCKS[ALARM]].tolist()
        return [
            self._suggestion(named, chance, emergency, why, spoken)
            if known
            else abstention("no_evidence", language=spoken, model_version=self.version)
            for named, chance, emergency, why, spoken, known in zip(
                codes.tolist(),
                figures.tolist(),
                emergencies,
                reasons,
                languages,
                scored.known.tolist(),
                strict=True,
            )
        ]

    def _best(self, chances: Floats) -> tuple[NDArray[np.intp], Floats]:
        """For each text the numbers of the first codes of the answers and of the second, and their probabilities.

        An emergency comes first from the threshold on, and otherwise last, however likely the others are.
        """
        amount, answers = len(chances), len(ANSWERS)
        weight = np.full((amount, answers, WIDEST), -2.0)
        for number, place in enumerate(COLUMNS.values()):
            weight[:, number, : place.stop - place.start] = chances[:, place]
        alarm = chances[:, BLOCKS[ALARM]] >= self.thresholds.emergency
        weight[:, -1, EMERGENCY] = np.where(alarm, 2.0, -1.0)
        flat, row = weight.reshape(-1, WIDEST), np.arange(amount * answers)
        first = flat.argmax(axis=1)
        flat[row, first] = -2
        second = flat.argmax(axis=1)
        codes = np.concatenate([first, second]).reshape(2, amount, answers).transpose(1, 0, 2)
        cells = (FIRST_COLUMNS + codes).reshape(amount, -1)
        return codes, np.take_along_axis(chances, cells, axis=1).reshape(codes.shape)

    def _suggestion(
        self,
        codes: list[list[int]],
        chances: list[list[float]],
        emergency: float,
        reasons: Sequence[Spans],
        spoken: str,
    ) -> Suggestion:
        (industry, issue, urgency), (industry_second, issue_second, urgency_second) = codes
        (confidence, issue_confidence, urgency_confidence), seconds = chances
        reason = self._reason(confidence, seconds[0])
        return Suggestion(
            industry=INDUSTRIES[industry],
            confidence=confidence,
            second=INDUSTRIES[industry_second],
            second_confidence=seconds[0],
            issue=ISSUES[issue],
            issue_confidence=issue_confidence,
            urgency=URGENCIES[urgency],
            urgency_confidence=urgency_confidence,
            emergency_probability=emergency,
            evidence=reasons[0],
            language=spoken,
            model_version=self.version,
            abstained=bool(reason),
            reason=reason,
            issue_second=ISSUES[issue_second],
            issue_second_confidence=seconds[1],
            urgency_second=URGENCIES[urgency_second],
            urgency_second_confidence=seconds[2],
            issue_evidence=reasons[1],
            urgency_evidence=reasons[2],
        )

    def _reason(self, first: float, second: float) -> str:
        if first < self.thresholds.confidence:
            return "low_confidence"
        return "close_call" if first - second < self.thresholds.margin else ""
