"""What the columns of an import are called and how their cells are read. Names in Chinese or English, in any order."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from marshmallow import ValidationError

import i18n
from cli.csv_files import REMARKS, bare
from complaints import merchants
from complaints.errors import Invalid
from complaints.intake import LONGEST_BODY
from complaints.text import clean
from models.codes import Industry
from web import amounts, districts, filing_schemas, refusals

NAMES: dict[str, tuple[str, ...]] = {
    "text": ("投诉内容", "内容", "投诉事由", "诉求内容", "反映内容", "工单内容"),
    "merchant_name": ("商家名称", "商家", "被投诉方", "被投诉方名称", "被投诉企业", "企业名称", "经营者名称"),
    "licence_no": ("统一社会信用代码", "社会信用代码", "信用代码"),
    "merchant_address": ("商家地址", "经营地址", "被投诉方地址"),
    "district": ("区县", "所属区县", "所属区", "行政区划"),
    "name": ("姓名", "投诉人", "投诉人姓名", "消费者姓名"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码"),
    "email": ("邮箱", "电子邮箱", "电子邮件"),
    "amount": ("金额", "涉及金额", "涉诉金额", "争议金额"),
    "currency": ("币种", "货币"),
    "happened_on": ("发生日期", "事发日期", "事发时间", "消费日期"),
    "order_no": ("订单号", "订单编号"),
    "ref": ("工单编号", "工单号", "登记编号", "编号"),
    "industry": ("行业", "行业类别"),
    "opts_in": ("绿色通道", "同意绿色通道"),
}
FIELDS = {name.casefold(): field for field, others in NAMES.items() for name in (field, *others)}
# The names of the rules' fields, where the column is called otherwise.
COLUMNS = {"body": "text", "source_ref": "ref"}
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?!\d)")
MOBILE = re.compile(r"1[3-9]\d{9}")
YES, NO = (
    frozenset({"1", "y", "yes", "true", "是", "同意"}),
    frozenset({"0", "n", "no", "false", "否", "不同意"}),
)

REFUSALS = (Invalid, ValidationError, ValueError)

Given = dict[str, Any]


class WrongColumns(ValueError):
    """The header cannot be worked with; the message says why."""


class Fault(Exception):
    """A row that cannot be taken, in a sentence that names the column."""


class Header:
    """Which cell is which field. Raises WrongColumns for a header without the two columns that must be there."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = [cell.strip() for cell in cells]
        while self.cells and not self.cells[-1]:
            self.cells.pop()
        self.width = len(self.cells)
        if tuple(self.cells[-len(REMARKS) :]) == REMARKS:  # rejects that were corrected
            del self.cells[-len(REMARKS) :]
        self.places: dict[str, int] = {}
        for at, cell in enumerate(self.cells):
            field = FIELDS.get(cell.casefold())
            if field in self.places:
                raise WrongColumns(f"Two columns mean {field}: {self.title(field)} and {cell}.")
            if field is not None:
                self.places[field] = at
        if "text" not in self.places or not {"merchant_name", "licence_no"} & set(self.places):
            raise WrongColumns(
                "The first row must name a column text 投诉内容 and one merchant_name 商家名称 or licence_no"
                f" 统一社会信用代码; it names: {', '.join(self.cells)[:200]}"
            )

    @property
    def unknown(self) -> list[str]:
        """The columns that mean nothing here."""
        return [cell for at, cell in enumerate(self.cells) if at not in self.places.values()]

    def title(self, field: str) -> str:
        """What the file itself calls a field."""
        place = self.places.get(COLUMNS.get(field, field))
        return field if place is None else self.cells[place]

    def given(self, cells: Sequence[str]) -> Given:
        """The values of a row, by field. Raises Fault with a sentence for the first cell that makes no sense."""
        typed = {field: clean(bare(cells[at].strip())).strip() for field, at in self.places.items()}
        values: Given = {}
        at = ""
        try:
            for at, read in READERS.items():
                values[at] = read(typed[at]) if typed.get(at) else None
            at = "amount"
            values[at] = _amount(typed.get(at), values["currency"])
        except REFUSALS as error:
            raise self.fault(error, at) from error
        values["ref"] = values["ref"] or _fingerprint(typed)
        return values

    def fault(self, error: Exception, field: str = "") -> "Fault":
        """Whatever refused a value, in a sentence that names its column."""
        if isinstance(error, Invalid):
            return Fault(f"{self.title(error.field)}: {refusals.sentence(error)}")
        told = error.messages if isinstance(error, ValidationError) else error.args[:1]
        return Fault(f"{self.title(field)}: {' '.join(map(str, told))}")


def _fingerprint(typed: dict[str, str]) -> str:
    """What stands for a row without a number of its own: the same for the same content."""
    content = "\x1f".join(f"{field}={typed[field]}" for field in sorted(typed) if typed[field])
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()[:40]}"


def _words(field: str, most: int) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if len(typed) > most:
            raise Invalid(field, "too_long", most=most)
        return typed

    return read


def _licence_no(typed: str) -> str:
    if not merchants.is_licence_no(typed):
        raise Invalid("licence_no", "not_a_licence")
    return merchants.licence_no(typed)


def _phone(typed: str) -> str:
    return typed if MOBILE.fullmatch(typed) else filing_schemas.phone(typed)


def _day(typed: str) -> date:
    found = DAY.match(typed)
    try:
        year, *rest = (int(part) for part in found.groups() if part) if found else (0,)
        day = date(year, *rest)
    except (ValueError, TypeError):
        raise ValueError(_("Please give a date, for example 2026-11-03.")) from None
    if day < filing_schemas.EARLIEST:
        raise ValueError(_("This date is too long ago to be right."))
    return day


def _currency(typed: str) -> str:
    code = CURRENCY_WORDS.get(typed, typed.upper())
    if code not in amounts.CURRENCIES:
        raise ValueError(_("This currency is not known. Please write its code, for example CNY."))
    return code


def _amount(typed: str | None, currency: str | None) -> int | None:
    return amounts.parse(typed, currency or "CNY") if typed else None


def _district(typed: str) -> str:
    code = DISTRICT_WORDS.codes.get(_folded(typed))
    if code is None:
        raise ValueError(_("This district is not known."))
    return code


def _industry(typed: str) -> Industry:
    code = INDUSTRY_WORDS.codes.get(_folded(typed))
    if code is None:
        raise ValueError(_("This industry is not known. Leave the cell empty and it is found from the text."))
    return Industry(code)


def _yes(typed: str) -> bool:
    if typed.casefold() not in YES | NO:
        raise ValueError(_("Please write yes or no."))
    return typed.casefold() in YES


def _folded(typed: str) -> str:
    return typed.casefold().removesuffix("区").removesuffix("district").strip()


class Words:
    """Codes by the words people use for them, in every language of the pages, and by the code itself."""

    def __init__(self, words: Callable[[], dict[str, Any]]) -> None:
        self._words = words

    @cached_property
    def codes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for language in ("zh_Hans_CN", "en"):
            with force_locale(language):
                found |= {_folded(str(words)): code for code, words in self._words().items()}
        return found | {code: code for code in found.values()}


DISTRICT_WORDS = Words(lambda: dict(districts.NAMES))
INDUSTRY_WORDS = Words(lambda: {code.value: i18n.label(code) for code in Industry})
CURRENCY_WORDS = {
    "元": "CNY",
    "人民币": "CNY",
    "rmb": "CNY",
    "RMB": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "港币": "HKD",
}
READERS: dict[str, Callable[[str], Any]] = {
    "text": _words("text", LONGEST_BODY),
    "merchant_name": _words("merchant_name", 160),
    "licence_no": _licence_no,
    "merchant_address": _words("merchant_address", 200),
    "district": _district,
    "name": _words("name", 80),
    "phone": _phone,
    "email": filing_schemas.email,
    "currency": _currency,
    "happened_on": _day,
    "order_no": _words("order_no", 80),
    "ref": _words("ref", 80),
    "industry": _industry,
    "opts_in": _yes,
}
