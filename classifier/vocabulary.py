"""Words that the training texts do not hold: where they become more, complaints have moved away from the model."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from classifier import corpus, lexicon
from classifier.characters import normalise
from classifier.language import identify
from classifier.masking import mask
from classifier.model import PARTS
from classifier.tokens import Segmenter, candidates, words_of

MOST_NEW = 200


@dataclass(frozen=True)
class Words:
    """Of Chinese texts: how many different words each holds in sum, how many of these are unknown, and the commonest."""

    texts: int = 0
    words: int = 0
    unknown: int = 0
    new_words: dict[str, int] = field(default_factory=dict)  # in how many texts; one text alone names none

    @property
    def share(self) -> float:
        """Unknown words among all."""
        return self.unknown / self.words if self.words else 0.0


def measure(texts: Iterable[str]) -> Words:
    """Count the words of `texts`, masked first. Texts in another language are passed over: their words are not held."""
    segmenter, known = _segmenter(), _known()
    read = total = strange = 0
    new: Counter[str] = Counter()
    for text in texts:
        if identify(text) not in PARTS["zh"]:
            continue
        words = _words(mask(text), segmenter)
        unknown = words - known
        read, total, strange = read + 1, total + len(words), strange + len(unknown)
        new.update(unknown)
    commonest = sorted(new.items(), key=lambda item: (-item[1], item[0]))[:MOST_NEW]
    return Words(read, total, strange, {word: count for word, count in commonest if count > 1})


@cache
def usual() -> float:
    """The share of unknown words in texts that another writer wrote: the validation set."""
    return measure([example.text for example in corpus.read(corpus.VALIDATION)]).share


@cache
def _segmenter() -> Segmenter:
    return Segmenter([*words_of("dictionary.txt"), *lexicon.load().han])


@cache
def _known() -> frozenset[str]:
    segmenter = _segmenter()
    texts: Sequence[str] = [example.text for example in corpus.read(corpus.TRAIN)]
    words: set[str] = set(lexicon.load().terms)
    for text in texts:
        words |= _words(text, segmenter)
    return frozenset(words)


def _words(text: str, segmenter: Segmenter) -> set[str]:
    """Words of Han characters: numbers and Latin words are new every day and tell nothing."""
    return {word for word in candidates(segmenter.cut(normalise(text))) if not word.isascii()}
