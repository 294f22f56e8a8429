import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier import grams
from classifier.characters import Batch, normalise

HAN = st.text(st.sampled_from("月嫂火锅办卡 a1b"), max_size=30)


@given(HAN)
def test_keys_and_strings_name_the_same_runs(text):
    text = normalise(text)
    by_key = grams.keys(Batch.of([text]).letters)
    looked_for = sorted({grams.key(run) for run in grams.runs(text)})

    assert set(looked_for) <= set(by_key.reshape(-1).tolist())
    for word in re.findall("[a-z月嫂火锅办卡]+", text):
        assert grams.is_run(word)
        if len(word) <= grams.LONGEST:
            assert grams.key(word) in by_key[len(word) - 1]


def test_runs_of_latin_letters_are_three_or_four_long_and_no_run_mixes_scripts():
    assert grams.runs("k歌clean", longest=2) == ["歌", "cle", "lea", "ean", "clea", "lean"]


def test_the_table_finds_each_key_and_no_other():
    wanted = [grams.key(chr(0x4E00 + at) + chr(0x5E00 + at * 7 % 999)) for at in range(5000)]
    table = grams.build(wanted)

    assert table.find(np.array(wanted, dtype=np.uint64)).tolist() == list(range(5000))
    assert table.find(np.array([0, 1, grams.key("没有")], dtype=np.uint64)).tolist() == [-1, -1, -1]
