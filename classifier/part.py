"""The part of a model that answers for one kind of writing: decision values into a suggestion."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Floats, Thresholds, probabilities, shares, top_two
from classifier.characters import Batch
from classifier.evidence import Spans, explain
from classifier.scoring import Arrays, Scorer
from classifier.suggestion import INDUSTRIES, ISSUES, URGENCIES, Suggestion, abstention
from classifier.tokens import Segmenter

ANSWERS = {"industry": INDUSTRIES, "issue": ISSUES, "urgency": URGENCIES}
EMERGENCY = URGENCIES.index("emergency")
NOTHING: Sequence[Spans] = ((), (), ())

Top = tuple[int, float, int, float]


def _columns() -> dict[str, slice]:
    found, start = {}, 0
    for name, codes in ANSWERS.items():
        found[name] = slice(start, start + len(codes))
        start += len(codes)
    return found


COLUMNS = _columns()  # which outputs of the scorer belong to which answer


class Part:
    """Answers for texts of one kind of writing. Holds no state between calls, so threads may share it."""

    def __init__(self, version: str, arrays: Arrays, record: dict[str, Any], segmenter: Segmenter) -> None:
        self.version = version
        self.thresholds = Thresholds(**record["thresholds"])
        self.scorer = Scorer(arrays, segmenter)
        self._slope = np.array(record["slope"])
        self._offset = np.array(record["offset"])

    def chances(self, decisions: Floats) -> dict[str, Floats]:
        """Calibrated probabilities by answer, one row a text, each row summing to one."""
        single = probabilities(decisions, self._slope, self._offset)
        found = {name: single[:, place] for name, place in COLUMNS.items()}
        alarm = found["urgency"][:, [EMERGENCY]]
        rest = shares(found["urgency"][:, EMERGENCY + 1 :]) * (1 - alarm)
        return {
            "industry": shares(found["industry"]),
            "issue": shares(found["issue"]),
            "urgency": np.hstack([alarm, rest]),
        }

    def suggestions(self, batch: Batch, languages: Sequence[str], *, with_evidence: bool) -> list[Suggestion]:
        """The suggestion for each text of the batch."""
        scored = self.scorer.score(batch)
        chances = self.chances(scored.decisions)
        tops = [
            _tops(*top_two(chances["industry"])),
            _tops(*top_two(chances["issue"])),
            _tops(*self._urgencies(chances["urgency"])),
        ]
        reasons: Sequence[Sequence[Spans]] = [NOTHING] * len(languages)
        if with_evidence:
            firsts = [COLUMNS[name].start for name in ("industry", "issue", "urgency")]
            chosen = [
                [first + top[0] for first, top in zip(firsts, row, strict=True)]
                for row in zip(*tops, strict=True)
            ]
            reasons = explain(scored, self.scorer, np.array(chosen))
        emergencies = chances["urgency"][:, EMERGENCY].tolist()
        return [
            self._suggestion(top, emergency, why, spoken)
            if known
            else abstention("no_evidence", language=spoken, model_version=self.version)
            for *top, emergency, why, spoken, known in zip(
                *tops, emergencies, reasons, languages, scored.known.tolist(), strict=True
            )
        ]

    def _urgencies(self, chances: Floats) -> tuple[NDArray[np.intp], Floats]:
        """First and second urgency: an emergency from the threshold on, however likely the others are."""
        alarm = chances[:, EMERGENCY] >= self.thresholds.emergency
        weight = chances.copy()
        weight[:, EMERGENCY] = np.where(alarm, 2.0, -1.0)
        order, _ = top_two(weight)
        return order, np.take_along_axis(chances, order, axis=1)

    def _suggestion(
        self, tops: list[Top], emergency: float, reasons: Sequence[Spans], spoken: str
    ) -> Suggestion:
        industry, issue, urgency = tops
        reason = self._reason(industry)
        return Suggestion(
            industry=INDUSTRIES[industry[0]],
            confidence=industry[1],
            second=INDUSTRIES[industry[2]],
            second_confidence=industry[3],
            issue=ISSUES[issue[0]],
            issue_confidence=issue[1],
            urgency=URGENCIES[urgency[0]],
            urgency_confidence=urgency[1],
            emergency_probability=emergency,
            evidence=reasons[0],
            language=spoken,
            model_version=self.version,
            abstained=bool(reason),
            reason=reason,
            issue_second=ISSUES[issue[2]],
            issue_second_confidence=issue[3],
            urgency_second=URGENCIES[urgency[2]],
            urgency_second_confidence=urgency[3],
            issue_evidence=reasons[1],
            urgency_evidence=reasons[2],
        )

    def _reason(self, industry: Top) -> str:
        if industry[1] < self.thresholds.confidence:
            return "low_confidence"
        return "close_call" if industry[1] - industry[3] < self.thresholds.margin else ""


def _tops(order: NDArray[np.intp], best: Floats) -> list[Top]:
    return [
        (first, high, second, low)
        for (first, second), (high, low) in zip(order.tolist(), best.tolist(), strict=True)
    ]
