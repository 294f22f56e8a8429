"""Letters one by one: each character of a text becomes one code, so positions stay what they were."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
MAX_CHARS = 10_000  # a complaint says what it is about long before this; bounds the cost of a hostile text
SPACE = ord(" ")
BEYOND = 0xFFFF  # stands for every character beyond the basic plane, and for the gap between two texts

Codes = NDArray[np.uint16]


@cache
def traditional_pairs() -> dict[str, str]:
    """Traditional characters and the simplified ones that replace them."""
    lines = (DATA / "traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {pair[0]: pair[1] for pair in pairs}


def _letter(code: int) -> int:
    character = chr(code)
    if 0xD800 <= code <= 0xDFFF or code == BEYOND:
        return SPACE
    plain = unicodedata.normalize("NFKC", character).lower()
    if len(plain) != 1 or not plain.isalnum():
        plain = character if character.isalnum() else " "
    plain = traditional_pairs().get(plain, plain)
    return ord(plain) if ord(plain) < BEYOND else SPACE


@cache
def _letters() -> Codes:
    return np.array([_letter(code) for code in range(BEYOND + 1)], dtype=np.uint16)


def is_han(codes: NDArray[np.unsignedinteger]) -> NDArray[np.bool_]:
    """Which of the codes are Han characters."""
    return ((codes >= 0x4E00) & (codes <= 0x9FFF)) | ((codes >= 0x3400) & (codes <= 0x4DBF))


def _without_stutter(letters: Codes) -> Codes:
    """A space from the third of the same Han character on: nothing is said by it, and segmenters differ over it."""
    same = letters[1:] == letters[:-1]
    third = (same[1:] & same[:-1]).nonzero()[0] + 2
    if len(third):
        letters[third[is_han(letters.take(third))]] = SPACE
    return letters


def _codes(text: str) -> Codes:
    """One code a character; one for all beyond the basic plane."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    if len(codes) == len(text):
        return codes
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(wide, BEYOND).astype(np.uint16)


@dataclass(frozen=True)
class Batch:
    """Texts laid end to end with a gap after each, so that one numpy step serves them all.

    `raw` are the characters as written, `letters` as the classifier reads them: lower case, half width,
    simplified, and a space for whatever is no letter or digit, or stuttered. `starts` has one entry more than there are
    texts; `owner` names the text of each position. Of a text no more than MAX_CHARS are read.
    """

    texts: Sequence[str]
    raw: Codes
    letters: Codes
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Batch":
        """Lay the texts out."""
        parts = [text[:MAX_CHARS] for text in texts]
        raw = _codes("\uffff".join([*parts, ""]))
        sizes = [len(part) + 1 for part in parts]
        starts = np.array([0, *accumulate(sizes)], dtype=np.int64)
        letters = _without_stutter(_letters().take(raw))
        return cls(texts, raw, letters, starts, np.arange(len(parts)).repeat(sizes))

    @property
    def plain(self) -> str:
        """All letters as one string, of the same length."""
        return self.letters.tobytes().decode("utf-16-le")

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many characters of each text were read."""
        return self.starts[1:] - self.starts[:-1] - 1


def normalise(text: str) -> str:
    """One text as the classifier reads it; see `Batch`."""
    return Batch.of([text]).plain[:-1]
