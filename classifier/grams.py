"""Runs of letters: of Han characters up to a length, of Latin letters three or four.

A run of Latin letters is long enough to find "clean" in "cleaning" and "cleaner".
"""

import re

LATIN_LENGTHS = (3, 4)
HAN_STRETCH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
LATIN_STRETCH = re.compile("[a-z]+")


def runs(text: str, longest: int) -> list[str]:
    """The runs of a text, those of Han characters up to a length."""
    found = []
    for stretch in HAN_STRETCH.findall(text):
        found += [
            stretch[at : at + length]
            for length in range(1, longest + 1)
            for at in range(len(stretch) - length + 1)
        ]
    for word in LATIN_STRETCH.findall(text):
        found += [word[at : at + length] for length in LATIN_LENGTHS for at in range(len(word) - length + 1)]
    return found
