"""From labelled texts to a model: features, machines, thresholds, and the record that tells how it was made."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from classifier import corpus, fitting, lexicon, storage
from classifier.calibration import (
    Floats,
    Thresholds,
    choose_emergency,
    choose_routing,
    expected_error,
    fit_sharpness,
    probabilities,
    shares,
)
from classifier.corpus import Example
from classifier.evaluation import macro_f1
from classifier.export import arrays_of, neutral_columns
from classifier.fitting import FOLDS, Lessons, Output, Truth
from classifier.model import PARTS
from classifier.part import ANSWERS, COLUMNS, EMERGENCY, Part
from classifier.pipeline import Recipe, build, read
from classifier.scoring import Arrays
from classifier.storage import Stored
from classifier.tokens import Segmenter, words_of

LEAST_FOR_PART = 100
COST = {"industry": 0.7, "issue": 0.5, "urgency": 0.5}
RECIPES = {"zh": Recipe(), "en": Recipe(word_weight=1.0)}
LIBRARIES = ("numpy", "scikit-learn", "rjieba", "jieba")
STEPS = sum(len(codes) for codes in ANSWERS.values()) + 3

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class TrainedPart:
    """One part of a model: the scikit-learn side to compare with, the arrays to serve, their record.

    There is a machine for each output, None where every example or none is of that kind.
    """

    features: FeatureUnion
    machines: tuple[LinearSVC | None, ...]
    arrays: Arrays
    record: dict[str, Any]


@dataclass(frozen=True)
class Trained:
    """What training gives."""

    parts: dict[str, TrainedPart]
    user_words: tuple[str, ...]
    record: dict[str, Any]

    def stored(self, version: str) -> Stored:
        """The model as it is saved and loaded."""
        arrays = {name: part.arrays for name, part in self.parts.items()}
        records = {name: part.record for name, part in self.parts.items()}
        return Stored(version, arrays, self.user_words, {**self.record, "parts": records})


def train(directory: Path, *, now: datetime, progress: Progress = lambda done, total: None) -> str:
    """Train on the committed corpus, save and promote the model, return its version.

    Raises CorpusFault or LexiconFault for data that cannot be used.
    """
    trained = fit(corpus.read(corpus.TRAIN), corpus.read(corpus.VALIDATION), progress=progress)
    trained.record["trained_at"] = now.isoformat()
    version = f"{now:%Y%m%d-%H%M%S}-{trained.record['corpus'][:8]}"
    storage.save(directory, trained.stored(version))
    storage.promote(directory, version)
    return version


def fit(
    examples: Sequence[Example],
    held_out: Sequence[Example],
    *,
    progress: Progress = lambda done, total: None,
) -> Trained:
    """A model of `examples` with thresholds chosen on `held_out`; the default ones where that is empty.

    Chinese always has a part, another kind of writing only when there are examples enough.
    """
    words = lexicon.load()
    segmenter = Segmenter(user_words(words))
    taught = {name: [one for one in examples if one.language in codes] for name, codes in PARTS.items()}
    taught = {name: some for name, some in taught.items() if name == "zh" or len(some) >= LEAST_FOR_PART}
    step = _Steps(progress, len(taught) * STEPS)
    parts = {}
    for name, some in taught.items():
        asked = [one for one in held_out if one.language in PARTS[name]]
        parts[name] = _part(some, asked, RECIPES[name], words, segmenter, step)
    record = {
        "corpus": corpus.fingerprint(examples),
        "examples": len(examples),
        "classes": dict(sorted(Counter(example.label for example in examples).items())),
        "languages": [language for name in parts for language in PARTS[name]],
        "libraries": {name: installed(name) for name in LIBRARIES},
    }
    return Trained(parts, segmenter.user_words, record)


class _Steps:
    """Counts what is done and tells the progress bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, itertools.count(1)

    def __call__(self) -> None:
        self._progress(next(self._done), self._total)


def user_words(words: lexicon.Lexicon) -> list[str]:
    """The user dictionary of the segmenter: neutral compounds and every Han term of the lexicon."""
    return [*words_of("dictionary.txt"), *words.han]


def truths(examples: Sequence[Example], answer: str) -> dict[str, Truth]:
    """For each code of an answer, which examples carry it."""
    said = {
        "industry": [example.label for example in examples],
        "issue": [example.issue for example in examples],
        "urgency": [example.urgency for example in examples],
    }[answer]
    return {code: np.array([value == code for value in said], dtype=bool) for code in ANSWERS[answer]}


def folds(examples: Sequence[Example]) -> NDArray[np.int64]:
    """A fold for each example. Texts of one file go together where there are files enough: they are alike."""
    sources = defaultdict(set)
    for example in examples:
        sources[example.label].add(example.source)
    rank = {label: {name: at for at, name in enumerate(sorted(names))} for label, names in sources.items()}
    seen: Counter[str] = Counter()
    places = []
    for example in examples:
        seen[example.label] += 1
        apart = len(rank[example.label]) >= FOLDS
        places.append((rank[example.label][example.source] if apart else seen[example.label]) % FOLDS)
    return np.array(places)


def _part(
    examples: Sequence[Example],
    held_out: Sequence[Example],
    recipe: Recipe,
    words: lexicon.Lexicon,
    segmenter: Segmenter,
    step: _Steps,
) -> TrainedPart:
    features = build(words, recipe)
    matrix = features.fit_transform(read([example.text for example in examples], segmenter))
    step()
    parents = [at for at, example in enumerate(examples) for _ in corpus.halves(example)]
    halves = [half for example in examples for half in corpus.halves(example)]
    taught = [*examples, *halves]
    rows = features.transform(read([half.text for half in halves], segmenter)) if halves else matrix[:0]
    step()
    fold = folds(examples)
    lessons = Lessons(
        csr_matrix(vstack([matrix, rows])),
        np.concatenate([fold, fold[np.array(parents, dtype=int)]]),
        np.array([example.weight for example in taught]),
        len(examples),
    )
    outputs = _outputs(lessons, taught, neutral_columns(features, words), step)
    arrays = arrays_of(
        features,
        words,
        weights=np.column_stack([output.weights for output in outputs]),
        bias=np.array([output.bias for output in outputs]),
    )
    sharpness = _sharpness(outputs, examples)
    record = {
        "examples": len(examples),
        **_grouped(outputs, examples, sharpness),
        "sharpness": sharpness,
        "slope": [output.slope for output in outputs],
        "offset": [output.offset for output in outputs],
        "thresholds": Thresholds().as_json(),
    }
    if held_out:
        part = Part("", arrays, record, segmenter)
        record["thresholds"] = _thresholds(part, held_out).as_json()
    step()
    return TrainedPart(features, tuple(output.machine for output in outputs), arrays, record)


def _outputs(lessons: Lessons, taught: Sequence[Example], neutral: Truth, step: _Steps) -> list[Output]:
    """Every output of every answer. The halves of texts teach the industry only: the rest may be lost by cutting."""
    industry = replace(lessons, matrix=csr_matrix(lessons.matrix @ diags((~neutral).astype(float))))
    whole = slice(lessons.whole)
    others = replace(
        lessons, matrix=lessons.matrix[whole], fold=lessons.fold[whole], weight=lessons.weight[whole]
    )
    outputs = []
    # One after the other: liblinear has one set of dice a process, and threads would take each other's throws.
    for answer in ANSWERS:
        learn, from_texts = (industry, taught) if answer == "industry" else (others, taught[whole])
        for truth in truths(from_texts, answer).values():
            outputs.append(fitting.fit(learn, truth, COST[answer]))
            step()
    return outputs


def _unseen(outputs: Sequence[Output], answer: str) -> Floats:
    """The chances of each code of an answer for each whole text, by machines that have seen no text of its file."""
    ours = outputs[COLUMNS[answer]]
    slope, offset = (np.array([getattr(output, name) for output in ours]) for name in ("slope", "offset"))
    return probabilities(np.column_stack([output.unseen for output in ours]), slope, offset)


def _sharpness(outputs: Sequence[Output], examples: Sequence[Example]) -> list[float]:
    """The power for each output. Urgencies keep theirs: an emergency is asked for by itself."""
    found = np.ones(len(outputs))
    for answer in ("industry", "issue"):
        truth = np.column_stack(list(truths(examples, answer).values())).argmax(axis=1)
        found[COLUMNS[answer]] = fit_sharpness(_unseen(outputs, answer), truth)
    return found.tolist()


def _grouped(
    outputs: Sequence[Output], examples: Sequence[Example], sharpness: Sequence[float]
) -> dict[str, float]:
    """How well industries are told, and how honestly, by machines that have seen no text of the same file."""
    industries = ANSWERS["industry"]
    chances = shares(_unseen(outputs, "industry") ** np.array(sharpness[COLUMNS["industry"]]))
    said = np.array(industries)[chances.argmax(axis=1)]
    truth = np.array([example.label for example in examples])
    return {
        "grouped_macro_f1": macro_f1(said, truth, industries),
        "grouped_calibration_error": expected_error(chances.max(axis=1), said == truth),
    }


def _thresholds(part: Part, held_out: Sequence[Example]) -> Thresholds:
    chances = part.chances(part.scorer.decisions([example.text for example in held_out]))
    industry = chances[:, COLUMNS["industry"]]
    named = np.array(ANSWERS["industry"])[industry.argmax(axis=1)]
    right = np.array(
        [name in (example.label, example.also) for name, example in zip(named, held_out, strict=True)]
    )
    confidence, margin = choose_routing(industry, right)
    alarm = chances[:, COLUMNS["urgency"].start + EMERGENCY]
    return Thresholds(confidence, margin, choose_emergency(alarm, truths(held_out, "urgency")["emergency"]))
