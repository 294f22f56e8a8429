import pytest

from classifier import corpus, lexicon, tokens, training
from classifier.characters import normalise
from classifier.reference import PlainSegmenter


@pytest.fixture(scope="module")
def both():
    """The segmenter that serves and the one it must equal, with the same words of our own."""
    fast = tokens.Segmenter(training.user_words(lexicon.load()))
    return fast, PlainSegmenter(fast.user_words)


def test_the_fast_segmenter_cuts_the_whole_corpus_as_jieba_does(both):
    fast, plain = both
    texts = [
        normalise(example.text) for example in corpus.read(corpus.TRAIN) + corpus.read(corpus.VALIDATION)
    ]

    different = [text for text in texts if fast.cut(text) != plain.cut(text)]

    assert texts
    assert different == []


def test_codes_in_a_text_are_cut_alike_by_both(both):
    fast, plain = both
    text = normalise("订单JD2025-8837，电话400-800-1234，网址a.com/x_y，A+B&C#D 邮箱a_b@c.cn 50% ３．５折")

    assert fast.cut(text) == plain.cut(text)


def test_a_word_of_our_own_stays_in_one_piece():
    assert "开荒保洁" in tokens.Segmenter(["开荒保洁"]).cut("新房约了开荒保洁没人来")


def test_digits_single_characters_and_spaces_are_no_candidates():
    assert tokens.candidates(["我", "花", "500", " ", "健身卡", "gym", "card"]) == [
        "健身卡",
        "gym",
        "card",
        "gym card",
    ]
