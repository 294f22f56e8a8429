"""Runs of one to four Han characters as 64-bit keys, and a table that finds thousands of them at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.characters import is_han

LONGEST = 4
FIRST_MIX = np.uint64(0x9E3779B97F4A7C15)
SECOND_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
EMPTY = np.uint64(0)
SIXTEEN = np.uint64(16)

Keys = NDArray[np.uint64]


def key(gram: str) -> int:
    """The key of one run: its characters, 16 bits each; unique, as no Han character has the code nought."""
    number = 0
    for character in gram:
        number = number << 16 | ord(character)
    return number


def keys(letters: NDArray[np.uint16]) -> Keys:
    """Keys of the runs that begin at each position, a row a length; nought where a run is broken."""
    found = np.zeros((LONGEST, len(letters)), dtype=np.uint64)
    found[0] = np.where(is_han(letters), letters, 0)
    for length in range(1, LONGEST):
        size = max(len(letters) - length, 0)
        shorter, last = found[length - 1, :size], found[0, length:]
        # An array is multiplied by its own truth rather than chosen from: a third of the time.
        found[length, :size] = ((shorter << SIXTEEN) | last) * ((shorter != 0) & (last != 0))
    return found


def runs(text: str, longest: int = LONGEST) -> list[str]:
    """The same runs as strings, for training."""
    found = []
    for start in range(len(text)):
        for end in range(start + 1, min(start + longest, len(text)) + 1):
            if not _is_han(text[end - 1]):
                break
            found.append(text[start:end])
    return found


def is_run(word: str) -> bool:
    """Whether a word is made of Han characters alone."""
    return all(map(_is_han, word))


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


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
