"""Words for codes, and amounts, dates and lengths of time as people read them.

Pages and notices both use it; tables and rules never do. Everything here speaks the language of the reader
at hand: the request's, or the one a notice is written in (flask_babel.force_locale).
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import get_currency_precision
from flask_babel import (
    LazyString,
    format_currency,
    format_date,
    format_datetime,
    format_percent,
    get_locale,
    get_timezone,
    ngettext,
    to_user_timezone,
)
from flask_babel import gettext as _

from models import codes
from models.codes import Unit
from words import LABELS, LEVELS

LANGUAGES = {"zh_Hans_CN": "简体中文", "en": "English"}
DEFAULT_LANGUAGE = "zh_Hans_CN"

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Up to two hours people reckon in minutes, up to two days in hours, beyond that in days.
MINUTES_UNTIL = 2 * HOUR
HOURS_UNTIL = 2 * DAY
SMALL_SHARE = 0.1
# A currency without a sign of its own stands before its amount as letters: KWD 1.234.
LETTER_THEN_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


def label(code: StrEnum) -> LazyString:
    """The words for a code. Codes of two kinds may be spelt alike, so the kind decides first."""
    return LABELS[type(code)][code]


def words(value: str, kind: str) -> LazyString:
    """The words for a code kept as plain text, such as one of a list: words("refund", "Remedy")."""
    return label(getattr(codes, kind)(value))


def level(number: int) -> LazyString:
    """Who owns a complaint on this rung of the ladder."""
    return LEVELS[number]


def choices(kind: type[StrEnum], among: Iterable[StrEnum] | None = None) -> list[tuple[str, LazyString]]:
    """Value and words of each code, for a list to choose from."""
    return [(code.value, label(code)) for code in (kind if among is None else among)]


def local(thing: Any, attribute: str) -> str:
    """What `thing` is called in the reader's language, where both are columns: name_zh and name_en."""
    language = get_locale().language
    return getattr(thing, f"{attribute}_{'zh' if language == 'zh' else 'en'}")


def language_name(code: str) -> str:
    """What a language is called in the reader's own: ja is 日语 or Japanese."""
    return Locale.parse(code).get_display_name(get_locale()) or code


def language_tag() -> str:
    """The language of this page as HTML wants it: zh-Hans-CN, en."""
    return str(get_locale()).replace("_", "-")


def direction() -> str:
    """ltr, or rtl."""
    return get_locale().text_direction


def money(minor: int | None, currency: str | None) -> str:
    """An amount in minor units of `currency` (ISO 4217) as people write it; nothing where there is none."""
    if minor is None or currency is None:
        return ""
    return LETTER_THEN_DIGIT.sub("\N{NO-BREAK SPACE}", format_currency(major(minor, currency), currency))


def major(minor: int, currency: str) -> Decimal:
    """Minor units in the units people write: 12345 fen are 123.45 yuan, 12345 yen stay 12345."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def minor(amount: Decimal, currency: str) -> int | None:
    """Back again; None where `amount` is finer than the currency's smallest coin."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled) if scaled == scaled.to_integral_value() else None


def percent(share: float | None) -> str:
    """A share as people write it, small ones with a decimal; a dash where there is none."""
    return "–" if share is None else str(format_percent(share, "0%" if share >= SMALL_SHARE else "0.#%"))


def day(on: date) -> str:
    """A date in full, with its weekday left out."""
    return format_date(on, "long", rebase=False)


def short_day(on: date) -> str:
    """A date of these months: its day and month alone."""
    return format_skeleton("MMMd", on, locale=get_locale())


def instant(at: datetime) -> str:
    """An instant to the minute in the reader's zone. Readers outside China are told which zone that is."""
    return _written(at, "HH:mm")


def due(at: datetime) -> str:
    """An instant by which something must be done. Midnight is told as the end of the day that may be used: 24:00."""
    ends_a_day = to_user_timezone(at).time() == time.min
    return _written(at - MINUTE, "'24:00'") if ends_a_day else instant(at)


def _written(at: datetime, hour: str) -> str:
    pattern = f"yyyy年M月d日 {hour}" if get_locale().language == "zh" else f"d MMM yyyy, {hour}"
    written = format_datetime(at, pattern)
    zone = get_timezone()
    return written if str(zone) == "Asia/Shanghai" else f"{written} ({format_datetime(at, 'ZZZZ')})"


def duration(number: int, unit: Unit) -> str:
    """An allowance of time: 7 working days."""
    return LENGTHS[unit](number)


def length(span: timedelta) -> str:
    """A stretch of time in one unit, rounded down so that nobody is promised more than there is."""
    if span < MINUTES_UNTIL:
        return duration(max(1, span // MINUTE), Unit.MINUTES)
    if span < HOURS_UNTIL:
        return duration(span // HOUR, Unit.HOURS)
    return ngettext("%(num)d day", "%(num)d days", span // DAY)


def until(due_at: datetime, now: datetime) -> str:
    """How far off a due instant is: in 3 hours, overdue by 2 days."""
    if due_at <= now:
        return _("overdue by %(length)s", length=length(now - due_at))
    return _("in %(length)s", length=length(due_at - now))


def since(at: datetime, now: datetime) -> str:
    """How long ago something happened."""
    if now - at < MINUTE:
        return _("just now")
    return _("%(length)s ago", length=length(now - at))


LENGTHS = {
    Unit.MINUTES: lambda number: ngettext("%(num)d minute", "%(num)d minutes", number),
    Unit.HOURS: lambda number: ngettext("%(num)d hour", "%(num)d hours", number),
    Unit.WORKING_HOURS: lambda number: ngettext("%(num)d working hour", "%(num)d working hours", number),
    Unit.WORKING_DAYS: lambda number: ngettext("%(num)d working day", "%(num)d working days", number),
    Unit.CALENDAR_DAYS: lambda number: ngettext("%(num)d calendar day", "%(num)d calendar days", number),
    Unit.MONTHS: lambda number: ngettext("%(num)d month", "%(num)d months", number),
    Unit.YEARS: lambda number: ngettext("%(num)d year", "%(num)d years", number),
}
