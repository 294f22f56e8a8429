"""A loaded model: text in, suggestion out."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Floats, Thresholds, probabilities, shares, top_two
from classifier.characters import Batch
from classifier.evidence import Spans, explain
from classifier.language import identify_all
from classifier.scoring import BATCH, Scorer
from classifier.storage import Stored
from classifier.suggestion import INDUSTRIES, ISSUES, URGENCIES, Suggestion, abstention

ANSWERS = {"industry": INDUSTRIES, "issue": ISSUES, "urgency": URGENCIES, "emergency": ("emergency",)}
EMERGENCY = URGENCIES.index("emergency")
Top = tuple[int, float, int, float]


def columns() -> dict[str, slice]:
    """Which outputs of the scorer belong to which answer."""
    found, start = {}, 0
    for name, codes in ANSWERS.items():
        found[name] = slice(start, start + len(codes))
        start += len(codes)
    return found


COLUMNS = columns()


class Model:
    """Answers for texts. Holds no state between calls, so threads may share it."""

    def __init__(self, stored: Stored) -> None:
        self.version = stored.version
        self.record: dict[str, Any] = stored.record
        self.thresholds = Thresholds(**stored.record["thresholds"])
        self.languages = frozenset(stored.record["languages"])
        self._scorer = Scorer(stored.arrays)
        self._slope = np.array(stored.record["slope"])
        self._offset = np.array(stored.record["offset"])

    def suggest_many(self, texts: Sequence[str], *, with_evidence: bool = True) -> Iterator[Suggestion]:
        """Suggestions in the order of the texts, computed a batch at a time."""
        for start in range(0, len(texts), BATCH):
            yield from self._batch(texts[start : start + BATCH], with_evidence)

    def chances(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by answer, one row a text: for evaluation."""
        return self._by_answer(self._scorer.decisions(texts))

    def _by_answer(self, decisions: Floats) -> dict[str, Floats]:
        single = probabilities(decisions, self._slope, self._offset)
        found = {name: single[:, place] for name, place in COLUMNS.items()}
        rest = shares(found["urgency"][:, EMERGENCY + 1 :]) * (1 - found["emergency"])
        return {
            "industry": shares(found["industry"]),
            "issue": shares(found["issue"]),
            "urgency": np.hstack([found["emergency"], rest]),
        }

    def urgencies(self, chances: Floats) -> tuple[NDArray[np.intp], Floats]:
        """First and second urgency of each text: an emergency from the threshold on, however likely the others are."""
        alarm = chances[:, EMERGENCY] >= self.thresholds.emergency
        weight = chances.copy()
        weight[:, EMERGENCY] = np.where(alarm, 2.0, -1.0)
        order, _ = top_two(weight)
        return order, np.take_along_axis(chances, order, axis=1)

    def _batch(self, texts: Sequence[str], with_evidence: bool) -> Iterator[Suggestion]:
        batch = Batch.of(texts)
        scored = self._scorer.score(batch)
        chances = self._by_answer(scored.decisions)
        tops = {
            "industry": _tops(*top_two(chances["industry"])),
            "issue": _tops(*top_two(chances["issue"])),
            "urgency": _tops(*self.urgencies(chances["urgency"])),
        }
        places = np.array([[COLUMNS[name].start + top[0] for top in tops[name]] for name in tops]).T
        reasons = explain(scored, self._scorer, places) if with_evidence else [[(), (), ()]] * len(texts)
        known = scored.known.tolist()
        for row, spoken in enumerate(identify_all(batch)):
            if spoken not in self.languages and spoken != "und":
                yield abstention("foreign_language", language=spoken, model_version=self.version)
                continue
            if not known[row]:
                yield abstention("no_evidence", language=spoken, model_version=self.version)
                continue
            top = (tops["industry"][row], tops["issue"][row], tops["urgency"][row])
            emergency = float(chances["urgency"][row, EMERGENCY])
            yield self._suggestion(top, emergency, reasons[row], spoken)

    def _suggestion(
        self,
        top: tuple[Top, Top, Top],
        emergency: float,
        reasons: Sequence[Spans],
        spoken: str,
    ) -> Suggestion:
        industry, issue, urgency = top
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
