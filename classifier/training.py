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

from classifier import corpus, fitting, lexicon, storage, tokens
from classifier.calibration import Thresholds, choose_emergency, choose_routing
from classifier.corpus import Example
from classifier.export import arrays_of, neutral_columns
from classifier.fitting import FOLDS, Lessons, Output, Truth
from classifier.model import ANSWERS, EMERGENCY, Model
from classifier.pipeline import Recipe, build, read
from classifier.scoring import Arrays
from classifier.suggestion import LANGUAGES

LEAST_FOR_LANGUAGE = 100
COST = {"industry": 0.7, "issue": 0.3, "urgency": 0.5, "emergency": 0.5}
LIBRARIES = ("numpy", "scikit-learn", "rjieba", "jieba")
STEPS = sum(len(codes) for codes in ANSWERS.values()) + 4

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trained:
    """What training gives: the scikit-learn side to compare with, the arrays to serve, their record.

    There is a machine for each output, None where every example or none is of that kind.
    """

    features: FeatureUnion
    machines: tuple[LinearSVC | None, ...]
    arrays: Arrays
    record: dict[str, Any]


def train(directory: Path, *, now: datetime, progress: Progress = lambda done, total: None) -> str:
    """Train on the committed corpus, save and promote the model, return its version.

    Raises CorpusFault or LexiconFault for data that cannot be used.
    """
    trained = fit(corpus.read(corpus.TRAIN), corpus.read(corpus.VALIDATION), progress=progress)
    version = f"{now:%Y%m%d-%H%M%S}-{trained.record['corpus'][:8]}"
    storage.save(directory, version, trained.arrays, {**trained.record, "trained_at": now.isoformat()})
    storage.promote(directory, version)
    return version


def fit(
    examples: Sequence[Example],
    held_out: Sequence[Example],
    *,
    recipe: Recipe | None = None,
    progress: Progress = lambda done, total: None,
) -> Trained:
    """A model of `examples` with thresholds chosen on `held_out`; the default ones when that is empty."""
    step = _Steps(progress)
    words = lexicon.load()
    segmenter = tokens.Segmenter(user_words(words))
    features = build(words, recipe or Recipe())
    matrix = features.fit_transform(read([example.text for example in examples], segmenter))
    step()
    parts = [(at, part) for at, example in enumerate(examples) for part in corpus.halves(example)]
    halves = features.transform(read([part.text for _, part in parts], segmenter)) if parts else matrix[:0]
    step()
    fold = folds(examples)
    lessons = Lessons(
        csr_matrix(vstack([matrix, halves])),
        np.concatenate([fold, fold[[at for at, _ in parts]]]),
        np.array([example.weight for example in [*examples, *(part for _, part in parts)]]),
        len(examples),
    )
    neutral = neutral_columns(features, words)
    outputs = _outputs(lessons, [*examples, *(part for _, part in parts)], neutral, step)
    arrays = arrays_of(
        features,
        words,
        segmenter.user_words,
        weights=np.column_stack([output.weights for output in outputs]),
        bias=np.array([output.bias for output in outputs]),
    )
    step()
    record = _record(examples, outputs)
    record["thresholds"] = _thresholds(arrays, record, held_out).as_json()
    step()
    return Trained(features, tuple(output.machine for output in outputs), arrays, record)


class _Steps:
    """Counts what is done and tells the progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._done = progress, itertools.count(1)

    def __call__(self) -> None:
        self._progress(next(self._done), STEPS)


def user_words(words: lexicon.Lexicon) -> list[str]:
    """The user dictionary of the segmenter: neutral compounds and every Han term of the lexicon."""
    return [*tokens.words_of("dictionary.txt"), *words.han]


def truths(examples: Sequence[Example], answer: str) -> dict[str, Truth]:
    """For each code of an answer, which examples carry it."""
    said = {
        "industry": [example.label for example in examples],
        "issue": [example.issue for example in examples],
        "urgency": [example.urgency for example in examples],
        "emergency": [example.urgency for example in examples],
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


def _record(examples: Sequence[Example], outputs: Sequence[Output]) -> dict[str, Any]:
    spoken = Counter(example.language for example in examples)
    return {
        "corpus": corpus.fingerprint(examples),
        "examples": len(examples),
        "classes": dict(sorted(Counter(example.label for example in examples).items())),
        "languages": [
            code for code in LANGUAGES if code.startswith("zh") or spoken[code] >= LEAST_FOR_LANGUAGE
        ],
        "libraries": {name: installed(name) for name in LIBRARIES},
        "slope": [output.slope for output in outputs],
        "offset": [output.offset for output in outputs],
        "thresholds": Thresholds().as_json(),
    }


def _thresholds(arrays: Arrays, record: dict[str, Any], held_out: Sequence[Example]) -> Thresholds:
    held_out = [example for example in held_out if example.language in record["languages"]]
    if not held_out:
        return Thresholds()
    chances = Model(storage.Stored("", arrays, record)).chances([example.text for example in held_out])
    named = np.array(ANSWERS["industry"])[chances["industry"].argmax(axis=1)]
    right = np.array(
        [name in (example.label, example.also) for name, example in zip(named, held_out, strict=True)]
    )
    confidence, margin = choose_routing(chances["industry"], right)
    emergency = truths(held_out, "emergency")["emergency"]
    return Thresholds(confidence, margin, choose_emergency(chances["urgency"][:, EMERGENCY], emergency))
