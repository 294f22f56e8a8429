"""One small model for all tests of the classifier, trained once."""

from collections import defaultdict

import pytest

from classifier import corpus, storage, training

EACH = 90


@pytest.fixture(scope="session")
def examples():
    """The first Chinese texts of each industry."""
    by_label = defaultdict(list)
    for example in corpus.read(corpus.TRAIN):
        if example.language.startswith("zh"):
            by_label[example.label].append(example)
    return [example for label in sorted(by_label) for example in by_label[label][:EACH]]


@pytest.fixture(scope="session")
def trained(examples):
    """A model of those texts, with its scikit-learn side."""
    return training.fit(examples, examples[::7])


@pytest.fixture(scope="session")
def model_directory(trained, tmp_path_factory):
    """A folder with that model in use. Tests that change models make a folder of their own."""
    directory = tmp_path_factory.mktemp("model")
    storage.save(directory, trained.stored("first"))
    storage.promote(directory, "first")
    return directory
