"""A run over a file that is ended from outside leaves nothing beside its output, or the next run takes it away."""

import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifier import bulk

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
RUN = """
import signal
import sys
from flask import Flask
from cli.classifier import classifier_cli
app = Flask("app")
app.config["MODEL_DIR"] = sys.argv[1]
if __name__ == "__main__":
    # As from a terminal: what a shell starts in the background is deaf to interruptions, and so are its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with app.app_context():
        classifier_cli(["predict", sys.argv[2], "-o", sys.argv[3]])
"""


@pytest.fixture
def source(tmp_path):
    """A file that takes some seconds, large enough for several processes."""
    path = tmp_path / "in.csv"
    path.write_text("text\n" + "外卖洒了，商家不肯退款。\n" * 200_000, encoding="utf-8")
    return path


@pytest.fixture
def begun(model_directory, source, tmp_path):
    """A run in a process of its own that has begun to write."""
    script = tmp_path / "run.py"
    script.write_text(RUN, encoding="utf-8")
    command = [sys.executable, str(script), str(model_directory), str(source), str(tmp_path / "out.csv")]
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while not parts(tmp_path):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    yield process
    process.kill()
    process.wait()


def parts(folder):
    return [path.name for path in folder.iterdir() if path.suffix == ".part"]


def again(model_directory, tmp_path):
    small = tmp_path / "small.csv"
    small.write_text("text\n外卖\n", encoding="utf-8")
    return bulk.classify_file(small, tmp_path / "out.csv", model_directory, reject=lambda *_: None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "ended"])
def test_a_run_that_is_ended_takes_its_part_with_it(begun, tmp_path, number):
    begun.send_signal(number)

    assert begun.wait(PATIENCE) != 0
    assert parts(tmp_path) == []
    assert not (tmp_path / "out.csv").exists()


def test_what_a_killed_run_left_is_taken_away_by_the_next(begun, model_directory, tmp_path):
    begun.kill()
    begun.wait()
    assert parts(tmp_path)

    assert again(model_directory, tmp_path).done == 1

    assert parts(tmp_path) == []


def test_what_another_run_is_writing_is_left_to_it(model_directory, tmp_path):
    theirs = tmp_path / ".out.csv.1.part"
    with theirs.open("w", encoding="utf-8") as written:
        fcntl.flock(written, fcntl.LOCK_EX)
        again(model_directory, tmp_path)

    assert parts(tmp_path) == [theirs.name]


def test_what_belongs_to_another_output_is_left_alone(model_directory, tmp_path):
    kept = {".out.csv.notes.part", ".other.csv.1.part"}
    for name in kept:
        (tmp_path / name).write_text("theirs", encoding="utf-8")

    again(model_directory, tmp_path)

    assert set(parts(tmp_path)) == kept
