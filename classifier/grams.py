"""Runs of one to four letters as 64-bit keys, and a table that finds thousands of them at once.

A letter is a Han character or a Latin letter from a to z. A run of Han characters may have any length, one of Latin
letters three or four: enough to find "clean" in "cleaning" and "cleaner".
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.characters import is_han

LONGEST = 4
LATIN_LENGTHS = (3, 4)
FIRST_MIX = np.uint64(0x9E3779B97F4A7C15)
SECOND_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
EMPTY = np.uint64(0)
SIXTEEN = np.uint64(16)

HAN_STRETCH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
LATIN_STRETCH = re.compile("[a-z]+")
ALL_LETTERS = re.compile("[a-z\u3400-\u4dbf\u4e00-\u9fff]+")

Keys = NDArray[np.uint64]


def key(gram: str) -> int:
    """The key of one run: its characters, 16 bits each; unique, as no letter has the code nought."""
    number = 0
    for character in gram:
        number = number << 16 | ord(character)
    return number


def keys(letters: NDArray[np.uint16]) -> Keys:
    """Keys of the runs that begin at each position, a row a length; nought where a run is broken."""
    found = np.zeros((LONGEST, len(letters)), dtype=np.uint64)
    found[0] = np.where(is_han(letters) | ((letters >= ord("a")) & (letters <= ord("z"))), letters, 0)
    for length in range(1, LONGEST):
        size = max(len(letters) - length, 0)
        shorter, last = found[length - 1, :size], found[0, length:]
        # An array is multiplied by its own truth rather than chosen from: a third of the time.
        found[length, :size] = ((shorter << SIXTEEN) | last) * ((shorter != 0) & (last != 0))
    return found


def runs(text: str, longest: int = LONGEST) -> list[str]:
    """The same runs as strings, for training; those of Han characters up to a length."""
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


def is_run(word: str) -> bool:
    """Whether a word is made of letters alone, so that it has a key when it is short enough."""
    return ALL_LETTERS.fullmatch(word) is not None


@dataclass(frozen=True)
class Table:
    """A cuckoo table: each key lies in one of two slots, so a search is two look-ups whatever the size.

    `take` is used where an index would do: it is twice as fast, and this is where the time goes.
    """

    slots: Keys
    numbers: NDArray[np.int32]

    @property
    def _shift(self) -> np.uint64:
        return np.uint64(64 - (len(self.slots).bit_length() - 1))

    def find(self, wanted: Keys) -> NDArray[np.int32]:
        """The number of each key, -1 for keys that are not in the table and for nought."""
        first = ((wanted * FIRST_MIX) >> self._shift).view(np.int64)
        found = np.where(self.slots.take(first) == wanted, self.numbers.take(first), np.int32(-1))
        rest = np.flatnonzero((found < 0) & (wanted != EMPTY))
        asked = wanted.take(rest)
        second = ((asked * SECOND_MIX) >> self._shift).view(np.int64)
        found[rest] = np.where(self.slots.take(second) == asked, self.numbers.take(second), np.int32(-1))
        return found


def build(wanted: list[int]) -> Table:
    """A table that numbers the keys in the order given."""
    bits = max(8, (len(wanted) * 5 // 2).bit_length())
    while (table := _placed(wanted, bits)) is None:
        bits += 1
    return table


def _placed(wanted: list[int], bits: int) -> Table | None:
    slots, numbers = [0] * (1 << bits), [-1] * (1 << bits)
    for number, start in enumerate(wanted):
        current, holder = start, number
        slot = _slot(current, int(FIRST_MIX), bits)
        for _ in range(200):
            current, slots[slot] = slots[slot], current
            holder, numbers[slot] = numbers[slot], holder
            if not current:
                break
            first, second = _slot(current, int(FIRST_MIX), bits), _slot(current, int(SECOND_MIX), bits)
            slot = second if slot == first else first
        else:
            return None
    return Table(np.array(slots, dtype=np.uint64), np.array(numbers, dtype=np.int32))


def _slot(number: int, mix: int, bits: int) -> int:
    return (number * mix & 0xFFFFFFFFFFFFFFFF) >> (64 - bits)
