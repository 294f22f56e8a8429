"""Files at rest: sealed, whole, and nowhere but in their folder."""

from datetime import UTC, datetime, timedelta

import pytest

import files
from models.columns import Unsealable, seal
from settings import Settings


@pytest.fixture
def folder(session, settings: Settings):
    return settings.files_dir


def test_what_is_put_is_got_back(folder):
    key = files.new_key("original")
    files.put(key, b"\x00\xffcontent")

    assert files.get(key) == b"\x00\xffcontent"


def test_nobody_reads_it_on_the_disk(folder):
    key = files.new_key("original")
    files.put(key, b"a photograph of a receipt")

    assert b"receipt" not in (folder / key).read_bytes()
    assert (folder / key).parent.stat().st_mode & 0o077 == 0


def test_another_key_does_not_open_it(folder, settings):
    key = files.new_key("original")
    files.put(key, b"content")
    stored = (folder / key).read_bytes()
    (folder / key).write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))

    with pytest.raises(Unsealable):
        files.get(key)
    assert seal.open_bytes(seal.close_bytes(b"content")) == b"content"


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "original/../../settings.py",
        "original/ab/",
        "original/ab/" + "0" * 30 + "\n",
        "ORIGINAL/ab/" + "0" * 30,
        "original/ab/" + "0" * 29 + ".",
        "",
        "\x00",
    ],
)
def test_no_key_leads_out_of_the_folder(folder, key):
    for use in (files.get, files.remove, lambda wrong: files.put(wrong, b"content")):
        with pytest.raises(ValueError, match="not a key of ours"):
            use(key)


def test_what_is_not_there_is_missing(folder):
    with pytest.raises(files.Missing):
        files.get(files.new_key("shown"))


def test_removing_may_be_repeated(folder):
    key = files.new_key("shown")
    files.put(key, b"content")
    files.remove(key)
    files.remove(key)

    with pytest.raises(files.Missing):
        files.get(key)


def test_putting_again_leaves_the_whole_newer_one_and_no_crumbs(folder):
    key = files.new_key("shown")
    files.put(key, b"older")
    files.put(key, b"newer")

    assert files.get(key) == b"newer"
    assert [path.name for path in (folder / key).parent.iterdir()] == [key.rpartition("/")[2]]


def test_a_shelf_names_what_was_put_before_and_what_was_left_half_written(folder):
    key = files.new_key("shown")
    files.put(key, b"content")
    half = f"{key}.0123abcd"
    (folder / half).write_bytes(b"con")
    (folder / key).with_name("notes.txt").write_bytes(b"somebody's own")
    shelf = key.split("/")[1]

    assert files.put_before("shown", shelf, datetime.now(UTC) - timedelta(hours=1)) == []
    assert {key, half} <= set(files.put_before("shown", shelf, datetime.now(UTC) + timedelta(hours=1)))
    assert not any(
        "notes" in one for one in files.put_before("shown", shelf, datetime.max.replace(tzinfo=UTC))
    )
    assert files.put_before("unused", shelf, datetime.now(UTC)) == []
