"""What each machine, each family of features and each part of the corpus is worth, on the validation set."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from classifier import corpus, lexicon, tokens
from classifier.corpus import Example
from classifier.evaluation import Names, lenient_truth, macro_f1
from classifier.export import neutral_columns
from classifier.fitting import SEED
from classifier.pipeline import LexiconCounts, Recipe, build, read
from classifier.suggestion import INDUSTRIES
from classifier.training import COST, user_words


def support_vectors() -> ClassifierMixin:
    """The machine in use."""
    return LinearSVC(C=COST["industry"], class_weight="balanced", random_state=SEED, max_iter=5000)


def logistic() -> ClassifierMixin:
    """Multinomial logistic regression."""
    return LogisticRegression(C=10, class_weight="balanced", max_iter=300)


@dataclass(frozen=True)
class Variant:
    """One way to make an industry classifier."""

    name: str
    recipe: Recipe = Recipe()  # noqa: RUF009
    machine: Callable[[], ClassifierMixin] = support_vectors
    with_halves: bool = True
    with_neutral: bool = False
    with_hard_negatives: bool = True
    share: float = 1.0


@dataclass(frozen=True)
class Result:
    """Figures of one variant on the validation set; "lenient" counts a defensible second label as right."""

    name: str
    macro_f1: float
    lenient_macro_f1: float
    accuracy: float
    share: float = 0.0  # of the corpus, for the points of the learning curve


IN_USE = Variant("in use: linear SVC on all features")
VARIANTS = (
    IN_USE,
    Variant("logistic regression", machine=logistic),
    Variant("complement naive Bayes", machine=ComplementNB),
    Variant("runs of characters only", Recipe(word_weight=0, lexicon_weight=0)),
    Variant("words only", Recipe(gram_weight=0, lexicon_weight=0, word_weight=1)),
    Variant("lexicon counts only", Recipe(gram_weight=0, word_weight=0, lexicon_weight=1)),
    Variant("without runs of characters", Recipe(gram_weight=0)),
    Variant("without words", Recipe(word_weight=0)),
    Variant("without the lexicon", Recipe(lexicon_weight=0)),
    Variant("runs of up to three characters", Recipe(longest_gram=3)),
    Variant("runs of up to four characters", Recipe(longest_gram=4)),
    Variant("neutral words not taken out", with_neutral=True),
    Variant("without halves of texts", with_halves=False),
    Variant("without the hard negatives", with_hard_negatives=False),
    *(replace(IN_USE, name=f"{share:.0%} of the corpus", share=share) for share in (0.1, 0.25, 0.5, 0.75)),
)


def compare(variants: Sequence[Variant] = VARIANTS) -> Iterator[Result]:
    """Train each variant on the corpus and measure it on the Chinese texts of the validation set."""
    examples = [example for example in corpus.read(corpus.TRAIN) if example.language.startswith("zh")]
    held_out = [example for example in corpus.read(corpus.VALIDATION) if example.language.startswith("zh")]
    words = lexicon.load()
    segmenter = tokens.Segmenter(user_words(words))
    yield _result("lexicon rules alone, nothing learnt", _by_rule(words, segmenter, held_out), held_out)
    for variant in variants:
        said = _said(variant, chosen(variant, examples), held_out, words, segmenter)
        is_point = variant == IN_USE or variant.share < 1
        yield replace(_result(variant.name, said, held_out), share=variant.share if is_point else 0.0)


def chosen(variant: Variant, examples: Sequence[Example]) -> list[Example]:
    """The examples that a variant learns from: a share means every so-many-th."""
    steps = np.floor(np.arange(len(examples) + 1) * variant.share)
    return [
        example
        for example, is_due in zip(examples, np.diff(steps) > 0, strict=True)
        if is_due and (variant.with_hard_negatives or not example.source.startswith("other_hard"))
    ]


def _said(
    variant: Variant,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    words: lexicon.Lexicon,
    segmenter: tokens.Segmenter,
) -> Names:
    features = build(words, variant.recipe)
    taught = list(examples)
    matrix = features.fit_transform(read([example.text for example in examples], segmenter))
    asked = features.transform(read([example.text for example in held_out], segmenter))
    if variant.with_halves:
        halves = [half for example in examples for half in corpus.halves(example)]
        matrix = vstack([matrix, features.transform(read([half.text for half in halves], segmenter))])
        taught += halves
    kept = np.ones(matrix.shape[1]) if variant.with_neutral else ~neutral_columns(features, words)
    machine = variant.machine()
    machine.fit(
        csr_matrix(matrix @ diags(kept.astype(float))),
        [example.label for example in taught],
        sample_weight=[example.weight for example in taught],
    )
    return np.array(machine.predict(csr_matrix(asked @ diags(kept.astype(float)))))


def _by_rule(words: lexicon.Lexicon, segmenter: tokens.Segmenter, held_out: Sequence[Example]) -> Names:
    """The industry with most different terms of the lexicon; other where none has any."""
    readings = read([example.text for example in held_out], segmenter)
    shares = LexiconCounts(words).transform(readings).toarray()[:, len(words.groups) :][:, : len(INDUSTRIES)]
    return np.where(shares.any(axis=1), np.array(INDUSTRIES)[shares.argmax(axis=1)], "other")


def _result(name: str, said: Names, held_out: Sequence[Example]) -> Result:
    truth = np.array([example.label for example in held_out])
    return Result(
        name,
        macro_f1(said, truth, INDUSTRIES),
        macro_f1(said, lenient_truth(said, held_out), INDUSTRIES),
        float((said == truth).mean()),
    )
