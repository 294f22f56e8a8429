"""What tells who somebody is, taken out of a text before a model learns from it.

A rule errs on the side of masking: a sum taken for a number costs a lesson nothing, a number learnt is a leak.
"""

import re
from collections.abc import Iterable

MASK = "***"
SHORTEST_KNOWN = 2
SHORTEST_LATIN = 3

# Full-width digits, letters and the signs that stand in numbers and addresses, one for one.
WIDE = {0xFF01 + step: 0x21 + step for step in range(94) if chr(0x21 + step).isalnum() or step in (12, 31)}

# Common ones that seldom begin or end another word beside a title.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜"
    "范石姚谭廖邹熊金陆郝孔崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎乔贺赖龚费柯翁洪柳俞严聂庞樊欧裴殷涂詹耿倪骆俞凌霍"
)
COURTESY = "先生|女士|小姐|太太|同志"
TRADE = "阿姨|叔叔|大爷|大妈|奶奶|爷爷|师傅|经理|老师|医生|律师|店长|老板|主任|教练|姐|哥"
ESTATE = "小区|花园|花苑|家园|公寓|新村|新城|名苑|华庭|嘉园|苑|路|街|大道|巷|弄|胡同|里|村|道"

EMAIL = re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LINK = re.compile(r"(?:https?://|www\.)[^\s，。；）)]+", re.IGNORECASE)
ACCOUNT = re.compile(
    r"(?P<cue>微信号?|wechat|weixin|vx|qq号?|抖音号|旺旺号?|支付宝(?:账号)?|账号|帐号|会员号|卡号|工号)"
    r"(?P<joint>\s*(?:id|是|为)?\s*[:：]\s*|\s*(?:id|是|为)?\s*(?=[A-Za-z_.-]*\d))[A-Za-z0-9][\w.-]{3,}",
    re.IGNORECASE,
)
PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?\s?[A-Z0-9]{5,6}")
# Five digits and more among letters, digits and what joins them: telephones, identity cards, orders, parcels, cards.
NUMBER = re.compile(r"(?<![A-Za-z0-9])\+?(?=(?:[A-Za-z-]{0,9}\d[ -]?){6})[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){5,}")
NAMED = re.compile(
    r"(?P<cue>我叫|我是|名叫|姓名|联系人|投诉人|举报人|申请人|收件人|收货人|经办人|(?:当事人|户主|业主|患者|被投诉人)(?=\s*[:：]))"
    rf"(?P<joint>\s*(?:是|为|叫|[:：])?\s*)[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=[，,。；;、\s（(:：]|$)"
)
COURTEOUS = re.compile(rf"[{SURNAMES}](?:[\u4e00-\u9fff]{{0,2}}?(?P<title>{COURTESY})|(?P<half>某))")
TITLED = re.compile(
    rf"(?P<before>^|[^\u4e00-\u9fff]|[的和跟找叫给向是位由]|[小老])[{SURNAMES}](?P<title>{TRADE})"
)
HOUSE = re.compile(
    rf"(?P<place>{ESTATE})\s*(?:第?[0-9A-Za-z]+\s*(?:号院|号楼|号|弄|栋|幢|座|楼|单元|层|室|房)[之-]?\s*)+(?:[0-9]{{2,4}})?"
)
ENGLISH_NAME = re.compile(
    r"(?P<cue>\b(?:[Mm]y name is|[Ii] am called|[Cc]ontact(?: person)?:|[Nn]ame:|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?))"
    r"(?P<joint>\s+)[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2}"
)
ENGLISH_HOUSE = re.compile(
    r"\b(?:(?:Room|Flat|Apt\.?|Unit|Building|No\.?)\s*\d\w*,?\s*)+|"
    r"\b\d+\s+(?:[A-Z][\w'’]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive)\b\.?"
)


def mask(text: str, known: Iterable[str] = ()) -> str:
    """`text` without names, telephones, identity numbers, e-mail addresses, accounts, house and order numbers.

    `known` are strings that are to go wherever they stand, such as the name of whoever complained. Masking twice
    is masking once.
    """
    plain = _without(text, known)
    plain = plain.translate(WIDE)
    for whole in (EMAIL, LINK, PLATE):
        plain = whole.sub(MASK, plain)
    for after_cue in (ACCOUNT, NAMED, ENGLISH_NAME):
        plain = after_cue.sub(rf"\g<cue>\g<joint>{MASK}", plain)
    plain = HOUSE.sub(rf"\g<place>{MASK}", plain)
    plain = ENGLISH_HOUSE.sub(MASK, plain)
    plain = COURTEOUS.sub(rf"{MASK}\g<title>\g<half>", plain)
    plain = TITLED.sub(rf"\g<before>{MASK}\g<title>", plain)
    return NUMBER.sub(MASK, plain)


def _without(text: str, known: Iterable[str]) -> str:
    """`text` without what is known. Latin names go in parts too, and as whole words, as people write them."""
    secrets = {part.strip() for secret in known for part in (secret, *_names(secret))}
    for secret in sorted(secrets, key=len, reverse=True):
        if secret.isascii() and len(secret) >= SHORTEST_LATIN:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text, flags=re.IGNORECASE | re.ASCII)
        elif not secret.isascii() and len(secret) >= SHORTEST_KNOWN:
            text = text.replace(secret, MASK)
    return text


def _names(secret: str) -> list[str]:
    """The parts of a Latin name; none of what has a figure in it, such as an address."""
    return secret.split() if secret.isascii() and secret.replace(" ", "").isalpha() else []
