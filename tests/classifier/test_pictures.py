import json
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from classifier import INDUSTRIES, pictures
from cli import classifier as commands

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = [[9, 1, 0, 0, 0], [0, 8, 0, 0, 2], [0, 0, 7, 0, 0], [0, 0, 0, 6, 0], [0, 0, 0, 0, 0]]


def words(picture):
    """What is written in a picture."""
    return [item.text for item in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_confusion_matrix_shows_each_count_and_its_share_of_the_row():
    shown = words(pictures.confusion(INDUSTRIES, COUNTS, "Industry <zh>"))

    assert {"Industry <zh>", "9", "90%", "80%", "100%", *INDUSTRIES} <= set(shown)
    assert len(shown) == 25 * 2 + 5 * 2 + 3


@pytest.mark.parametrize("bins", [(), ((0.35, 0.5, 4), (0.95, 0.9, 400))])
def test_a_reliability_curve_has_a_dot_for_each_bin(bins):
    picture = ElementTree.fromstring(pictures.reliability(bins, "Confidence"))

    assert len(list(picture.iter(f"{SVG}circle"))) == len(bins)


def test_a_learning_curve_says_each_figure():
    assert {"0.810", "0.905"} <= set(words(pictures.learning([(0.1, 0.81), (1.0, 0.905)], "Learning")))


def test_the_command_draws_what_it_prints(model_directory, examples, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "model_directory", lambda: model_directory)
    lines = [
        {"text": one.text, "label": one.label, "issue": one.issue, "urgency": one.urgency}
        for one in examples[::9]
    ]
    (tmp_path / "some.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    done = CliRunner().invoke(
        commands.classifier_cli,
        ["evaluate", "--examples", str(tmp_path), "--pictures", str(tmp_path / "drawn")],
    )

    assert done.exit_code == 0, done.output
    assert "macro_f1" in done.output
    drawn = (tmp_path / "drawn" / "confusion_zh.svg").read_text(encoding="utf-8")
    assert f"Industry, zh: {len(lines)} texts" in words(drawn)
    assert (tmp_path / "drawn" / "reliability_zh.svg").exists()
