import subprocess
import sys
import threading
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

import classifier
from classifier import INDUSTRIES, ISSUES, LANGUAGES, REASONS, URGENCIES
from classifier.suggestion import UNKNOWN_LANGUAGE

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("月嫂来了三天就走，家政公司不退中介费，孩子没人带", "housekeeping"),
        ("在火锅店吃饭，菜里吃出一只蟑螂，服务员只肯换一盘", "catering"),
        ("健身房办的年卡还没用完，店关门了，教练也联系不上，卡里的钱不退", "prepaid_card"),
        ("网店买的衣服质量差，申请退货卖家不同意，运费还要我出", "ecommerce"),
        ("公司拖欠工资三个月，没签劳动合同，想申请劳动仲裁", "other"),
    ],
)
def test_plain_cases_go_to_their_industry(text, industry, model_directory):
    assert classifier.suggest(text, model_directory).industry == industry


def test_a_poisoned_child_is_an_emergency(model_directory):
    said = classifier.suggest("孩子在店里吃完就上吐下泻，现在医院抢救，已经昏迷", model_directory)

    assert said.urgency == "emergency"
    assert said.emergency_probability > classifier.suggest("菜有点咸", model_directory).emergency_probability


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "退",
        "1",
        "12345",
        "😀😀",
        "。。。",
        "\x00\x01\x02",
        "\ud800",
        "火锅" * 50_000,
        "a" * 100_000,
        "𠮷𠮷",
    ],
)
def test_odd_texts_get_an_answer_within_bounds(text, model_directory):
    said = classifier.suggest(text, model_directory)

    assert said.industry in INDUSTRIES
    assert said.second in INDUSTRIES
    assert said.issue in ISSUES
    assert said.urgency in URGENCIES
    assert said.reason in REASONS
    assert said.abstained == bool(said.reason)
    assert said.language in (*LANGUAGES, UNKNOWN_LANGUAGE)
    numbers = [getattr(said, item.name) for item in fields(said) if item.type is float]
    assert all(0 <= number <= 1 for number in numbers)


def test_an_emergency_is_said_from_the_threshold_on_and_never_below(model_directory, examples):
    threshold = classifier.model_in_use(model_directory).parts["zh_Hans"].thresholds.emergency

    said = classifier.suggest_many([example.text for example in examples], model_directory)

    assert {one.urgency == "emergency" for one in said} == {True, False}
    for one in said:
        assert (one.urgency == "emergency") == (one.emergency_probability >= threshold)
        assert one.urgency != one.urgency_second


@pytest.mark.parametrize("text", ["", "12345", "😀😀", "。。。", "\x00"])
def test_a_text_that_says_nothing_goes_to_a_person(text, model_directory):
    said = classifier.suggest(text, model_directory)

    assert (said.industry, said.confidence, said.reason) == ("other", 0.0, "no_evidence")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("注文した商品がまだ届いていません。返金してください。", "ja"),
        ("주문한 물건이 아직 도착하지 않았어요.", "ko"),
        ("Я заказал товар, но он не пришёл.", "ru"),
        ("لم يصل الطرد حتى الآن", "ar"),
        ("Ma commande n'est jamais arrivée et le vendeur ne répond plus.", "fr"),
    ],
)
def test_a_foreign_text_is_named_and_goes_to_a_person(text, language, model_directory):
    said = classifier.suggest(text, model_directory)

    assert (said.language, said.abstained, said.reason) == (language, True, "foreign_language")


def test_traditional_writing_gets_the_same_answer_as_simplified(model_directory):
    simplified = classifier.suggest("健身房关门跑路，办的年卡还没用完，会员费不退", model_directory)
    traditional = classifier.suggest("健身房關門跑路，辦的年卡還沒用完，會員費不退", model_directory)

    assert traditional.language == "zh_Hant"
    assert simplified.language == "zh_Hans"
    assert (traditional.industry, traditional.confidence) == (simplified.industry, simplified.confidence)


def test_evidence_is_at_most_five_places_of_the_text(model_directory, examples):
    for example in examples[::11]:
        said = classifier.suggest(example.text, model_directory)
        for spans in (said.evidence, said.issue_evidence, said.urgency_evidence):
            assert len(spans) <= 5
            assert all(example.text[span.start : span.end] == span.words for span in spans)
            assert all(first.weight >= second.weight > 0 for first, second in pairwise(spans))


def test_the_word_that_names_the_industry_is_among_the_evidence(model_directory):
    said = classifier.suggest("昨天请的月嫂没来", model_directory)

    assert any("月嫂" in span.words for span in said.evidence)


def test_many_texts_get_the_answers_of_single_ones(model_directory, examples):
    texts = [example.text for example in examples[:150]]
    many = classifier.suggest_many(texts, model_directory)

    for text, together in zip(texts, many, strict=True):
        alone = classifier.suggest(text, model_directory)
        assert (alone.industry, alone.issue, alone.urgency) == (
            together.industry,
            together.issue,
            together.urgency,
        )
        assert alone.confidence == pytest.approx(together.confidence)


def test_threads_share_one_model(model_directory):
    said = []
    threads = [
        threading.Thread(target=lambda: said.append(classifier.suggest("外卖洒了", model_directory)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(said) == 8
    assert len(set(said)) == 1


def loaded_after(code):
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_a_suggestion_loads_no_scikit_learn(model_directory):
    loaded = loaded_after(
        "import classifier\n"
        f"assert all(said.model_version for said in classifier.suggest_many(['月嫂', 'the nanny left'],"
        f" {str(model_directory)!r}))"
    )

    assert {"numpy", "rjieba"} <= loaded
    assert not {"sklearn", "scipy", "jieba", "py3langid", "flask", "sqlalchemy"} & loaded


def test_importing_the_package_loads_nothing_heavy():
    assert not {"numpy", "rjieba", "sklearn"} & loaded_after("import classifier, cli.classifier")
