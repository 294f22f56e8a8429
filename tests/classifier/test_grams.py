import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier import grams
from classifier.characters import Batch

HAN = st.text(st.sampled_from("月嫂火锅办卡淘宝 a1"), max_size=30)


@given(HAN)
def test_keys_and_strings_name_the_same_runs(text):
    by_key = [key for key in grams.keys(Batch.of([text]).letters).reshape(-1).tolist() if key]

    assert sorted(by_key) == sorted(grams.key(run) for run in grams.runs(text))


def test_the_table_finds_each_key_and_no_other():
    wanted = [grams.key(chr(0x4E00 + at) + chr(0x5E00 + at * 7 % 999)) for at in range(5000)]
    table = grams.build(wanted)

    assert table.find(np.array(wanted, dtype=np.uint64)).tolist() == list(range(5000))
    assert table.find(np.array([0, 1, grams.key("没有")], dtype=np.uint64)).tolist() == [-1, -1, -1]
