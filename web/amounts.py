"""Amounts as people type them: 1,280.50, ¥1280, １２８０元, 1.2万."""

import re
import unicodedata
from decimal import Decimal

from flask_babel import gettext as _
from marshmallow import ValidationError

import i18n
from complaints.intake import LARGEST_AMOUNT

CURRENCIES = (
    "CNY",
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "KRW",
    "HKD",
    "TWD",
    "MOP",
    "SGD",
    "AUD",
    "CAD",
    "CHF",
    "RUB",
    "THB",
    "AED",
    "SAR",
)
UNTOUCHED = "CNY"  # what the forms choose until somebody chooses otherwise
LONGEST = 40
# What people write before or after the figures, and the currencies it may mean.
DOLLARS = frozenset({"USD", "HKD", "TWD", "MOP", "SGD", "AUD", "CAD"})
YUAN = frozenset({"CNY", "HKD", "TWD", "MOP", "SGD"})
MARKS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("人民币", "rmb", "yuan", "块", "块钱"), frozenset({"CNY"})),
    **dict.fromkeys(("元", "元整"), YUAN),
    **dict.fromkeys(("¥", "圆"), frozenset({"CNY", "JPY"})),
    **dict.fromkeys(("円", "日元"), frozenset({"JPY"})),
    **dict.fromkeys(("us$", "美元"), frozenset({"USD"})),
    **dict.fromkeys(("hk$", "港元", "港币"), frozenset({"HKD"})),
    **dict.fromkeys(("nt$", "新台币"), frozenset({"TWD"})),
    **dict.fromkeys(("€", "欧元"), frozenset({"EUR"})),
    **dict.fromkeys(("£", "英镑"), frozenset({"GBP"})),
    **dict.fromkeys(("₩", "韩元"), frozenset({"KRW"})),
    **dict.fromkeys(("₽", "卢布"), frozenset({"RUB"})),
    "฿": frozenset({"THB"}),
    "s$": frozenset({"SGD"}),
    "a$": frozenset({"AUD"}),
    "c$": frozenset({"CAD"}),
    "mop$": frozenset({"MOP"}),
    "$": DOLLARS,
}
LONGEST_FIRST = "|".join(re.escape(mark) for mark in sorted(MARKS, key=len, reverse=True))
AROUND = re.compile(
    f"^(?P<before>{LONGEST_FIRST}|[a-z]{{3}})?(?P<number>.*?)(?P<after>{LONGEST_FIRST}|[a-z]{{3}})?$"
)
NUMBER = re.compile(r"-?(\d{1,30}|\d{1,3}(,\d{3}){1,9})(\.\d{1,6})?")
MYRIAD = "万"


def parse(typed: str, currency: str) -> int:
    """The minor units of `currency` that somebody typed. Raises ValidationError for anything else, and where a
    sign or code beside the figures means another currency.
    """
    number, marks = _taken_apart(typed)
    for mark in marks:
        if currency not in _may_mean(mark):
            raise ValidationError(
                [
                    _(
                        "You wrote “%(mark)s”, but the currency chosen is %(currency)s. Which one do you mean? Please"
                        " choose it beside the amount, or write the figures alone.",
                        mark=mark.upper(),
                        currency=currency,
                    )
                ]
            )
    amount = Decimal(number.rstrip(MYRIAD).replace(",", "")) * (10_000 if number.endswith(MYRIAD) else 1)
    minor = i18n.minor(amount, currency)
    if minor is None:
        raise ValidationError([_("%(currency)s has no coin as small as that.", currency=currency)])
    if minor <= 0:
        raise ValidationError([_("Please give an amount above zero, or leave this empty.")])
    if minor > LARGEST_AMOUNT:
        raise ValidationError([_("This amount is too large to be right. Please look at it once more.")])
    return minor


def currency_of(typed: str, chosen: str) -> str:
    """The currency somebody means who typed a sign that means exactly one, and left the choice beside it untouched."""
    if chosen != UNTOUCHED:
        return chosen
    meant = {next(iter(found)) for mark in _split(typed)[1] if len(found := _may_mean(mark)) == 1}
    return meant.pop() if len(meant) == 1 and meant <= set(CURRENCIES) else chosen


def _taken_apart(typed: str) -> tuple[str, list[str]]:
    """The figures with the commas they were grouped by, and what stands around them."""
    number, marks = _split(typed)
    if len(typed) > LONGEST or not NUMBER.fullmatch(number.removesuffix(MYRIAD)):
        raise ValidationError([_("Please write the amount in figures, for example 1,280.50.")])
    return number, marks


def _split(typed: str) -> tuple[str, list[str]]:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed[:LONGEST])).casefold()
    found = AROUND.match(plain)
    if found is None:
        return plain, []
    return found["number"], [mark for mark in (found["before"], found["after"]) if mark]


def _may_mean(mark: str) -> frozenset[str]:
    """A code of three letters means itself, whether it is known here or not."""
    return MARKS.get(mark) or frozenset({mark.upper()})
