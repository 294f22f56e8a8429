import json
import os
import shutil
from dataclasses import fields

import numpy as np
import pytest

import classifier
from classifier import storage
from classifier.errors import ModelMissing
from classifier.scoring import Arrays

TEXT = "健身房关门跑路，卡里还有三千块"


@pytest.fixture
def directory(model_directory, tmp_path):
    """A copy that a test may spoil."""
    return shutil.copytree(model_directory, tmp_path / "model")


def test_what_is_saved_is_loaded_again(trained, directory):
    saved, loaded = trained.stored("first"), storage.load(directory)

    assert (loaded.version, loaded.user_words) == ("first", saved.user_words)
    for item in fields(Arrays):
        before, after = getattr(saved.arrays["zh"], item.name), getattr(loaded.arrays["zh"], item.name)
        assert np.array_equal(before, after) if isinstance(before, np.ndarray) else before == after
    assert loaded.record["corpus"] == trained.record["corpus"]
    assert "scikit-learn" in loaded.record["libraries"]


def test_without_a_model_the_error_names_the_command(tmp_path):
    with pytest.raises(ModelMissing, match="flask classifier train"):
        classifier.model_in_use(tmp_path)


def test_without_a_model_filing_goes_on_and_a_person_decides(tmp_path):
    said = classifier.suggest(TEXT, tmp_path)

    assert (said.industry, said.abstained, said.reason) == ("other", True, "no_model")


def cut_off(directory):
    path = directory / "first" / "zh.npz"
    path.write_bytes(path.read_bytes()[:1000])


def flip_a_byte(directory):
    path = directory / "first" / "zh.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def remove_the_record(directory):
    (directory / "first" / storage.RECORD).unlink()


def empty_the_record(directory):
    (directory / "first" / storage.RECORD).write_text("")


def name_a_version_that_is_not_there(directory):
    (directory / storage.CURRENT).write_text("second")


def empty_the_pointer(directory):
    (directory / storage.CURRENT).write_text("")


def change(directory, **values):
    path = directory / "first" / storage.RECORD
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def give_it_another_format(directory):
    change(directory, format=99)


def change_part(directory, **values):
    record = json.loads((directory / "first" / storage.RECORD).read_text())
    change(directory, parts={"zh": {**record["parts"]["zh"], **values}})


def shorten_the_calibration(directory):
    change_part(directory, slope=[1.0])


def lose_the_thresholds(directory):
    change_part(directory, thresholds={})


def lose_the_parts(directory):
    change(directory, parts={})


def spoil_the_parts(directory):
    change(directory, parts=["zh"])


@pytest.mark.parametrize(
    "damage",
    [
        cut_off,
        flip_a_byte,
        remove_the_record,
        empty_the_record,
        name_a_version_that_is_not_there,
        empty_the_pointer,
        give_it_another_format,
        shorten_the_calibration,
        lose_the_thresholds,
        lose_the_parts,
        spoil_the_parts,
    ],
)
def test_a_damaged_model_is_refused_and_filing_goes_on(directory, damage):
    damage(directory)

    assert classifier.suggest(TEXT, directory).reason == "no_model"
    with pytest.raises(ModelMissing, match="flask classifier train"):
        classifier.model_in_use(directory)


def test_only_the_model_of_another_release_is_one_that_must_be_made_anew(directory, tmp_path):
    assert not classifier.is_of_another_release(tmp_path / "none")
    assert not classifier.is_of_another_release(directory)
    give_it_another_format(directory)
    assert classifier.is_of_another_release(directory)
    empty_the_record(directory)
    assert not classifier.is_of_another_release(directory)


def test_a_damaged_model_is_read_once_only(directory, monkeypatch):
    cut_off(directory)
    classifier.suggest(TEXT, directory)
    monkeypatch.setattr(storage, "load", lambda *_: pytest.fail("read again"))

    assert classifier.suggest(TEXT, directory).reason == "no_model"


def test_a_promoted_version_is_picked_up_without_a_restart(trained, directory):
    before = classifier.suggest(TEXT, directory)
    storage.save(directory, trained.stored("second"))
    storage.promote(directory, "second")

    assert before.model_version == "first"
    assert classifier.suggest(TEXT, directory).model_version == "second"
    assert storage.versions(directory) == ["first", "second"]
    assert storage.previous(directory) == "first"


def test_a_damaged_version_cannot_be_promoted(directory):
    cut_off(directory)

    with pytest.raises(ModelMissing):
        storage.promote(directory, "first")


def test_the_model_in_memory_serves_on_when_the_next_one_is_damaged(trained, directory):
    classifier.suggest(TEXT, directory)
    storage.save(directory, trained.stored("second"))
    storage.promote(directory, "second")
    path = directory / "second" / "zh.npz"
    path.write_bytes(b"")
    os.utime(directory / storage.CURRENT, ns=(1, 1))

    assert classifier.suggest(TEXT, directory).model_version == "first"


def test_reverting_goes_back_and_forth(trained, directory):
    storage.save(directory, trained.stored("second"))
    classifier.promote("second", directory)

    assert classifier.revert(directory) == "first"
    assert storage.current(directory) == "first"
    assert classifier.revert(directory) == "second"


def test_there_is_nothing_to_revert_to_at_first(directory):
    with pytest.raises(ModelMissing, match="no model was in use before"):
        classifier.revert(directory)


def test_versions_are_listed_without_their_word_lists_and_damaged_ones_are_left_out(trained, directory):
    storage.save(directory, trained.stored("second"))
    (directory / "second" / storage.RECORD).write_text("[]")

    (record,) = classifier.versions(directory)

    assert (record["version"], record["in_use"]) == ("first", True)
    assert "plain" not in record["parts"]["zh"]
    assert "user_words" not in record
