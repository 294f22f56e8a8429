"""Amounts as people type them."""

import pytest
from marshmallow import ValidationError

from web import amounts
from web.filing_schemas import STEPS


@pytest.fixture(autouse=True)
def reader(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1280", "CNY", 128_000),
        ("1280.5", "CNY", 128_050),
        ("1,280.50", "CNY", 128_050),
        ("1,234,567.89", "CNY", 123_456_789),
        ("¥1280", "CNY", 128_000),
        ("￥１，２８０．５０", "CNY", 128_050),
        ("１２８０元", "CNY", 128_000),
        ("1280元整", "CNY", 128_000),
        ("30块", "CNY", 3_000),
        ("50块钱", "CNY", 5_000),
        ("人民币 1 280", "CNY", 128_000),
        ("RMB 88", "CNY", 8_800),
        ("1.2万", "CNY", 1_200_000),
        ("2万元", "CNY", 2_000_000),
        ("US$20", "USD", 2_000),
        ("20 USD", "USD", 2_000),
        ("€19.99", "EUR", 1_999),
        ("$20", "USD", 2_000),
        ("HK$20", "HKD", 2_000),
        ("20元", "HKD", 2_000),
        ("20美元", "USD", 2_000),
        ("¥1500", "JPY", 1_500),
        ("1500", "JPY", 1_500),
        ("1,500円", "JPY", 1_500),
        ("٣٤", "AED", 3_400),
        ("0.01", "CNY", 1),
        ("100,000,000", "CNY", 10_000_000_000),
    ],
)
def test_it_is_understood(typed, currency, minor):
    assert amounts.parse(typed, currency) == minor


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("abc", "CNY"),
        ("", "CNY"),
        ("-5", "CNY"),
        ("0", "CNY"),
        ("0.00", "CNY"),
        ("1.280,50", "CNY"),
        ("12,5", "CNY"),
        ("1,28,000", "CNY"),
        ("1e9", "CNY"),
        ("1_000", "CNY"),
        ("NaN", "CNY"),
        ("Infinity", "CNY"),
        ("0x10", "CNY"),
        ("1.234", "CNY"),
        ("1.5", "JPY"),
        ("100,000,000.01", "CNY"),
        ("9" * 15, "CNY"),
        ("9" * 50, "CNY"),
        ("9" * 100_000, "CNY"),
        ("=1+1", "CNY"),
        ("五百", "CNY"),
    ],
)
def test_it_is_refused_with_a_sentence(typed, currency):
    with pytest.raises(ValidationError) as refused:
        amounts.parse(typed, currency)

    assert refused.value.messages[0].endswith(".")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-5", "above zero"),
        ("－５元", "above zero"),
        ("9" * 20, "too large"),
        ("9,999,999,999,999,999", "too large"),
    ],
)
def test_a_number_that_cannot_be_right_is_not_called_a_word(typed, words):
    with pytest.raises(ValidationError, match=words):
        amounts.parse(typed, "CNY")


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("$140", "CNY"),
        ("€20", "USD"),
        ("US$20", "HKD"),
        ("20 USD", "EUR"),
        ("¥20", "USD"),
        ("元20", "JPY"),
        ("INR 100", "CNY"),
        ("US$20 EUR", "USD"),
    ],
)
def test_a_sign_of_another_currency_is_asked_about(typed, currency):
    with pytest.raises(ValidationError, match="Which one do you mean"):
        amounts.parse(typed, currency)


@pytest.mark.parametrize(
    ("typed", "chosen", "meant"),
    [
        ("€20", "CNY", "EUR"),
        ("20 £", "CNY", "GBP"),
        ("US$20", "CNY", "USD"),
        ("20usd", "CNY", "USD"),
        ("₩9000", "CNY", "KRW"),
        ("HK$20", "CNY", "HKD"),
        ("$20", "CNY", "CNY"),
        ("20", "CNY", "CNY"),
        ("INR 20", "CNY", "CNY"),
        ("US$20 EUR", "CNY", "CNY"),
        ("€20", "USD", "USD"),
    ],
)
def test_a_sign_that_means_one_currency_chooses_it_where_nobody_chose(typed, chosen, meant):
    assert amounts.currency_of(typed, chosen) == meant


def test_the_form_takes_the_currency_that_was_typed():
    asked = STEPS["ask"].load({"remedies": ["refund"], "amount": "€20"})

    assert (asked["amount"], asked["currency"]) == (2_000, "EUR")


def test_the_form_asks_what_a_lone_dollar_sign_means():
    with pytest.raises(ValidationError) as refused:
        STEPS["ask"].load({"remedies": ["refund"], "amount": "$140"})

    assert "Which one do you mean?" in refused.value.messages["amount"][0]
