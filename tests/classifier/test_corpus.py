import json
from dataclasses import replace

import pytest

from classifier import comparison, corpus, evaluation, lexicon, training
from classifier.model import Model
from classifier.suggestion import INDUSTRIES

LINE = {
    "id": "x",
    "text": "菜里有虫",
    "label": "catering",
    "also": "",
    "issue": "food_safety",
    "urgency": "normal",
}


def written(folder, *lines):
    (folder / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_examples_are_read_in_order(tmp_path):
    lines = [json.dumps({**LINE, "text": str(number)}) for number in range(3)]

    assert [example.text for example in corpus.read(written(tmp_path, *lines, ""))] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        "{}",
        json.dumps({**LINE, "label": "hotels"}),
        json.dumps({**LINE, "issue": "x"}),
        json.dumps({**LINE, "urgency": ""}),
        json.dumps({**LINE, "also": "hotels"}),
        json.dumps({**LINE, "text": 5}),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line):
    with pytest.raises(corpus.CorpusFault, match=r"some\.jsonl, line 2"):
        corpus.read(written(tmp_path, json.dumps(LINE), line))


def test_the_committed_corpus_is_sound():
    training_set, held_out = corpus.read(corpus.TRAIN), corpus.read(corpus.VALIDATION)
    texts = [example.text for example in training_set + held_out]

    assert {example.label for example in training_set} == set(INDUSTRIES)
    assert len(texts) == len(set(texts))


def test_the_fingerprint_changes_with_a_label():
    first = corpus.read(corpus.TRAIN)[0]
    other = corpus.Example(**{**{name: getattr(first, name) for name in first.__slots__}, "issue": "privacy"})

    assert corpus.fingerprint([first]) != corpus.fingerprint([other])


@pytest.mark.parametrize("content", ["火锅", "[a]\n锅", "[a]\n火锅\n[b]\n火锅", "[a]\n卡ktv"])
def test_a_lexicon_file_that_breaks_the_rules_is_refused(tmp_path, content):
    (tmp_path / "catering.txt").write_text(content, encoding="utf-8")

    with pytest.raises(lexicon.LexiconFault, match="catering"):
        lexicon.load(tmp_path)


def test_a_report_counts_the_defensible_second_as_right(trained, examples):
    model = Model(trained.stored("first"))
    report = evaluation.evaluate(model, examples)

    assert report.count == len(examples)
    assert 0.8 < report.macro_f1 <= report.lenient_macro_f1 <= 1
    assert report.accuracy <= report.lenient_accuracy
    assert sum(map(sum, report.confusion)) == len(examples)
    assert report.emergency_recall > 0.9
    assert set(report.figures()) >= {"macro_f1", "routed", "calibration_error"}


def test_a_report_of_nothing_is_all_noughts(trained):
    model = Model(trained.stored("first"))

    assert evaluation.evaluate(model, []).accuracy == 0


def test_folds_keep_the_texts_of_a_file_together(examples):
    many = [
        corpus.Example("x", "other", "", "other", "normal", "", "zh_Hans", f"file_{number % 8}")
        for number in range(80)
    ]
    place = training.folds(many)

    assert {(example.source, fold) for example, fold in zip(many, place.tolist(), strict=True)} == {
        (f"file_{number}", number % training.FOLDS) for number in range(8)
    }


def test_halves_are_cut_between_sentences_and_count_less():
    text = "月嫂上户第三天就不见人影了。打电话给公司说会换人来的。等到今天还没有人上门服务！中介费一分钱也不肯退给我。"
    example = corpus.Example(text, "housekeeping", "", "other", "normal", "", "zh_Hans", "some")

    first, second = corpus.halves(example)

    assert first.text.startswith("月嫂")
    assert second.text.endswith("退给我")
    assert first.weight == second.weight == pytest.approx(1 / 3)
    assert (
        corpus.halves(corpus.Example("外卖洒了。", "catering", "", "other", "normal", "", "zh_Hans", "some"))
        == []
    )


def test_variants_are_compared_on_texts_they_have_not_seen(examples, monkeypatch):
    monkeypatch.setattr(
        corpus, "read", lambda folder: examples[::2] if folder == corpus.TRAIN else examples[1::8]
    )
    small = replace(comparison.IN_USE, name="small", share=0.5, with_halves=False, with_neutral=True)

    rule, learnt, less = comparison.compare([comparison.IN_USE, small])

    assert rule.name.startswith("lexicon rules")
    assert 0.4 < rule.macro_f1 <= rule.lenient_macro_f1
    assert 0.5 < less.accuracy <= learnt.lenient_macro_f1 <= 1


def test_a_variant_may_leave_out_hard_negatives_and_a_share():
    texts = [
        corpus.Example(
            str(at), "other", "", "other", "normal", "", "zh_Hans", ("other_01", "other_hard_01")[at % 2]
        )
        for at in range(100)
    ]

    assert len(comparison.chosen(replace(comparison.IN_USE, share=0.25), texts)) == 25
    easy = comparison.chosen(replace(comparison.IN_USE, with_hard_negatives=False), texts)
    assert {example.source for example in easy} == {"other_01"}
