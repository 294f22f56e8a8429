"""Which language a text in Latin letters is in: the model of py3langid (BSD licence), cut down to ours.

`derivation` makes the table; a test holds the answers equal to those of py3langid.
"""

import unicodedata
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.characters import DATA
from classifier.trie import Trie

FILE = DATA / "latin.npz"
LANGUAGES = ("de", "en", "es", "fr")
END = 0xFFFF  # follows the last byte, and is none


@dataclass(frozen=True)
class Latin:
    """A trie of byte sequences: `feature` of each node, -1 for none, and its weight for each language."""

    alphabet: NDArray[np.uint16]
    base: NDArray[np.int32]
    check: NDArray[np.int32]
    feature: NDArray[np.int32]
    weights: NDArray[np.float16]
    prior: NDArray[np.float32]

    @cached_property
    def _trie(self) -> Trie:
        return Trie(self.alphabet, self.base, self.check)

    def language(self, text: str) -> str:
        """The likeliest of LANGUAGES; the first of them for a text without any known sequence."""
        plain = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        letters = np.frombuffer(plain.encode("utf-8", "surrogatepass"), dtype=np.uint8).astype(np.uint16)
        longest = np.full(len(letters), -1, dtype=np.int64)
        for more, (at, nodes) in enumerate(self._trie.walk(np.append(letters, np.uint16(END)))):
            longest[at + more] = nodes
        features = self.feature.take(longest[longest >= 0])
        found, counts = np.unique(features[features >= 0], return_counts=True)
        if not len(found):
            return LANGUAGES[0]
        scores = np.log1p(counts) @ self.weights[found].astype(float) + self.prior
        return LANGUAGES[int(scores.argmax())]


def write(path: Path, table: Latin) -> None:
    """Keep a table in a file."""
    np.savez_compressed(path, **{item.name: getattr(table, item.name) for item in fields(table)})


@cache
def table() -> Latin:
    """The table in use, read once."""
    with np.load(FILE, allow_pickle=False) as kept:
        return Latin(**{name: kept[name] for name in kept.files})
