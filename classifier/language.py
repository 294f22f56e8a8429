"""Which of the offered languages a text is in: by its letters, and for Latin letters by a small model."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifier.characters import MAX_CHARS, is_han, traditional_pairs
from classifier.suggestion import UNKNOWN_LANGUAGE

LATIN = ("en", "fr", "de", "es")
HAN_SHARE = 0.15  # a Han character says as much as several Latin letters, so a mixed text is soon Chinese
KANA_SHARE = 0.08


@cache
def _signs() -> NDArray[np.int8]:
    """+1 for characters of traditional writing alone, -1 for those of simplified writing alone."""
    signs = np.zeros(0x10000, dtype=np.int8)
    for old, new in traditional_pairs().items():
        signs[ord(old)] = 1
        if not _in_big5(new):
            signs[ord(new)] = -1
    return signs


def _in_big5(character: str) -> bool:
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def _between(codes: NDArray[np.uint32], *ranges: tuple[int, int]) -> int:
    return sum(int(np.count_nonzero((codes >= low) & (codes <= high))) for low, high in ranges)


def identify(text: str) -> str:
    """A code of LANGUAGES, or "und" when the text has no letters to tell by."""
    codes = np.frombuffer(text[:MAX_CHARS].encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    han = int(np.count_nonzero(is_han(codes)))
    kana = _between(codes, (0x3041, 0x30FF), (0xFF66, 0xFF9F))
    if kana > KANA_SHARE * (han + kana):
        return "ja"
    latin = _between(codes, (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F))
    others = {
        "ko": _between(codes, (0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3131, 0x318E)),
        "ru": _between(codes, (0x400, 0x4FF)),
        "ar": _between(codes, (0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    }
    language = max(others, key=others.__getitem__)
    if others[language] > max(han, latin):
        return language
    if han and han >= HAN_SHARE * (han + latin):
        return _chinese(codes)
    return _latin(text[:MAX_CHARS]) if latin > 1 else UNKNOWN_LANGUAGE


def _chinese(codes: NDArray[np.uint32]) -> str:
    balance = int(_signs()[np.minimum(codes, 0xFFFF)].sum(dtype=np.int64))
    return "zh_Hant" if balance > 0 else "zh_Hans"


@cache
def _latin_model() -> object:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LATIN)
    return identifier


def _latin(text: str) -> str:
    language: str = _latin_model().classify(text)[0]  # type: ignore[attr-defined]
    return language


def identify_all(texts: Sequence[str]) -> list[str]:
    """`identify` for many."""
    return [identify(text) for text in texts]
