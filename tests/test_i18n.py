"""Words for every code, whole catalogues, and amounts and times as people read them."""

import inspect
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from flask_babel import force_locale

import i18n
from models import codes
from models.codes import Industry, Issue, Outcome, Remedy, Status, Unit
from words import LABELS, LEVELS

ROOT = Path(__file__).resolve().parent.parent
KINDS = [kind for _, kind in inspect.getmembers(codes, inspect.isclass) if issubclass(kind, StrEnum)]
KINDS.remove(StrEnum)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(params=["zh_Hans_CN", "en"])
def language(app, request):
    with app.test_request_context(), force_locale(request.param):
        yield request.param


@pytest.fixture
def in_chinese(app):
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        yield


@pytest.fixture
def in_english(app):
    with app.test_request_context(), force_locale("en"):
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_has_words(kind):
    assert set(LABELS[kind]) == set(kind)
    assert len(LABELS[kind]) == len(list(kind))


def test_no_words_are_kept_for_codes_that_are_gone():
    assert set(LABELS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_one_kind_differ_from_each_other(language, kind):
    words = [str(i18n.label(code)) for code in kind]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("kind", KINDS)
def test_in_chinese_no_code_is_left_in_english(in_chinese, kind):
    for code in kind:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in str(i18n.label(code))), code


def test_codes_spelt_alike_keep_their_own_words(in_english):
    assert Status.WITHDRAWN == Outcome.WITHDRAWN
    assert i18n.label(Status.WITHDRAWN) == "Withdrawn"
    assert i18n.label(Outcome.WITHDRAWN) == "Withdrawn by the consumer"
    assert i18n.label(Issue.OTHER) != i18n.label(Industry.OTHER)


def test_each_rung_of_the_ladder_has_words(language):
    assert len(LEVELS) == 6
    assert len({str(i18n.level(number)) for number in range(6)}) == 6


def test_a_code_kept_as_text_finds_its_words(in_chinese):
    assert i18n.words("refund", "Remedy") == i18n.label(Remedy.REFUND) == "退款"


def test_choices_are_values_with_words(in_chinese):
    assert i18n.choices(Industry)[0] == ("housekeeping", "家政")
    assert [value for value, _ in i18n.choices(Remedy, (Remedy.REPAIR, Remedy.REDO))] == ["repair", "redo"]


def test_the_catalogues_are_whole():
    """Every sentence of code and templates is in each language, with the same places to fill in."""
    checked = subprocess.run(
        [sys.executable, "setup/catalogues.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", sorted(ROOT.glob("translations/*/LC_MESSAGES/messages.po")), ids=str)
def test_every_sentence_can_be_filled_in(path):
    """A lone per cent sign would break a template in the one language that has it."""
    with path.open("rb") as file:
        for message in read_po(file):
            for form in [message.string] if isinstance(message.string, str) else message.string:
                assert not re.search(r"%(?!\(\w+\)[sd])", form.replace("%%", ""))


@pytest.mark.parametrize(
    ("minor", "currency", "english"),
    [
        (123_45, "CNY", "CN¥123.45"),
        (0, "CNY", "CN¥0.00"),
        (12_345, "JPY", "¥12,345"),
        (1_000_00, "USD", "$1,000.00"),
        (1_234, "KWD", "KWD\xa01.234"),
        (None, None, ""),
    ],
)
def test_amounts_are_written_with_their_currency(in_english, minor, currency, english):
    assert i18n.money(minor, currency) == english


def test_amounts_in_chinese(in_chinese):
    assert i18n.money(360_000, "CNY") == "¥3,600.00"


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [("123.45", "CNY", 12_345), ("12345", "JPY", 12_345), ("0.001", "CNY", None), ("1.5", "JPY", None)],
)
def test_an_amount_finer_than_the_smallest_coin_is_none(written, currency, minor):
    assert i18n.minor(Decimal(written), currency) == minor
    if minor is not None:
        assert i18n.major(minor, currency) == Decimal(written)


@pytest.mark.parametrize(
    ("away", "chinese"),
    [
        (timedelta(minutes=1), "还剩 1 分钟"),
        (timedelta(minutes=59, seconds=59), "还剩 59 分钟"),
        (timedelta(hours=1, minutes=59), "还剩 119 分钟"),
        (timedelta(hours=2), "还剩 2 小时"),
        (timedelta(hours=47), "还剩 47 小时"),
        (timedelta(days=2), "还剩 2 天"),
        (timedelta(seconds=10), "还剩 1 分钟"),
        (timedelta(0), "已逾期 1 分钟"),
        (-timedelta(days=2, hours=5), "已逾期 2 天"),
    ],
    ids=str,
)
def test_how_far_off_a_due_instant_is(in_chinese, away, chinese):
    assert i18n.until(NOW + away, NOW) == chinese


def test_english_knows_one_and_many(in_english):
    assert i18n.until(NOW + timedelta(minutes=1), NOW) == "in 1 minute"
    assert i18n.until(NOW + timedelta(hours=3), NOW) == "in 3 hours"
    assert i18n.until(NOW - timedelta(days=2), NOW) == "overdue by 2 days"
    assert i18n.since(NOW - timedelta(days=3), NOW) == "3 days ago"
    assert i18n.since(NOW, NOW) == "just now"
    assert i18n.duration(1, Unit.WORKING_DAYS) == "1 working day"


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_has_a_length(language, unit):
    assert "7" in i18n.duration(7, unit)


def test_instants_are_told_in_the_zone_of_the_reader(in_chinese):
    assert i18n.instant(NOW) == "2026年11月23日 18:00"


def test_what_must_be_done_by_midnight_is_due_at_the_end_of_the_day_before(language):
    midnight_in_the_city = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)

    assert i18n.due(midnight_in_the_city) in ("2026年12月1日 24:00", "1 Dec 2026, 24:00")
    assert i18n.due(NOW) == i18n.instant(NOW)


def test_readers_elsewhere_are_told_which_zone_is_meant(app, monkeypatch):
    monkeypatch.setattr(app.extensions["babel"], "timezone_selector", lambda: "Europe/Berlin")
    with app.test_request_context(), force_locale("en"):
        assert i18n.instant(NOW) == "23 Nov 2026, 11:00 (GMT+01:00)"


def test_dates_stay_the_day_they_are(in_chinese):
    assert i18n.day(date(2026, 11, 23)) == "2026年11月23日"


def test_names_in_two_columns_follow_the_reader(app):
    office = SimpleNamespace(name_zh="市商务局", name_en="Municipal Commerce Bureau")
    with app.test_request_context():
        with force_locale("zh_Hans_CN"):
            assert i18n.local(office, "name") == "市商务局"
        with force_locale("en"):
            assert i18n.local(office, "name") == "Municipal Commerce Bureau"
