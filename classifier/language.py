"""Which of the offered languages a text is in: by its letters, and for Latin letters by a small model."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifier import latin
from classifier.characters import MAX_CHARS, Batch, traditional_pairs
from classifier.suggestion import UNKNOWN_LANGUAGE

HAN_SHARE = 0.15  # a Han character says as much as several Latin letters, so a mixed text is soon Chinese
KANA_SHARE = 0.08
SCRIPTS = ("none", "han", "kana", "latin", "ko", "ru", "ar", "traditional", "simplified")
RANGES = {
    "han": ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
    "kana": ((0x3041, 0x30FA), (0x30FC, 0x30FF), (0xFF66, 0xFF9F)),
    "latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F)),
    "ko": ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3)),
    "ru": ((0x400, 0x4FF),),
    "ar": ((0x600, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
}


@cache
def _scripts() -> NDArray[np.uint8]:
    """The number of the script of each code; Han characters of one writing alone have their own."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for name, ranges in RANGES.items():
        for first, last in ranges:
            table[first : last + 1] = SCRIPTS.index(name)
    for old, new in traditional_pairs().items():
        table[ord(old)] = SCRIPTS.index("traditional")
        if not _in_big5(new):
            table[ord(new)] = SCRIPTS.index("simplified")
    return table


def _in_big5(character: str) -> bool:
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def identify(text: str) -> str:
    """A code of LANGUAGES, or "und" when the text has no letters to tell by."""
    return identify_all(Batch.of([text]))[0]


def identify_all(batch: Batch) -> list[str]:
    """`identify` for each text of a batch."""
    amount, kinds = len(batch.texts), len(SCRIPTS)
    counts = np.bincount(batch.owner * kinds + _scripts().take(batch.raw), minlength=amount * kinds)
    return [
        _language(text, *row)
        for text, row in zip(batch.texts, counts.reshape(amount, kinds).tolist(), strict=True)
    ]


def _language(
    text: str,
    none: int,
    either: int,
    kana: int,
    roman: int,
    korean: int,
    russian: int,
    arabic: int,
    traditional: int,
    simplified: int,
) -> str:
    han = either + traditional + simplified
    if kana > KANA_SHARE * (han + kana):
        return "ja"
    most, language = max((korean, "ko"), (russian, "ru"), (arabic, "ar"))
    if most > max(han, roman):
        return language
    if han and han >= HAN_SHARE * (han + roman):
        return "zh_Hant" if traditional > simplified else "zh_Hans"
    return latin.table().language(text[:MAX_CHARS]) if roman > 1 else UNKNOWN_LANGUAGE
