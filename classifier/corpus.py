"""The labelled complaints under `classifier/data/`, read, checked, and always in the same order."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from classifier.characters import DATA
from classifier.suggestion import INDUSTRIES, ISSUES, URGENCIES

TRAIN = DATA / "train"
VALIDATION = DATA / "validation"
SENTENCE_END = re.compile(r"[。！？!?\n；]")
SHORTEST_SENTENCE = 12


class CorpusFault(ValueError):
    """A line of the corpus cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text. `also` is a second industry that would be right as well, or empty."""

    text: str
    label: str
    also: str
    issue: str
    urgency: str
    voice: str
    language: str
    source: str
    weight: float = 1.0


def read(folder: Path) -> list[Example]:
    """Every example of a folder, in the order of file names and lines. Raises CorpusFault for a bad line."""
    examples: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                examples.append(_example(line, path, number))
    return examples


def _example(line: str, path: Path, number: int) -> Example:
    try:
        row = json.loads(line)
        example = Example(
            text=row["text"],
            label=row["label"],
            also=row.get("also", ""),
            issue=row["issue"],
            urgency=row["urgency"],
            voice=row.get("voice", ""),
            language=row.get("lang", "zh_Hans"),
            source=path.stem,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusFault(f"{path.name}, line {number}: {error}") from error
    if not isinstance(example.text, str):
        raise CorpusFault(f"{path.name}, line {number}: the text is no string")
    for code, allowed in (
        (example.label, INDUSTRIES),
        (example.also, ("", *INDUSTRIES)),
        (example.issue, ISSUES),
        (example.urgency, URGENCIES),
    ):
        if code not in allowed:
            raise CorpusFault(f"{path.name}, line {number}: {code!r} is not one of {', '.join(allowed)}")
    return example


def halves(example: Example) -> list[Example]:
    """The first and the second half of a text, cut between sentences; none of a text of one sentence.

    People file fragments, and a half of a complaint mostly still tells the industry: each counts for a third.
    """
    sentences = [part for part in SENTENCE_END.split(example.text) if len(part) >= SHORTEST_SENTENCE]
    middle = len(sentences) // 2
    cut = [sentences[:middle], sentences[middle:]] if middle else []
    return [replace(example, text="。".join(half), weight=example.weight / 3) for half in cut]


def fingerprint(examples: Iterable[Example]) -> str:
    """A hash of texts and labels, to tell what a model was trained on."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(
            "\x1f".join((example.text, example.label, example.issue, example.urgency)).encode() + b"\x1e"
        )
    return digest.hexdigest()
