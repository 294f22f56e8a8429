"""Decision values into probabilities, and the thresholds below which a person decides."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Thresholds:
    """From where a suggestion stands alone. Chosen on the validation set, kept with the model."""

    confidence: float = 0.5
    margin: float = 0.1
    emergency: float = 0.3

    def as_json(self) -> dict[str, float]:
        """For the model record."""
        return asdict(self)


def probabilities(decisions: Floats, slope: Floats, offset: Floats) -> Floats:
    """The sigmoid of each decision value, not yet made to sum to one."""
    result: Floats = 1 / (1 + np.exp(np.minimum(-(slope * decisions + offset), 50)))
    return result


def shares(chances: Floats) -> Floats:
    """Rows that sum to one."""
    result: Floats = chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-12)
    return result


def fit_sigmoid(decisions: Floats, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset by Newton's method on Platt's softened targets; (1, prior) if one kind is missing."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))
    if not positive or not negative:
        return 1.0, float(np.log((positive + 1) / (negative + 1)))
    rows = np.column_stack([decisions, np.ones_like(decisions)])
    best = np.array([1.0, 0.0])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(rows @ best, -50, 50)))
        gradient = rows.T @ (chance - target) + np.array([1e-6, 1e-6]) * best
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        best = best - step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return float(best[0]), float(best[1])


def fit_sharpness(chances: Floats, truth: NDArray[np.intp]) -> float:
    """The power of the chances, made to sum to one again, that finds the true columns likeliest.

    Sigmoids fitted one by one each know the others' mistakes as well; together they are too careful.
    """
    rows = np.arange(len(truth))

    def surprise(power: float) -> float:
        told = shares(np.maximum(chances, 1e-9) ** power)[rows, truth]
        return float(-np.log(told).mean())

    return min((round(float(power), 2) for power in np.arange(0.5, 2.51, 0.05)), key=surprise)


def top_two(chances: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The likeliest two columns of each row, and their probabilities."""
    order = np.argsort(-chances, axis=1, kind="stable")[:, :2]
    return order, np.take_along_axis(chances, order, axis=1)


def choose_routing(
    chances: Floats, right: NDArray[np.bool_], *, least_routed: float = 0.85, least_right: float = 0.92
) -> tuple[float, float]:
    """Confidence and margin from where a suggestion stands alone.

    Of the pairs that route `least_routed` of the texts, the one with the most right among those routed. Where that
    is less than `least_right`, the pair that routes the most while keeping to it; where there is none, the strictest.
    """
    _, best = top_two(chances)
    confidence, margin = best[:, 0], best[:, 0] - best[:, 1]
    found = []
    for least in np.arange(0.30, 0.91, 0.02):
        for gap in np.arange(0.0, 0.51, 0.05):
            routed = (confidence >= least) & (margin >= gap)
            share = float(right[routed].mean()) if routed.any() else 0.0
            found.append((share, float(routed.mean()), round(float(least), 2), round(float(gap), 2)))
    share, _, least, gap = max(
        (pair for pair in found if pair[1] >= least_routed), default=(0.0, 0.0, 0.9, 0.5)
    )
    if share < least_right:
        careful = [(routed, least, gap) for share, routed, least, gap in found if share >= least_right]
        _, least, gap = max(careful, default=(0.0, 0.9, 0.5))
    return least, gap


MOST = 0.4


def choose_emergency(chances: Floats, truth: NDArray[np.bool_], *, recall: float = 0.98) -> float:
    """The highest threshold that still finds `recall` of the emergencies, a little lowered for safety.

    Never above MOST: where the texts at hand are easy, those of strangers are not.
    """
    found = np.sort(chances[truth])[::-1]
    if not len(found):
        return Thresholds.emergency
    needed = found[min(int(np.ceil(recall * len(found))), len(found)) - 1]
    return float(max(min(needed * 0.98, MOST), 0.01))


def expected_error(confidence: Floats, right: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, over equal-width bins."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[place == number].mean()) - float(right[place == number].mean()))
        * np.mean(place == number)
        for number in range(bins)
        if (place == number).any()
    ]
    return float(sum(gaps))


def reliability(
    confidence: Floats, right: NDArray[np.bool_], *, bins: int = 10
) -> Sequence[tuple[float, float, int]]:
    """Mean confidence, accuracy and count of each bin that is not empty."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (
            float(confidence[place == number].mean()),
            float(right[place == number].mean()),
            int((place == number).sum()),
        )
        for number in range(bins)
        if (place == number).any()
    ]
