"""What a merchant is found by, and which licence numbers can be one."""

import pytest

from complaints import merchants
from models.codes import Membership
from tests.factories import a_merchant, a_shop

HOTPOT = [["shu"], ["xiang"], ["jiu"], ["gong"], ["ge"], ["huo"], ["guo"], ["dian"]]


def a_findable(session, name, readings=(), **values):
    merchant = a_shop(session, name=name, **values)
    merchants.make_findable(merchant, readings)
    session.flush()
    return merchant


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("蜀香九宫格火锅店", id="the whole name"),
        pytest.param("火锅", id="two characters from the middle"),
        pytest.param("蜀", id="one character"),
        pytest.param("九宫格火", id="four characters"),
        pytest.param("蜀香 火锅", id="two pieces apart"),
        pytest.param("huoguo", id="pinyin from the middle"),
        pytest.param("shuxiang", id="pinyin from the start"),
        pytest.param("shu xiang jiu", id="pinyin with spaces"),
        pytest.param("SXJGG", id="initials, large"),
        pytest.param("hgd", id="initials from the middle"),
        pytest.param("ｈｕｏｇｕｏ", id="full-width letters"),
        pytest.param("hotpot house", id="the English name"),
        pytest.param("MA0FAKE1", id="a piece of the licence number"),
    ],
)
def test_a_merchant_is_found_by(session, typed):
    wanted = a_findable(
        session, "蜀香九宫格火锅店", HOTPOT, name_en="Shuxiang Hotpot House", licence_no="91110105MA0FAKE123"
    )
    a_findable(
        session, "永和包子铺", [["yong"], ["he"], ["bao"], ["zi"], ["pu"]], licence_no="91110105MA0NONE456"
    )

    assert merchants.search(session, typed) == [wanted]


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "%", "_", "\x00", "’; DROP TABLE merchants; --", "🍜", "不存在的店", "zzzzzz"]
)
def test_what_means_nothing_finds_nothing(session, typed):
    a_findable(session, "蜀香九宫格火锅店", HOTPOT)

    assert merchants.search(session, typed.replace("\x00", "")) == []


def test_a_very_long_query_is_cut_and_answered(session):
    a_findable(session, "蜀香九宫格火锅店", HOTPOT)

    assert merchants.search(session, "火锅" * 50_000) == []


def test_whole_names_come_before_beginnings_and_those_before_middles(session):
    middle = a_findable(session, "老王面馆")
    beginning = a_findable(session, "面馆一号店")
    whole = a_findable(session, "面馆")

    assert merchants.search(session, "面馆") == [whole, beginning, middle]


def test_members_come_first_among_equals(session):
    stranger = a_findable(session, "天天洗衣一店", membership=Membership.NONE, pledged_at=None)
    member = a_findable(session, "天天洗衣二店")

    assert merchants.search(session, "洗衣") == [member, stranger]


def test_no_more_are_found_than_asked_for(session):
    for number in range(12):
        a_findable(session, f"家政公司{number}号")

    assert len(merchants.search(session, "家政", limit=5)) == 5


def test_a_sign_that_reads_two_ways_is_found_by_both():
    merchant = a_merchant(name="重庆小面")
    merchants.make_findable(merchant, [["chong", "zhong"], ["qing"], ["xiao"], ["mian"]])

    assert {"^chongqing", "^zhongqing", "^cqxm", "^zqxm"} <= set(merchant.search)


def test_signs_that_are_not_read_aloud_are_passed_over():
    merchant = a_merchant(name="（老王）面馆")
    merchants.make_findable(merchant, [[], ["lao"], ["wang"], [], ["mian"], ["guan"]])

    assert {"^laowang", "^lwmg"} <= set(merchant.search)


def test_a_name_of_many_ambiguous_signs_stays_small():
    merchant = a_merchant(name="乐" * 40)
    merchants.make_findable(merchant, [["le", "yue"]] * 40)

    assert len(merchant.search) < 600


def test_making_findable_again_changes_nothing():
    merchant = a_merchant(name="蜀香九宫格火锅店")
    merchants.make_findable(merchant, HOTPOT)
    before = list(merchant.search)
    merchants.make_findable(merchant, HOTPOT)

    assert merchant.search == before


def test_the_one_merchant_of_a_whole_name_or_number_is_meant(session):
    wanted = a_findable(session, "蜀香九宫格火锅店", HOTPOT, licence_no="91110105MA0FAKE123")
    a_findable(session, "蜀香九宫格火锅店分店")

    assert merchants.exact(session, " 蜀香九宫格火锅店 ") is wanted
    assert merchants.exact(session, "91110105 ma0fake123") is wanted
    assert merchants.exact(session, "蜀香") is None


def test_of_two_called_alike_neither_is_meant(session):
    a_findable(session, "如意面馆")
    a_findable(session, "如意面馆")

    assert merchants.exact(session, "如意面馆") is None


@pytest.mark.parametrize(
    "typed",
    [
        "91110105MA01CAFE83",
        "92110108MA00NDLE75",
        "92110108 ma00 ndle 75",
        "92110108-MA00NDLE7-5",
        "９２１１０１０８ＭＡ００ＮＤＬＥ７５",
    ],
)
def test_a_licence_number_is_known_by_its_last_sign(typed):
    assert merchants.is_licence_no(typed)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("91110105MA01CAFE8B", id="another last sign"),
        pytest.param("92110108MA00NDLE7", id="one sign short"),
        pytest.param("92110108MA00NDLE755", id="one sign long"),
        pytest.param("92110108MA00NDEL75", id="two signs swapped"),
        pytest.param("9211010OMA00NDLE75", id="a letter that is not used"),
        pytest.param("", id="nothing"),
        pytest.param("九二一一零一零八零零零零零零零零零零", id="Chinese figures"),
    ],
)
def test_anything_else_is_no_licence_number(typed):
    assert not merchants.is_licence_no(typed)
