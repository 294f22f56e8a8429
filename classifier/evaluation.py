"""How good a model is: figures on labelled texts that it was not trained on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import expected_error, reliability
from classifier.corpus import Example
from classifier.model import PARTS, Model
from classifier.suggestion import INDUSTRIES, ISSUES

Names = NDArray[np.str_]


@dataclass(frozen=True)
class ClassScore:
    """One class: of what was said, how much was right; of what there was, how much was found."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Report:
    """The figures of one evaluation. "Lenient" counts a defensible second label as right.

    "Grouped" figures are those of training: each text asked of machines that had seen no text of its file. `bins` are
    those of `calibration.reliability`.
    """

    count: int
    accuracy: float
    lenient_accuracy: float
    macro_f1: float
    lenient_macro_f1: float
    classes: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float
    routed: float
    routed_right: float
    issue_accuracy: float
    issue_macro_f1: float
    urgency_accuracy: float
    emergency_recall: float
    emergency_precision: float
    issue_first_or_second: float = 0.0
    grouped_macro_f1: float = 0.0
    grouped_calibration_error: float = 0.0
    bins: tuple[tuple[float, float, int], ...] = ()

    def figures(self) -> dict[str, float]:
        """The single figures by name."""
        return {
            item.name: getattr(self, item.name)
            for item in fields(self)
            if item.name not in ("count", "classes", "confusion", "bins")
        }


def reports(model: Model, examples: Sequence[Example]) -> dict[str, Report]:
    """A report for each part of the model that has examples."""
    by_part = {
        name: [
            example
            for example in examples
            if example.language in languages and example.language in model.parts
        ]
        for name, languages in PARTS.items()
    }
    return {
        name: replace(
            evaluate(model, some),
            grouped_macro_f1=model.record["parts"][name].get("grouped_macro_f1", 0.0),
            grouped_calibration_error=model.record["parts"][name].get("grouped_calibration_error", 0.0),
        )
        for name, some in by_part.items()
        if some
    }


def evaluate(model: Model, examples: Sequence[Example]) -> Report:
    """Every figure of a model on these examples. A text it abstains on counts by its likeliest industry."""
    said = list(model.suggest_many([example.text for example in examples], with_evidence=False))
    industry = np.array([one.industry for one in said])
    truth = np.array([example.label for example in examples])
    lenient = lenient_truth(industry, examples)
    routed = np.array([not one.abstained for one in said], dtype=bool)
    issue, issue_truth = np.array([one.issue for one in said]), np.array([one.issue for one in examples])
    issue_second = np.array([one.issue_second for one in said])
    urgency, urgency_truth = (
        np.array([one.urgency for one in said]),
        np.array([one.urgency for one in examples]),
    )
    recall, precision = _alarms(urgency == "emergency", urgency_truth == "emergency")
    confidence = np.array([one.confidence for one in said])
    return Report(
        count=len(examples),
        accuracy=_mean(industry == truth),
        lenient_accuracy=_mean(industry == lenient),
        macro_f1=macro_f1(industry, truth, INDUSTRIES),
        lenient_macro_f1=macro_f1(industry, lenient, INDUSTRIES),
        classes=tuple(class_scores(industry, truth, INDUSTRIES)),
        confusion=confusion(industry, truth),
        calibration_error=expected_error(confidence, industry == truth),
        routed=_mean(routed),
        routed_right=_mean((industry == lenient)[routed]),
        issue_accuracy=_mean(issue == issue_truth),
        issue_macro_f1=macro_f1(issue, issue_truth, ISSUES),
        urgency_accuracy=_mean(urgency == urgency_truth),
        emergency_recall=recall,
        emergency_precision=precision,
        issue_first_or_second=_mean((issue == issue_truth) | (issue_second == issue_truth)),
        bins=tuple(reliability(confidence, industry == truth)),
    )


def lenient_truth(said: Names, examples: Sequence[Example]) -> Names:
    """The labels, with the defensible second where that is what was said."""
    return np.array(
        [
            name if name == example.also else example.label
            for name, example in zip(said, examples, strict=True)
        ]
    )


def class_scores(said: Names, truth: Names, codes: Sequence[str]) -> list[ClassScore]:
    """Precision, recall and F1 of the classes that occur."""
    scores = []
    for code in codes:
        right = int(((said == code) & (truth == code)).sum())
        claimed, there = int((said == code).sum()), int((truth == code).sum())
        if there or claimed:
            scores.append(
                ClassScore(
                    code, right / max(claimed, 1), right / max(there, 1), 2 * right / (claimed + there), there
                )
            )
    return scores


def macro_f1(said: Names, truth: Names, codes: Sequence[str]) -> float:
    """The mean F1 of the classes that occur."""
    return _mean(np.array([score.f1 for score in class_scores(said, truth, codes)]))


def confusion(said: Names, truth: Names) -> tuple[tuple[int, ...], ...]:
    """Counts by true industry (row) and suggested industry (column)."""
    pairs = Counter(zip(truth.tolist(), said.tolist(), strict=True))
    return tuple(tuple(pairs[row, column] for column in INDUSTRIES) for row in INDUSTRIES)


def _alarms(alarm: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[float, float]:
    found = int((alarm & truth).sum())
    return found / max(int(truth.sum()), 1), found / max(int(alarm.sum()), 1)


def _mean(values: NDArray[np.bool_] | NDArray[np.float64]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
