from classifier import grams


def test_runs_of_han_characters_have_every_length_up_to_the_longest():
    assert grams.runs("火锅店", longest=2) == ["火", "锅", "店", "火锅", "锅店"]


def test_runs_of_latin_letters_are_three_or_four_long_and_no_run_mixes_scripts():
    assert grams.runs("k歌clean", longest=2) == ["歌", "cle", "lea", "ean", "clea", "lean"]
