"""A double-array trie: every key of a model found at every position of a text, a few steps of numpy for all at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
ROOT = -1
WINDOW = 2048  # places looked at together for the children of a node


@dataclass(frozen=True)
class Trie:
    """Characters are numbered by `alphabet`; nought stands for every other one and ends all runs.

    The node that follows node `n` by character `c` is `base[n] + c`, if `check` there says `n`. A node without
    children has the base nought, whose places belong to the root. Node numbers index what the caller keeps of each key.
    """

    alphabet: NDArray[np.uint16]
    base: NDArray[np.int32]
    check: NDArray[np.int32]

    @cached_property
    def _codes(self) -> NDArray[np.uint16]:
        codes = np.zeros(0x10000, dtype=np.uint16)
        codes[self.alphabet] = np.arange(1, len(self.alphabet) + 1)
        return codes

    def walk(self, letters: NDArray[np.uint16]) -> list[tuple[Ints, Ints]]:
        """For each length from one up: where a key or the beginning of one stands, and its node.

        The letters must end with one that is not in the alphabet.
        """
        codes = self._codes.take(letters).astype(np.int64)
        at = codes.nonzero()[0]
        nodes = codes.take(at)
        found = [(at, nodes)]
        while len(at):
            base = self.base.take(nodes)
            inner = base.nonzero()[0]
            at, parents = at.take(inner), nodes.take(inner)
            nodes = base.take(inner) + codes.take(at + len(found))
            alive = (self.check.take(nodes) == parents).nonzero()[0]
            at, nodes = at.take(alive), nodes.take(alive)
            found.append((at, nodes))
        return found[:-1] or found


def build(keys: Iterable[str]) -> tuple[Trie, dict[str, int]]:
    """The trie of some keys, none of them empty, and the node of each."""
    followers: dict[str, set[str]] = defaultdict(set)
    wanted = sorted(set(keys))
    for key in wanted:
        for end in range(len(key)):
            followers[key[:end]].add(key[end])
    letters = sorted({letter for some in followers.values() for letter in some})
    code = {letter: at for at, letter in enumerate(letters, start=1)}
    nodes = {letter: code[letter] for letter in followers[""]}
    space = _Space(len(letters))
    level = sorted(nodes)
    while level:
        # Those with most children first: they are the hardest to place.
        for prefix in sorted(level, key=lambda one: (-len(followers.get(one, ())), one)):
            if prefix in followers:
                children = sorted(followers[prefix])
                base = space.place(nodes[prefix], [code[child] for child in children])
                nodes.update((prefix + child, base + code[child]) for child in children)
        level = [prefix + child for prefix in level for child in sorted(followers.get(prefix, ()))]
    alphabet = np.array([ord(letter) for letter in letters], dtype=np.uint16)
    return Trie(alphabet, *space.arrays()), {key: nodes[key] for key in wanted}


class _Space:
    """The two arrays while they are filled. The first places are the root's, one for each letter."""

    def __init__(self, letters: int) -> None:
        self._letters = letters
        self._base = np.zeros(4 * letters + WINDOW, dtype=np.int32)
        self._check = np.full(len(self._base), ROOT, dtype=np.int32)
        self._free = np.ones(len(self._base), dtype=bool)
        self._free[: letters + 1] = False

    def place(self, parent: int, codes: Sequence[int]) -> int:
        """Give the children of a node their places, and return the base of the node."""
        steps = np.array(codes)
        base = self._fitting(steps)
        self._base[parent] = base
        self._check[base + steps] = parent
        self._free[base + steps] = False
        return base

    def _fitting(self, steps: Ints) -> int:
        # A base is never nought, which means that there are no children.
        start = int(steps[0]) + 1
        while True:
            while start + WINDOW + self._letters > len(self._free):
                self._grow()
            bases = self._free[start : start + WINDOW].nonzero()[0] + (start - steps[0])
            fits = self._free[bases[:, None] + steps].all(axis=1).nonzero()[0]
            if len(fits):
                return int(bases[fits[0]])
            start += WINDOW

    def _grow(self) -> None:
        size = len(self._base)
        self._base = np.concatenate([self._base, np.zeros(size, dtype=np.int32)])
        self._check = np.concatenate([self._check, np.full(size, ROOT, dtype=np.int32)])
        self._free = np.concatenate([self._free, np.ones(size, dtype=bool)])

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Base and check, no longer than a look-up can reach."""
        size = int(self._base.max()) + self._letters + 1
        while size > len(self._base):
            self._grow()
        return self._base[:size].copy(), self._check[:size].copy()
