"""What the filing form asks while somebody types: a reading of the text, and merchants of a name."""

import pytest
from sqlalchemy import func, select

import classifier
from complaints import merchants
from jobs.reading import row_of
from models.draft import Draft
from models.suggestion import Suggestion
from tests.factories import NOW, a_shop, said
from web import pinyin

EVIDENCE = (classifier.Evidence(0, 2, "火锅", 1.0), classifier.Evidence(5, 7, "<b>", 0.5))


@pytest.fixture
def reads(monkeypatch):
    """Let the classifier say what a test wants: reads(said(...))."""

    def reads(suggestion):
        monkeypatch.setattr(classifier, "suggest", lambda text, directory=None: suggestion)

    return reads


def ask(client, text):
    return client.post("/suggest", data={"body": text}, headers={"HX-Request": "true"})


def test_a_reading_names_industry_issue_and_the_words_that_decided(client, reads):
    reads(said(evidence=EVIDENCE))
    answer = ask(client, "火锅里有虫子，要求退款")

    assert "餐饮" in answer.text
    assert "食品安全" in answer.text
    assert "<mark>火锅</mark>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_words_of_the_text_are_shown_as_text(client, reads):
    reads(said(evidence=EVIDENCE))

    assert "<mark>&lt;b&gt;</mark>" in ask(client, "火锅 <b> 虫子").text


def test_where_it_is_unsure_both_readings_are_shown(client, reads):
    reads(said(evidence=EVIDENCE, abstained=True, reason="close_call"))
    answer = ask(client, "网上买的火锅底料").text

    assert "餐饮" in answer
    assert "网购" in answer or "电商" in answer


def test_danger_is_pointed_out(client, reads):
    reads(said(urgency="emergency", emergency_probability=0.9, evidence=EVIDENCE))

    assert "reading-alarm" in ask(client, "吃完呕吐送急诊").text


@pytest.mark.parametrize("text", ["", "短", " \x00 ", "x" * 4])
def test_too_little_text_says_nothing(client, reads, text):
    reads(said(evidence=EVIDENCE))

    assert ask(client, text).text.strip() == ""


def test_without_a_model_nothing_is_said_and_nothing_breaks(client):
    assert ask(client, "火锅里有虫子，要求退款").status_code == 200


def test_any_length_is_read_and_nothing_kept(client, session, reads):
    reads(said(evidence=EVIDENCE))

    assert ask(client, "店" * 100_000).status_code == 200
    assert session.scalar(select(func.count()).select_from(Suggestion)) == 0
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_the_row_keeps_what_was_said():
    row = row_of(said(evidence=EVIDENCE), NOW)

    assert (row.industry, row.second, row.issue, row.confidence) == (
        "catering",
        "ecommerce",
        "food_safety",
        0.91,
    )
    assert row.evidence == [[0, 2, 1.0], [5, 7, 0.5]]


def test_merchants_are_offered_as_tiles(client, session):
    shop = a_shop(session, name="重庆<b>小面</b>馆", address="和平路1号")
    merchants.make_findable(shop, pinyin.readings(shop.name))
    session.commit()

    answer = client.get("/merchants/search", query_string={"merchant_name": "chongqing"}).text

    assert f'value="{shop.id}"' in answer
    assert "和平路1号" in answer
    assert "<b>小面" not in answer


def test_programs_get_what_anybody_may_know_and_no_more(client, session):
    shop = a_shop(session, name="长沙臭豆腐", phone="13800000000")
    merchants.make_findable(shop, pinyin.readings(shop.name))
    session.commit()

    found = client.get("/merchants/search.json", query_string={"q": "cscd"}).json["merchants"]

    assert [one["name"] for one in found] == ["长沙臭豆腐"]
    assert set(found[0]) == {
        *{
            "id",
            "name",
            "name_en",
            "licence_no",
            "district",
            "district_name",
            "address",
            "industry",
            "is_member",
        }
    }


@pytest.mark.parametrize("typed", ["", "\x00", "%", "'" * 1000, "😡", "x" * 5000])
def test_odd_searches_find_nothing_and_break_nothing(client, session, typed):
    assert client.get("/merchants/search", query_string={"merchant_name": typed}).status_code == 200
    assert client.get("/merchants/search.json", query_string={"q": typed}).json == {"merchants": []}


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("重庆", [["chong", "zhong"], ["qing"]]),
        ("银行", [["yin"], ["hang", "xing"]]),
        ("绿茶", [["lv", "lu"], ["cha"]]),
        ("KFC", [["k"], ["f"], ["c"]]),
        ("（王府井店）", [[], ["wang"], ["fu"], ["jing"], ["dian"], []]),
        ("７号", [["7"], ["hao"]]),
        ("🍜", [[]]),
    ],
)
def test_names_are_spelt_sign_by_sign(name, spelt):
    assert pinyin.readings(name) == spelt
