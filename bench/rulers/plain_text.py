"""The classifier as one would write it first: jieba.lcut, tf-idf of the words, a calibrated machine for each answer."""

from collections.abc import Sequence
from pathlib import Path

import jieba
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from classifier import corpus

ANSWERS = ("label", "issue", "urgency")


class PlainClassifier:
    """Three answers for a text, learnt from the same Chinese texts as ours."""

    def __init__(self, cache: Path) -> None:
        jieba.setLogLevel("ERROR")
        jieba.dt.tmp_dir = str(cache)
        jieba.initialize()
        examples = [example for example in corpus.read(corpus.TRAIN) if example.language.startswith("zh")]
        self._words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, sublinear_tf=True, min_df=2)
        matrix = self._words.fit_transform([example.text for example in examples])
        self._machines = [
            CalibratedClassifierCV(LinearSVC(), ensemble=False).fit(
                matrix, [getattr(example, answer) for example in examples]
            )
            for answer in ANSWERS
        ]

    def answer(self, texts: Sequence[str]) -> list[list[str]]:
        """The likeliest code of each answer for each text."""
        matrix = self._words.transform(texts)
        return [
            list(machine.classes_[machine.predict_proba(matrix).argmax(axis=1)]) for machine in self._machines
        ]
