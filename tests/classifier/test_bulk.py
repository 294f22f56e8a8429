import csv
import io
import json
import os
import shutil
import signal
import tracemalloc

import pytest
from click.testing import CliRunner
from flask import Flask

import classifier
from classifier import bulk, comparison, rows, storage
from cli.classifier import classifier_cli


@pytest.fixture
def classify(model_directory, tmp_path):
    def run(content, **options):
        source, target = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_bytes(content)
        refused = []
        outcome = bulk.classify_file(
            source,
            target,
            model_directory,
            reject=lambda number, why: refused.append((number, why)),
            **options,
        )
        with target.open(encoding="utf-8", newline="") as rows:
            return list(csv.DictReader(rows)), refused, outcome

    return run


def test_every_input_column_is_kept_and_the_answers_follow(classify):
    rows, refused, outcome = classify("id,text,date\n7,月嫂跑了,2026-01-02\n".encode())

    assert list(rows[0]) == ["id", "text", "date", *bulk.COLUMNS]
    assert (rows[0]["id"], rows[0]["date"], rows[0]["label"]) == ("7", "2026-01-02", "housekeeping")
    assert 0 < float(rows[0]["confidence"]) <= 1
    assert refused == []
    assert outcome == bulk.Outcome(1, 0)


def test_a_bom_is_no_part_of_the_first_column(classify):
    rows, _, _ = classify("\ufefftext\n外卖洒了\n".encode())

    assert rows[0]["text"] == "外卖洒了"


def test_line_breaks_and_commas_inside_a_text_are_kept(classify):
    rows, _, _ = classify('text\r\n"菜里有虫，\n老板说""正常"""\r\n'.encode())

    assert rows[0]["text"] == '菜里有虫，\n老板说"正常"'


def test_bad_rows_are_named_and_the_rest_is_done(classify):
    rows, refused, outcome = classify(
        b"id,text\n1,\xcd\xe2\xc2\xf4\n2,\xe5\xa4\x96\xe5\x8d\x96\n3,a,b\n4\n\n5,\xe5\xa4\x96\n"
    )

    assert [row["id"] for row in rows] == ["2", "5"]
    assert refused == [(2, "not valid UTF-8"), (4, "3 cells for 2 columns"), (5, "no text")]
    assert outcome == bulk.Outcome(2, 3)


def test_an_endless_cell_is_refused(classify, monkeypatch):
    monkeypatch.setattr(rows, "LONGEST_CELL", 100)
    done, refused, _ = classify(("text\n" + "长" * 200 + "\n外卖洒了\n").encode())

    assert len(refused) == 1
    assert [row["text"] for row in done] == ["外卖洒了"]


def test_empty_texts_and_nul_characters_get_an_answer(classify):
    rows, refused, _ = classify(b'id,text\n1,""\n2,\x00\n')

    assert [row["abstained"] for row in rows] == ["no_evidence", "no_evidence"]
    assert refused == []


def test_short_rows_are_filled_up(classify):
    rows, _, _ = classify("text,note\n外卖洒了\n".encode())

    assert rows[0]["note"] == ""


def test_columns_that_bear_our_names_are_kept_under_another(classify):
    rows, _, _ = classify("text,label\n外卖洒了,wrong\n".encode())

    assert (rows[0]["input_label"], rows[0]["label"]) == ("wrong", "catering")


@pytest.mark.parametrize("content", [b"", b"id,words\n1,x\n", b"text,text\na,b\n"])
def test_a_file_without_one_text_column_is_refused(classify, content, tmp_path):
    with pytest.raises(bulk.NotATable):
        classify(content)

    assert not (tmp_path / "out.csv").exists()
    assert list(tmp_path.glob(".*.part")) == []


def test_processes_give_the_rows_in_their_order(classify, monkeypatch, examples):
    monkeypatch.setattr(bulk, "SMALL_FILE", 0)
    monkeypatch.setattr(bulk, "CHUNK", 8)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["id", "text"])
    table.writerows((number, example.text) for number, example in enumerate(examples[:100]))
    content = written.getvalue().encode()
    positions = []

    rows, _, _ = classify(content, advance=positions.append)
    monkeypatch.setattr(bulk, "SMALL_FILE", 10**9)

    assert [row["id"] for row in rows] == [str(number) for number in range(len(examples[:100]))]
    assert positions[-1] == len(content)
    assert rows == classify(content)[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "虫",
        "12345678901",
        "😡😡😡",
        "\x00\x07\x1b[31m\u202e",
        "Доставка не пришла, деньги не возвращают",
        "تأخر الطلب ولم يعيدوا المال",
        "ร้านไม่คืนเงิน",
        "退款" * 50_000,
        "\u200b\ufeff\U0010ffff",
    ],
    ids=["empty", "one", "digits", "emoji", "control", "Russian", "Arabic", "Thai", "long", "invisible"],
)
def test_whatever_the_text_each_row_has_every_answer(classify, text):
    quoted = text.replace('"', '""')
    rows, refused, _ = classify(f'id,text\n1,"{quoted}"\n2,外卖洒了\n'.encode())

    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[0]["text"] == text
    assert rows[0]["label"] in classifier.INDUSTRIES
    assert rows[0]["urgency"] in classifier.URGENCIES
    assert 0 <= float(rows[0]["confidence"]) <= 1
    assert 0 <= float(rows[0]["emergency_probability"]) <= 1
    assert refused == []


def test_long_texts_make_short_chunks(classify, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK_CHARACTERS", 10)
    positions = []

    rows, _, _ = classify("text\n外卖洒了外卖洒了外卖\n退款\n月嫂跑了\n".encode(), advance=positions.append)

    assert len(rows) == 3
    assert len(positions) == 2


def test_memory_does_not_grow_with_the_file(model_directory, tmp_path, monkeypatch):
    said = classifier.suggest("外卖洒了", model_directory)
    monkeypatch.setattr(bulk, "suggest_many", lambda texts, *_, **__: [said] * len(texts))
    monkeypatch.setattr(bulk, "SMALL_FILE", 10**9)
    source, peaks = tmp_path / "in.csv", []
    for size in (4_000, 40_000):
        source.write_text("text\n" + "外卖洒了，商家不肯退款\n" * size, encoding="utf-8")
        tracemalloc.start()
        bulk.classify_file(source, tmp_path / "out.csv", model_directory, reject=lambda *_: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.2 * peaks[0]


def test_what_was_written_before_is_replaced(classify, tmp_path):
    (tmp_path / "out.csv").write_text("something else", encoding="utf-8")

    rows, _, _ = classify("text\n外卖洒了\n".encode())

    assert [row["text"] for row in rows] == ["外卖洒了"]


def test_a_broken_run_leaves_what_was_written_before(model_directory, tmp_path, monkeypatch):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n外卖\n", encoding="utf-8")
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr(bulk, "suggest_many", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        bulk.classify_file(source, target, model_directory, reject=lambda *_: None)

    assert target.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_process_that_is_killed_is_reported_and_nothing_is_written(model_directory, tmp_path, monkeypatch):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n" + "外卖洒了\n" * 20, encoding="utf-8")
    monkeypatch.setattr(bulk, "SMALL_FILE", 0)
    monkeypatch.setattr(bulk, "_chunk", end_this_process)

    with pytest.raises(bulk.Interrupted):
        bulk.classify_file(source, target, model_directory, reject=lambda *_: None)

    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def end_this_process(directory, texts):
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_file_to_read_is_not_written_over(command, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("text\n外卖\n", encoding="utf-8")

    result = command("predict", source, "-o", source)

    assert result.exit_code == 1
    assert "name another" in result.stderr
    assert source.read_text(encoding="utf-8") == "text\n外卖\n"


def test_a_folder_that_is_not_there_is_named(command, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("text\n外卖\n", encoding="utf-8")

    result = command("predict", source, "-o", tmp_path / "nowhere" / "out.csv")

    assert result.exit_code == 1
    assert "nowhere" in result.stderr


def test_the_terminal_shows_the_first_refusals_and_the_file_all(command, tmp_path):
    source, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    source.write_bytes(b"text\n" + b"a,b\n" * 70)

    result = command("predict", source, "-o", tmp_path / "out.csv", "--rejects", rejects)

    assert result.exit_code == 0
    assert result.stderr.count("row ") == 50
    assert "and 20 more" in result.stderr
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 71


def test_a_model_of_another_scikit_learn_serves_all_the_same(model_directory, tmp_path, command):
    """Nothing of scikit-learn is stored but its version, for people to read."""
    directory = tmp_path / "models"
    shutil.copytree(model_directory, directory)
    record = directory / "first" / "model.json"
    held = json.loads(record.read_text(encoding="utf-8"))
    held["libraries"]["scikit-learn"] = "0.1"
    record.write_text(json.dumps(held), encoding="utf-8")

    text = "健身房关门跑路，卡里还有三千块"
    assert classifier.suggest(text, directory) == classifier.suggest(text, model_directory)


def test_a_damaged_model_is_refused_and_the_command_named(model_directory, tmp_path):
    directory, source = tmp_path / "models", tmp_path / "in.csv"
    shutil.copytree(model_directory, directory)
    for arrays in (directory / "first").glob("*.npz"):
        arrays.write_bytes(arrays.read_bytes()[:-100])
    source.write_text("text\n外卖\n", encoding="utf-8")
    app = Flask(__name__)
    app.config["MODEL_DIR"] = str(directory)
    with app.app_context():
        result = CliRunner().invoke(classifier_cli, ["predict", str(source), "-o", str(tmp_path / "out.csv")])

    assert result.exit_code == 1
    assert "flask classifier train" in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.fixture
def command(model_directory):
    app = Flask(__name__)
    app.config["MODEL_DIR"] = str(model_directory)
    app.cli.add_command(classifier_cli)

    def run(*words):
        with app.app_context():
            return CliRunner().invoke(classifier_cli, [str(word) for word in words])

    return run


def test_predict_says_how_many_rows_and_which_were_refused(command, tmp_path):
    source, target, rejects = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "rejects.csv"
    source.write_bytes("text\n外卖洒了\n".encode() + b"\xff\n")

    result = command("predict", source, "-o", target, "--rejects", rejects)

    assert result.exit_code == 0
    assert "1 classified, 1 refused" in result.stdout
    assert "row 3: not valid UTF-8" in result.stderr
    assert rejects.read_text(encoding="utf-8") == "row,why\n3,not valid UTF-8\n"


def test_predict_without_a_model_names_the_command(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("text\n外卖\n", encoding="utf-8")
    app = Flask(__name__)
    app.config["MODEL_DIR"] = str(tmp_path / "nothing")
    with app.app_context():
        result = CliRunner().invoke(classifier_cli, ["predict", str(source), "-o", str(tmp_path / "out.csv")])

    assert result.exit_code == 1
    assert "flask classifier train" in result.stderr


def test_evaluate_prints_the_figures(command, tmp_path):
    (tmp_path / "some.jsonl").write_text(
        '{"text": "外卖洒了", "label": "catering", "issue": "delivery", "urgency": "normal"}',
        encoding="utf-8",
    )

    result = command("evaluate", "--examples", tmp_path)

    assert result.exit_code == 0
    assert "macro_f1" in result.stdout
    assert "catering" in result.stdout


def test_train_puts_a_model_to_use(tmp_path, monkeypatch, trained):
    monkeypatch.setattr("classifier.training.fit", lambda *_, progress: progress(1, 1) or trained)
    app = Flask(__name__)
    app.config["MODEL_DIR"] = str(tmp_path)
    with app.app_context():
        result = CliRunner().invoke(classifier_cli, ["train"])

    assert result.exit_code == 0
    assert storage.current(tmp_path) in result.stdout


def test_versions_promote_and_revert_name_the_model_in_use(command, model_directory):
    assert "in use" in command("versions").stdout
    assert command("promote", "first").stdout == "Model first is in use\n"
    assert "cannot be read" in command("promote", "nothing").stderr
    assert "no model was in use before" in command("revert").stderr


def test_compare_prints_a_row_for_each_variant(command, monkeypatch):
    results = [comparison.Result("words only", 0.5, 0.6, 0.55)]
    monkeypatch.setattr(comparison, "compare", lambda: iter(results))

    assert "words only" in command("compare").stdout
