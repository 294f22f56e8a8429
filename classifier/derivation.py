"""The table for languages in Latin letters, cut out of the model of py3langid. Nothing that serves imports this.

python -m classifier.derivation
"""

from collections.abc import Iterator

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

from classifier import trie
from classifier.latin import FILE, LANGUAGES, Latin, write


def reference() -> LanguageIdentifier:
    """py3langid itself, asked for our languages only."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier


def derive() -> Latin:
    """The same model as a trie of its byte sequences with the weights of our languages.

    py3langid walks an automaton with a row of 256 moves for each of 100,000 states, which is 39 MB. Its state after
    a byte is the longest sequence it knows that ends there, so the sequences say all that the rows do.
    """
    weights, prior, languages, moves, rows, features = load_model(MODEL_DIR / MODEL_FILE)
    ours = [languages.index(name) for name in LANGUAGES]
    following = np.asarray(moves).reshape(-1, 256)[np.asarray(rows)]
    feature = np.array(features)
    known = dict(_sequences(following))
    table, nodes = trie.build(known)
    found = np.full(len(table.base), -1, dtype=np.int32)
    for sequence, state in known.items():
        found[nodes[sequence]] = feature[state]
    return Latin(table.alphabet, table.base, table.check, found, weights[:, ours], prior[ours])


def _sequences(following: np.ndarray) -> Iterator[tuple[str, int]]:
    """Each state but the first with the bytes that lead to it on the shortest way, a byte a character."""
    seen = {0}
    level = [("", 0)]
    while level:
        deeper = []
        for sequence, state in level:
            for byte, other in enumerate(following[state].tolist()):
                if other not in seen:
                    seen.add(other)
                    deeper.append((sequence + chr(byte), other))
        yield from deeper
        level = deeper


if __name__ == "__main__":
    write(FILE, derive())
