"""The pure Python jieba with our words: what the fast segmenter is held against. Never used for serving."""

import tempfile
from collections.abc import Iterable

import jieba

from classifier.tokens import USER_WORD_FREQUENCY


class PlainSegmenter:
    """The same answers as `tokens.Segmenter`, by the package jieba."""

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        jieba.setLogLevel("ERROR")
        self._jieba = jieba.Tokenizer()
        # Left alone, jieba keeps its cache under a guessable name in the shared temporary directory
        # and trusts what it finds there.
        with tempfile.TemporaryDirectory() as private:
            self._jieba.tmp_dir = private
            self._jieba.initialize()
        for word in user_words:
            self._jieba.add_word(word, USER_WORD_FREQUENCY, "n")

    def cut(self, text: str) -> list[str]:
        """Every piece of the text in order."""
        pieces: list[str] = self._jieba.lcut(text)
        return pieces
