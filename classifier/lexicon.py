"""Words that speak for a topic, in groups, one file an industry: `classifier/data/lexicon/<industry>.txt`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.characters import DATA, normalise
from classifier.suggestion import INDUSTRIES

FOLDER = DATA / "lexicon"


class LexiconFault(ValueError):
    """A lexicon file breaks its own rules; the message says where."""


@dataclass(frozen=True)
class Lexicon:
    """Terms by group; a group is named `<file>.<section>`, and a term belongs to one group only."""

    groups: tuple[str, ...]
    terms: dict[str, int]

    @cached_property
    def han(self) -> dict[str, int]:
        """The terms written in Han characters alone."""
        return {term: group for term, group in self.terms.items() if not _has_ascii(term)}

    @cached_property
    def latin(self) -> dict[str, int]:
        """The terms made of one or two Latin words."""
        return {term: group for term, group in self.terms.items() if _has_ascii(term)}

    def industry_of(self, group: int) -> str:
        """The file that a group stands in; none for a group marked as leaning only."""
        name = self.groups[group]
        return "" if name.endswith("*") else name.partition(".")[0]


def _has_ascii(term: str) -> bool:
    return any(character.isascii() for character in term)


def load(folder: Path = FOLDER) -> Lexicon:
    """All lexicon files of a folder. Raises LexiconFault for a term that is given twice or is too short."""
    groups: list[str] = []
    terms: dict[str, int] = {}
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                groups.append(f"{path.stem}.{line.strip('[] ')}")
            elif not line.startswith("#"):
                _add(line, len(groups) - 1, terms, path)
    return Lexicon(tuple(groups), terms)


def _add(line: str, group: int, terms: dict[str, int], path: Path) -> None:
    for word in line.split():
        term = normalise(word.replace("_", " "))
        if len(term) < 2 or group < 0:
            raise LexiconFault(f"{path.name}: {word!r} is too short or stands before the first group")
        if _has_ascii(term) and not term.replace(" ", "").isascii():
            raise LexiconFault(f"{path.name}: {word!r} mixes scripts")
        if terms.setdefault(term, group) != group:
            raise LexiconFault(f"{path.name}: {word!r} stands in two groups")


def industry_matrix(lexicon: Lexicon) -> NDArray[np.float64]:
    """Which group (row) speaks for which industry (column)."""
    return np.array(
        [[lexicon.industry_of(group) == name for name in INDUSTRIES] for group in range(len(lexicon.groups))],
        float,
    )


def dense(
    counts: NDArray[np.int64], industries: NDArray[np.float64], lengths: Sequence[int] | NDArray[np.int64]
) -> NDArray[np.float64]:
    """Lexicon counts to features: damped counts, then `overall`."""
    return np.hstack([np.log1p(counts), overall(counts @ industries, lengths)])


def overall(totals: NDArray[np.float64], lengths: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares of the industries in all terms found, whether there is no evidence of one at all, and length."""
    found = np.empty((len(totals), len(INDUSTRIES) + 2))
    np.divide(totals, np.maximum(totals.sum(axis=1, keepdims=True), 1), out=found[:, :-2])
    found[:, -2] = totals[:, :-1].sum(axis=1) == 0
    found[:, -1] = np.log1p(lengths) / 7
    return found


def dense_names(lexicon: Lexicon) -> list[str]:
    """Names of the columns of `dense`."""
    return [*lexicon.groups, *(f"share.{name}" for name in INDUSTRIES), "no_evidence", "length"]
