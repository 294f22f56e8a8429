"""What people said about texts, made fit to be learnt: masked, each text once, and none that a model is tested on."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifier.characters import normalise
from classifier.corpus import Example
from classifier.language import identify
from classifier.lesson import Lesson
from classifier.masking import mask
from classifier.model import PARTS

CORRECTION_WEIGHT = 2.0  # a text the model got wrong; 1.5 to 3 teach alike, 1 a little less
CONFIRMATION_WEIGHT = 1.0
HELD_OUT = 0.2  # of the lessons, the newest
MOST_HELD_OUT = 500
SOURCES = 16  # folds keep a source together, and one source for all would put every lesson into one fold

TAUGHT = frozenset(language for languages in PARTS.values() for language in languages)


@dataclass(frozen=True)
class Settled:
    """Lessons as examples, oldest first, and how many were put aside for which reason."""

    taught: tuple[Example, ...] = ()
    held_out: tuple[Example, ...] = ()
    until: datetime | None = None
    given: int = 0
    repeated: int = 0
    in_validation: int = 0
    unreadable: int = 0


def fingerprint(text: str) -> str:
    """The same for texts that read the same: however they are spaced, punctuated or written, and whomever they name."""
    return hashlib.sha256(normalise(mask(text)).replace(" ", "").encode()).hexdigest()


def settle(lessons: Iterable[Lesson], validation: Sequence[Example]) -> Settled:
    """Put lessons in order: what was said last about a text is what holds, and the newest are kept to test with.

    What stands in `validation` teaches nothing, nor does a text in a language that the model does not answer in.
    """
    asked = {fingerprint(example.text) for example in validation}
    newest: dict[str, tuple[Lesson, Example]] = {}
    given = repeated = in_validation = unreadable = 0
    for lesson in sorted(lessons, key=lambda one: one.at):
        given += 1
        plain = mask(lesson.text, lesson.known)
        key, language = fingerprint(plain), identify(plain)
        if key in asked or fingerprint(lesson.text) in asked:
            in_validation += 1
        elif language not in TAUGHT:
            unreadable += 1
        else:
            repeated += newest.pop(key, None) is not None
            newest[key] = (lesson, _example(lesson, plain, key, language))
    examples = [example for _, example in newest.values()]
    cut = len(examples) - min(round(len(examples) * HELD_OUT), MOST_HELD_OUT)
    until = max((lesson.at for lesson, _ in newest.values()), default=None)
    return Settled(
        tuple(examples[:cut]), tuple(examples[cut:]), until, given, repeated, in_validation, unreadable
    )


def beside(corpus: Sequence[Example], settled: Settled) -> list[Example]:
    """The corpus and what people taught. Where both have a text, the people's word holds; what is held out is left out."""
    said = {fingerprint(example.text) for example in (*settled.taught, *settled.held_out)}
    return [*(example for example in corpus if fingerprint(example.text) not in said), *settled.taught]


def _example(lesson: Lesson, plain: str, key: str, language: str) -> Example:
    return Example(
        text=plain,
        label=lesson.industry,
        also="",
        issue=lesson.issue,
        urgency=lesson.urgency,
        voice="filed",
        language=language,
        source=f"taught_{int(key[:8], 16) % SOURCES:02d}",
        weight=CONFIRMATION_WEIGHT if lesson.is_confirmation else CORRECTION_WEIGHT,
    )
