"""One linear machine for each output, and the sigmoid that turns its decision values into probabilities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classifier.calibration import Floats, fit_sigmoid

FOLDS = 4
SEED = 1

Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Lessons:
    """What a machine learns from: a row a text, its fold and its weight.

    The first `whole` rows are texts as they were written. Rows after them are parts of texts; they teach, but
    probabilities are fitted on whole texts alone, each asked of a machine that has seen no part of its fold.
    """

    matrix: csr_matrix
    fold: NDArray[np.int64]
    weight: Floats
    whole: int


@dataclass(frozen=True)
class Output:
    """One column of the model. There is no machine where every text or none is of the kind.

    `unseen` are the decision values of the whole texts, each by a machine that had not seen its fold.
    """

    machine: LinearSVC | None
    weights: Floats
    bias: float
    slope: float
    offset: float
    unseen: Floats


def fit(lessons: Lessons, truth: Truth, cost: float) -> Output:
    """Fit the machine on everything, and its sigmoid on texts it had not seen."""
    decisions, whole = np.zeros(lessons.whole), np.arange(len(truth)) < lessons.whole
    for fold in range(FOLDS):
        learn = lessons.fold != fold
        ask = np.flatnonzero(~learn & whole)
        machine = _machine(lessons, truth, learn, cost)
        decisions[ask] = (
            machine.decision_function(lessons.matrix[ask])
            if machine and len(ask)
            else _constant(truth[learn])
        )
    slope, offset = fit_sigmoid(decisions, truth[: lessons.whole])
    machine = _machine(lessons, truth, np.ones(len(truth), dtype=bool), cost)
    if machine is None:
        return Output(None, np.zeros(lessons.matrix.shape[1]), _constant(truth), slope, offset, decisions)
    return Output(machine, machine.coef_[0], float(machine.intercept_[0]), slope, offset, decisions)


def _machine(lessons: Lessons, truth: Truth, learn: Truth, cost: float) -> LinearSVC | None:
    if truth[learn].all() or not truth[learn].any():
        return None
    machine = LinearSVC(C=cost, class_weight="balanced", random_state=SEED, max_iter=5000)
    machine.fit(lessons.matrix[learn], truth[learn], sample_weight=lessons.weight[learn])
    return machine


def _constant(truth: Truth) -> float:
    return 1.0 if truth.all() else -1.0
