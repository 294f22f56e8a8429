"""Search: the substring answer for Chinese, Latin, numbers and receipts, over what one may see and nothing else."""

import random
from datetime import timedelta

import pytest

from complaints import search, text
from complaints.actors import Actor
from complaints.lists import Cursor
from models.codes import Industry, Role
from models.complaint import Complaint
from tests.factories import NOW, a_department, lodged

TEXT = "在优选商城网购 iPhone15退款被拒，客服说拆封不退。订单 JD2025-8837，共３２００元，月嫂也不来了。"


@pytest.fixture
def office(session):
    return a_department(session, "market-haidian")


@pytest.fixture
def officer(office):
    return Actor(Role.OFFICER, 1, department_id=office.id, departments=frozenset({office.id}))


@pytest.fixture
def filed(session, office):
    """File a text with the officer's office."""

    def file(body=TEXT, **values):
        complaint = lodged(session, body=body, district="haidian", opts_in=False, **values).complaint
        complaint.department_id = office.id
        session.flush()
        return complaint

    return file


@pytest.fixture(params=["near", "far"])
def reach(request, monkeypatch):
    """Everything is found both among the newest rows, which are read, and beyond them, where the index is asked."""
    if request.param == "far":
        monkeypatch.setattr(search, "RECENT", 0)
        monkeypatch.setattr("complaints.queries.LEAST_SHARE", 0)


def found(session, actor, words, conditions=(), cursor=None, limit=25):
    return search.page(session, actor, words, conditions, cursor, limit=limit)


@pytest.mark.usefixtures("reach")
@pytest.mark.parametrize(
    "words",
    [
        "退款",
        "退",
        "款被拒",
        "iPhone15退款",
        "iphone",
        "IPHONE15",
        "ＩＰｈｏｎｅ15",
        "15退",
        "JD2025-8837",
        "8837",
        "jd2025 8837",
        "3200",
        "３２００元",
        "优选商城",
        "好邻居面馆",
        "退款 月嫂",
        "月嫂  商城 8837",
        '"退款被拒"',
        "“拆封不退” 客服",
        "「客服 说」",
        "不退订单",
        "ＪＤ２０２５",
    ],
)
def test_what_stands_in_the_text_is_found(session, officer, filed, words):
    wanted = filed()
    for other in ("地板被刮花了，家政公司不肯赔。", "锅里有一根头发。", "理发卡里的钱不给退。"):
        filed(other, merchant_name="某店")

    assert wanted in found(session, officer, words).rows


@pytest.mark.usefixtures("reach")
@pytest.mark.parametrize(
    "words", ["款退", "退款退", "phone", "837", "拒被", "退款 外卖", '"月嫂 退款"', "嫂月", "龘", "2025JD"]
)
def test_what_does_not_is_not(session, officer, filed, words):
    filed()

    assert found(session, officer, words).rows == []


@pytest.mark.parametrize("words", ["", "   ", "，。！", '""', "%", "_", "\\", "'", "&|!():*<->", "\x00"])
def test_nothing_to_look_for_finds_nothing(session, officer, filed, words):
    filed()

    assert found(session, officer, words).rows == []


@pytest.mark.usefixtures("reach")
def test_the_receipt_finds_it_whole_and_in_part(session, officer, filed):
    wanted = filed()
    filed()

    assert found(session, officer, wanted.receipt).rows == [wanted]
    assert found(session, officer, wanted.receipt.lower()).rows == [wanted]


@pytest.mark.usefixtures("reach")
def test_what_others_have_is_not_found(session, officer, filed):
    theirs = filed()
    theirs.department_id = a_department(session, "market-yanqing").id
    session.flush()

    assert found(session, officer, "退款").rows == []


@pytest.mark.usefixtures("reach")
def test_conditions_narrow_what_is_found(session, officer, filed):
    filed(industry=Industry.ECOMMERCE)
    wanted = filed(industry=Industry.CATERING)

    narrowed = found(session, officer, "退款", [Complaint.industry == Industry.CATERING])
    assert narrowed.rows == [wanted]


@pytest.mark.parametrize("recent", [0, 2, 5, 100])
def test_pages_forth_and_back_show_every_hit_once_newest_first(session, officer, filed, monkeypatch, recent):
    monkeypatch.setattr(search, "RECENT", recent)
    monkeypatch.setattr("complaints.queries.LEAST_SHARE", recent)
    hits = [filed(TEXT if number % 3 else "别的事情。") for number in range(18)]
    whole = [complaint for complaint in reversed(hits) if complaint.body == TEXT]

    forth, cursor = [], None
    while True:
        one = found(session, officer, "退款", cursor=cursor, limit=5)
        forth += one.rows
        if not one.next:
            break
        cursor = Cursor.of(one.next)
    assert forth == whole

    back = [*one.rows]
    while one.previous:
        one = found(session, officer, "退款", cursor=Cursor.of(one.previous), limit=5)
        back = [*one.rows, *back]
    assert back == whole


@pytest.mark.usefixtures("reach")
def test_a_mediator_searches_in_their_own(session, filed):
    mine = filed()
    filed()
    mine.mediator_id = None
    session.flush()

    assert found(session, Actor(Role.MEDIATOR, 77), "退款").rows == []


@pytest.mark.usefixtures("reach")
def test_the_answer_is_that_of_reading_everything(session, officer, filed):
    """Whatever two or three signs of the texts are asked for, search says what a reader of every text would say."""
    dice = random.Random(8)
    signs = "退款不给我的卡店里有"
    texts = ["".join(dice.choices(signs, k=12)) for _ in range(30)]
    filed_ = [filed(body + "。", merchant_name="某", now=NOW + timedelta(seconds=1)) for body in texts]

    for _ in range(40):
        asked = "".join(dice.choices(signs, k=dice.choice([1, 2, 2, 3])))
        expected = [complaint for complaint in reversed(filed_) if asked in complaint.body]
        assert list(found(session, officer, asked, limit=50).rows) == expected, asked


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("退款", [["退", "款"]]),
        ("退款 月嫂", [["退", "款"], ["月", "嫂"]]),
        ('"退款 月嫂"', [["退", "款", "月", "嫂"]]),
        ("“预付卡”余额", [["预", "付", "卡"], ["余", "额"]]),
        ("iPhone15退款", [["iphone", "15", "退", "款"]]),
        ("退款\u3000月嫂", [["退", "款"], ["月", "嫂"]]),
        ('"退款', [["退", "款"]]),
        ("𠮷野家", [["𠮷", "野", "家"]]),
        ("한국어 かな", [["한", "국", "어"], ["か", "な"]]),
        ("……", []),
    ],
)
def test_parts_are_phrases_and_all_of_them_are_wanted(typed, expected):
    assert text.phrases(typed) == expected


def test_an_endless_query_is_cut():
    assert len(text.phrases("退款 " * 1000)) == text.MOST_PHRASES


def test_grams_of_a_phrase_are_among_those_of_every_text_that_holds_it():
    whole = text.tokens(TEXT)
    for start in range(len(whole)):
        for end in range(start + 1, min(start + 5, len(whole)) + 1):
            assert set(text.grams(whole[start:end])) <= set(text.grams(whole))
