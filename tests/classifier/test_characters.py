import pytest

from classifier.characters import MAX_CHARS, Batch, normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("健身房關門", "健身房关门"),
        ("ＡＢＣ１２３", "abc123"),
        ("KTV，办卡！", "ktv 办卡 "),
        ("a\x00b\ud800c", "a b c"),
        ("好😀评", "好 评"),
        ("İ", "İ"),
        ("急急急急！哈哈，1000元www", "急急   哈哈 1000元www"),
        ("", ""),
    ],
)
def test_each_character_keeps_its_place(written, read):
    assert normalise(written) == read
    assert len(normalise(written)) == len(written)


def test_no_more_than_the_limit_is_read():
    assert len(normalise("菜" * (MAX_CHARS + 1))) == MAX_CHARS


def test_a_batch_knows_which_text_each_position_belongs_to():
    batch = Batch.of(["月嫂", "", "gym"])

    assert batch.plain == "月嫂  gym "
    assert batch.owner.tolist() == [0, 0, 0, 1, 2, 2, 2, 2]
    assert batch.starts.tolist() == [0, 3, 4, 8]
    assert batch.lengths.tolist() == [2, 0, 3]
