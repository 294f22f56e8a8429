"""Letters one by one: each character of a text becomes one code, so positions stay what they were."""

import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
MAX_CHARS = 10_000  # a complaint says what it is about long before this; bounds the cost of a hostile text
SPACE = ord(" ")
BMP = 0x10000

Codes = NDArray[np.uint16]


@cache
def traditional_pairs() -> dict[str, str]:
    """Traditional characters and the simplified ones that replace them."""
    lines = (DATA / "traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {pair[0]: pair[1] for pair in pairs}


def _letter(code: int) -> int:
    character = chr(code)
    if 0xD800 <= code <= 0xDFFF or code == BMP - 1:
        return SPACE
    plain = unicodedata.normalize("NFKC", character).lower()
    if len(plain) != 1 or not plain.isalnum():
        plain = character if character.isalnum() else " "
    plain = traditional_pairs().get(plain, plain)
    return ord(plain) if ord(plain) < BMP else SPACE


@cache
def _letters() -> Codes:
    return np.array([_letter(code) for code in range(BMP)], dtype=np.uint16)


def is_han(codes: NDArray[np.unsignedinteger]) -> NDArray[np.bool_]:
    """Which of the codes are Han characters."""
    return ((codes >= 0x4E00) & (codes <= 0x9FFF)) | ((codes >= 0x3400) & (codes <= 0x4DBF))


def codes(text: str) -> Codes:
    """One code a character: lower case, half width, simplified; whatever is no letter or digit is a space.

    Reads the first MAX_CHARS characters. Those beyond the basic plane (emoji, the rarest Han) are spaces.
    """
    raw = np.frombuffer(text[:MAX_CHARS].encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    letters: Codes = _letters()[np.minimum(raw, BMP - 1)]
    return letters


def plain(letters: Codes) -> str:
    """The codes as a string again, of the same length."""
    return letters.tobytes().decode("utf-16-le")


def normalise(text: str) -> str:
    """The text as the classifier reads it; see `codes`."""
    return plain(codes(text))
