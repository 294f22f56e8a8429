"""Text into words: jieba's dictionary and our own words, cut by rjieba, which gives the same much faster."""

from collections.abc import Iterable
from itertools import pairwise

import rjieba

from classifier.characters import DATA

# The package makes a dictionary of its own when it is imported, 16 MB that nothing here would ever ask.
rjieba.clear()

USER_WORD_FREQUENCY = (
    100  # enough to hold together against the product of its parts, too little to steal neighbours
)


def words_of(name: str) -> list[str]:
    """The words of a data file: one or more a line, '#' begins a comment."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


class Segmenter:
    """Cuts normalised text (`characters.normalise`) into words."""

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        self._jieba = rjieba.Jieba()
        self.user_words = tuple(sorted({word for word in user_words if not self._jieba.has_word(word)}))
        for word in self.user_words:
            self._jieba.add_word(word, USER_WORD_FREQUENCY, "n")

    def cut(self, text: str) -> list[str]:
        """Every piece of the text in order, spaces included: joined again they are the text."""
        pieces: list[str] = self._jieba.cut(text)
        return pieces


def is_candidate(piece: str) -> bool:
    """Whether a piece may become a feature: a Han word of two characters or more, or a Latin word."""
    return len(piece) > 1 and not piece.isdigit() and not piece.isspace()


def candidates(pieces: Iterable[str]) -> list[str]:
    """What may become a feature: words, and pairs of Latin words."""
    words = [piece for piece in pieces if is_candidate(piece)]
    pairs = (f"{first} {second}" for first, second in pairwise(words) if first.isascii() and second.isascii())
    return [*words, *pairs]
