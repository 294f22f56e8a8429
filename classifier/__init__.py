"""Text in, suggestion out. Knows text only: no tables, no web, no settings."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import ModelMissing
from classifier.lesson import Lesson
from classifier.suggestion import (
    INDUSTRIES,
    ISSUES,
    LANGUAGES,
    REASONS,
    URGENCIES,
    Evidence,
    Suggestion,
    abstention,
)

if TYPE_CHECKING:
    from classifier.comparison import Result
    from classifier.evaluation import Report
    from classifier.model import Model
    from classifier.retraining import Retrained
    from classifier.vocabulary import Words

__all__ = [
    "DEFAULT_DIRECTORY",
    "INDUSTRIES",
    "ISSUES",
    "LANGUAGES",
    "REASONS",
    "URGENCIES",
    "Evidence",
    "Lesson",
    "ModelMissing",
    "Suggestion",
    "compare",
    "evaluate",
    "is_of_another_release",
    "model_in_use",
    "model_of",
    "promote",
    "retrain",
    "revert",
    "suggest",
    "suggest_many",
    "train",
    "usual_share_of_unknown_words",
    "versions",
    "words_of",
]

log = logging.getLogger(__name__)

DEFAULT_DIRECTORY = Path(__file__).parent / "model"

# Imports inside functions stand in this module alone: the word lists cost a serving process 90 MB, and
# scikit-learn, which only training needs, 120 MB more; a process that never classifies pays for neither.
_lock = threading.Lock()
_loaded: dict[str, tuple[tuple[int, int, int], "Model | ModelMissing"]] = {}


def suggest(text: str, directory: Path | str = DEFAULT_DIRECTORY) -> Suggestion:
    """Industry, issue and urgency of one text. Without a model it abstains with "no_model"."""
    return suggest_many([text], directory)[0]


def suggest_many(
    texts: Sequence[str], directory: Path | str = DEFAULT_DIRECTORY, *, with_evidence: bool = True
) -> list[Suggestion]:
    """`suggest` for many texts at once, which costs less a text. Without evidence it costs least."""
    try:
        ready = model_in_use(directory)
    except ModelMissing:
        return [abstention("no_model")] * len(texts)
    return list(ready.suggest_many(texts, with_evidence=with_evidence))


def model_in_use(directory: Path | str = DEFAULT_DIRECTORY) -> "Model":
    """The model in use, loaded once a process and again when another is promoted.

    Raises ModelMissing, which names the command that makes a model, when there is none that can be read. When
    the one promoted last is damaged, the one in memory goes on serving.
    """
    # Asked for every text: a Path would cost several times what the question does.
    place = os.fspath(directory)
    try:
        pointer = os.stat(f"{place}/current")
    except OSError as error:
        raise ModelMissing(Path(place)) from error
    stamp = (pointer.st_mtime_ns, pointer.st_ino, pointer.st_size)
    held = _loaded.get(place)
    return _usable(held[1]) if held and held[0] == stamp else _load(place, stamp)


def is_of_another_release(directory: Path | str = DEFAULT_DIRECTORY) -> bool:
    """Whether the model in use was made by another release of the program, and must be trained anew."""
    from classifier import storage

    return storage.is_of_another_release(Path(directory))


def model_of(version: str, directory: Path | str = DEFAULT_DIRECTORY) -> "Model":
    """The model `version`, in use or not. Raises ModelMissing, also where the one in use cannot be read."""
    ready = model_in_use(directory)
    return ready if ready.version == version else _version(Path(directory), version)


def train(
    directory: Path | str = DEFAULT_DIRECTORY,
    *,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> str:
    """Train on the committed corpus, put the model to use, and return its version.

    `progress` hears how many steps are done, and of how many.
    """
    from classifier import training

    return training.train(Path(directory), now=now, progress=progress)


def retrain(
    lessons: Iterable[Lesson],
    directory: Path | str = DEFAULT_DIRECTORY,
    *,
    now: datetime,
    is_forced: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> "Retrained":
    """Train on the corpus and on `lessons`, hold the result against the model in use, promote it unless it is worse."""
    from classifier import retraining

    return retraining.retrain(Path(directory), lessons, now=now, is_forced=is_forced, progress=progress)


def words_of(texts: Iterable[str]) -> "Words":
    """How many words of Chinese texts the corpus does not hold."""
    from classifier import vocabulary

    return vocabulary.measure(texts)


def usual_share_of_unknown_words() -> float:
    """The same as a share, in texts that nobody learnt from: what is to be expected."""
    from classifier import vocabulary

    return vocabulary.usual()


def evaluate(directory: Path | str = DEFAULT_DIRECTORY, examples: Path | None = None) -> dict[str, "Report"]:
    """The figures of the model in use on a folder of labelled texts, the validation set unless told.

    There is a report for each part of the model that has texts there. Raises ModelMissing, or CorpusFault for a
    line that is wrong.
    """
    from classifier import corpus, evaluation

    ready = model_in_use(directory)
    texts = corpus.read(examples or corpus.VALIDATION)
    return evaluation.reports(ready, texts)


def compare() -> Iterator["Result"]:
    """Train the model in other ways too and measure each on the validation set: the table of docs/classifier.md."""
    from classifier import comparison

    return comparison.compare()


def versions(directory: Path | str = DEFAULT_DIRECTORY) -> list[dict[str, Any]]:
    """The records of the models on disk that can be read, oldest first, each with `in_use`."""
    from classifier import storage

    return storage.records(Path(directory))


def promote(version: str, directory: Path | str = DEFAULT_DIRECTORY) -> None:
    """Put a version to use; running processes notice. Raises ModelMissing when it cannot be read."""
    from classifier import storage

    storage.promote(Path(directory), version)


def revert(directory: Path | str = DEFAULT_DIRECTORY) -> str:
    """Put the version to use that was in use before, and return it. Raises ModelMissing without one."""
    from classifier import storage

    return storage.revert(Path(directory))


def _load(place: str, stamp: tuple[int, int, int]) -> "Model":
    from classifier.model import Model
    from classifier.storage import load

    with _lock:
        held = _loaded.get(place)
        if held is None or held[0] != stamp:
            try:
                ready = Model(load(Path(place)))
                log.info("model taken up", extra={"version": ready.version})
                held = (stamp, ready)
            except ModelMissing as error:
                log.error("%s", error, extra={"directory": place, "why": error.why})
                # Remembered as well: a damaged model must not be read again for every text.
                held = (stamp, held[1] if held else error)
            _loaded[place] = held
    return _usable(held[1])


@lru_cache(maxsize=1)
def _version(place: Path, version: str) -> "Model":
    from classifier.model import Model
    from classifier.storage import load

    return Model(load(place, version))


def _usable(held: "Model | ModelMissing") -> "Model":
    if isinstance(held, ModelMissing):
        raise held
    return held
