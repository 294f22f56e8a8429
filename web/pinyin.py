"""How Chinese names are read aloud, for finding merchants by pinyin. The grams are complaints.merchants'."""

import unicodedata

from settings import preset

# The phrase book of the library costs a process 50 MB; the few signs of names that read two ways stand below.
preset("PYPINYIN_NO_PHRASES", "true")

from pypinyin import lazy_pinyin  # noqa: E402  the library reads its environment when it is imported

READ_TWO_WAYS = {
    "乐": ("le", "yue"),
    "会": ("hui", "kuai"),
    "佛": ("fo", "fu"),
    "便": ("bian", "pian"),
    "卡": ("ka", "qia"),
    "单": ("dan", "shan"),
    "卜": ("bo", "bu"),
    "厦": ("sha", "xia"),
    "参": ("can", "shen"),
    "堡": ("bao", "pu"),
    "大": ("da", "dai"),
    "宿": ("su", "xiu"),
    "尉": ("wei", "yu"),
    "屏": ("ping", "bing"),
    "巷": ("xiang", "hang"),
    "曾": ("zeng", "ceng"),
    "朝": ("chao", "zhao"),
    "柏": ("bai", "bo"),
    "沈": ("shen", "chen"),
    "盛": ("sheng", "cheng"),
    "绿": ("lv", "lu"),
    "茄": ("qie", "jia"),
    "蔚": ("wei", "yu"),
    "藏": ("cang", "zang"),
    "行": ("hang", "xing"),
    "都": ("du", "dou"),
    "重": ("chong", "zhong"),
    "长": ("chang", "zhang"),
    "阿": ("a", "e"),
}


def readings(name: str) -> list[list[str]]:
    """For each sign of `name` the ways to spell it, likeliest first; none for what is not read aloud."""
    return [_of(sign) for sign in unicodedata.normalize("NFKC", name).casefold()]


def _of(sign: str) -> list[str]:
    if sign in READ_TWO_WAYS:
        return list(READ_TWO_WAYS[sign])
    spelt = lazy_pinyin(sign)[0]
    return [spelt] if spelt.isascii() and spelt.isalnum() else []
