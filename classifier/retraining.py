"""A model taught by people too: trained, held against the one in use, and promoted unless it is worse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifier import corpus, evaluation, settling, storage, training
from classifier.corpus import Example
from classifier.errors import ModelMissing
from classifier.evaluation import Report
from classifier.lesson import Lesson
from classifier.model import Model
from classifier.settling import Settled
from classifier.training import Progress

# What "worse" is: by more than this, and by more than a few texts that fall out otherwise.
F1_SLACK = 0.005
CLASS_SLACK = 0.03
FEW = 2
LEAST_RECALL = 0.95
LEAST_JUDGED = 30  # corrections held out, from where their accuracy decides
ACCURACY_SLACK = 0.02
EVALUATIONS = 2  # steps of the progress bar after training


@dataclass(frozen=True)
class Comparison:
    """Both models on the same texts, none of which either learnt from. There may be no old one."""

    texts: str
    old: Report | None
    new: Report

    @property
    def decides(self) -> bool:
        """Whether it counts for promotion: of corrections held out there may be too few."""
        return self.texts.startswith("validation") or self.new.count >= LEAST_JUDGED


@dataclass(frozen=True)
class Fault:
    """A figure in which the new model is worse than it may be. `bound` is the least it had to reach."""

    texts: str
    figure: str
    bound: float
    new: float


@dataclass(frozen=True)
class Retrained:
    """What came of it."""

    version: str
    before: str | None
    settled: Settled
    comparisons: tuple[Comparison, ...]
    faults: tuple[Fault, ...]
    is_promoted: bool


def retrain(
    directory: Path,
    given: Iterable[Lesson],
    *,
    now: datetime,
    is_forced: bool = False,
    progress: Progress = lambda done, total: None,
) -> Retrained:
    """Train on the corpus and what people said, save the model, and promote it unless a figure is worse.

    A worse one stays on disk beside the one in use; `is_forced` promotes it all the same.
    """
    validation = corpus.read(corpus.VALIDATION)
    settled = settling.settle(given, validation)
    examples = settling.beside(corpus.read(corpus.TRAIN), settled)
    steps = _Steps(progress)
    trained = training.fit(examples, validation, progress=steps.training)
    version = f"{now:%Y%m%d-%H%M%S}-{trained.record['corpus'][:8]}"
    trained.record["trained_at"] = now.isoformat()
    trained.record["lessons"] = {
        "taught": len(settled.taught),
        "held_out": len(settled.held_out),
        "until": settled.until.isoformat() if settled.until else None,
    }
    stored = trained.stored(version)
    before, old = _in_use(directory)
    sets = {"validation": validation, "corrections": list(settled.held_out)}
    old_reports = _reports(old, sets)
    steps.one()
    new_reports = _reports(Model(stored), sets)
    steps.one()
    comparisons = tuple(
        Comparison(name, old_reports.get(name), report) for name, report in new_reports.items()
    )
    faults = tuple(fault for comparison in comparisons for fault in faults_of(comparison))
    storage.save(directory, stored)
    is_promoted = is_forced or not faults
    if is_promoted:
        storage.promote(directory, version)
    return Retrained(version, before, settled, comparisons, faults, is_promoted)


def faults_of(comparison: Comparison) -> list[Fault]:
    """In what the new model is worse, beyond chance. Nothing is worse than no model."""
    old, new = comparison.old, comparison.new
    if old is None or not comparison.decides:
        return []
    if comparison.texts.startswith("corrections"):
        bounds = [("accuracy", old.accuracy - ACCURACY_SLACK, new.accuracy)]
    else:
        bounds = [
            ("macro_f1", old.macro_f1 - max(F1_SLACK, FEW / new.count), new.macro_f1),
            ("emergency_recall", min(LEAST_RECALL, old.emergency_recall), new.emergency_recall),
            *_classes(old, new),
        ]
    return [
        Fault(comparison.texts, figure, bound, reached)
        for figure, bound, reached in bounds
        if reached < bound
    ]


def _classes(old: Report, new: Report) -> list[tuple[str, float, float]]:
    reached = {score.name: score.f1 for score in new.classes}
    return [
        (
            f"f1 {score.name}",
            score.f1 - max(CLASS_SLACK, FEW / max(score.count, 1)),
            reached.get(score.name, 0.0),
        )
        for score in old.classes
    ]


def _reports(model: Model | None, sets: Mapping[str, Sequence[Example]]) -> dict[str, Report]:
    """A report for each set and each kind of writing in it."""
    if model is None:
        return {}
    return {
        f"{name}, {part}": report
        for name, examples in sets.items()
        for part, report in evaluation.reports(model, examples).items()
    }


def _in_use(directory: Path) -> tuple[str | None, Model | None]:
    try:
        stored = storage.load(directory)
    except ModelMissing:
        return None, None
    return stored.version, Model(stored)


class _Steps:
    """Joins the steps of training and of evaluating into one bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._done, self._total = progress, 0, EVALUATIONS

    def training(self, done: int, total: int) -> None:
        self._done, self._total = done, total + EVALUATIONS
        self._progress(self._done, self._total)

    def one(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)
