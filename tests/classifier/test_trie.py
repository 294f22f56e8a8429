import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import trie
from classifier.characters import Batch, normalise

LETTERS = "月嫂火锅办卡店a1"
KEYS = st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=5), max_size=40)
TEXT = st.text(st.sampled_from(LETTERS + " 。退囗"), max_size=40)


def found(built, nodes, text):
    """What a walk finds, as places and keys."""
    name = {node: key for key, node in nodes.items()}
    walked = enumerate(built.walk(Batch.of([text]).letters), start=1)
    places = [
        (at, length, node) for length, (starts, some) in walked for at, node in zip(starts, some, strict=True)
    ]
    return {(int(at), name[int(node)], length) for at, length, node in places if int(node) in name}


@given(KEYS, TEXT)
def test_a_walk_finds_each_key_wherever_it_stands_and_nothing_else(keys, text):
    built, nodes = trie.build(keys)
    text = normalise(text)

    assert found(built, nodes, text) == {
        (at, key, len(key)) for key in keys for at in range(len(text)) if text.startswith(key, at)
    }


def test_many_keys_get_nodes_of_their_own():
    keys = [chr(0x4E00 + at % 700) + chr(0x5E00 + at * 7 % 999) + chr(0x6E00 + at % 3) for at in range(5000)]
    built, nodes = trie.build(keys)

    assert set(nodes) == set(keys)
    assert len(set(nodes.values())) == len(set(keys))
    for key in keys[::500]:
        assert (0, key, 3) in found(built, nodes, key)


@pytest.mark.parametrize("text", ["", " ", "囗", "没有"])
def test_without_keys_nothing_is_found(text):
    assert found(*trie.build([]), text) == set()
