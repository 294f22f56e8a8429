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
LONGEST = 40
AROUND = re.compile(
    r"^(人民币|rmb|[a-z]{3}|us\$|hk\$|nt\$|[¥$€£₩₽])?(?P<number>.*?)(人民币|rmb|yuan|[a-z]{3}|元整?|[圆円]|块钱?|[¥$€£₩₽])?$"
)
NUMBER = re.compile(r"-?(\d{1,30}|\d{1,3}(,\d{3}){1,9})(\.\d{1,6})?")
MYRIAD = "万"


def parse(typed: str, currency: str) -> int:
    """The minor units of `currency` that somebody typed. Raises ValidationError for anything else."""
    number = _number(typed)
    amount = Decimal(number.rstrip(MYRIAD).replace(",", "")) * (10_000 if number.endswith(MYRIAD) else 1)
    minor = i18n.minor(amount, currency)
    if minor is None:
        raise ValidationError([_("%(currency)s has no coin as small as that.", currency=currency)])
    if minor <= 0:
        raise ValidationError([_("Please give an amount above zero, or leave this empty.")])
    if minor > LARGEST_AMOUNT:
        raise ValidationError([_("This amount is too large to be right. Please look at it once more.")])
    return minor


def _number(typed: str) -> str:
    """The figures alone, with the commas they were grouped by."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed[:LONGEST])).casefold()
    found = AROUND.match(plain)
    number = found["number"] if found else plain
    if len(typed) > LONGEST or not NUMBER.fullmatch(number.removesuffix(MYRIAD)):
        raise ValidationError([_("Please write the amount in figures, for example 1,280.50.")])
    return number
