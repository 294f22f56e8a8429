import pytest

from classifier.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("健身房关门，不退钱", "zh_Hans"),
        ("健身房關門，不退錢", "zh_Hant"),
        ("我在Taobao买的headphones坏了", "zh_Hans"),
        ("My landlord 房东 will not return the deposit", "en"),
        ("The gym closed and nobody answers the phone", "en"),
        ("refund please", "en"),
        ("Das Paket ist beschädigt angekommen und niemand antwortet", "de"),
        ("El restaurante cobró dos veces la cuenta", "es"),
        ("Le restaurant nous a facturé deux fois", "fr"),
        ("レストランで食べた後、お腹を壊しました", "ja"),
        ("返品したいのに対応してくれない", "ja"),
        ("식당에서 머리카락이 나왔어요", "ko"),
        ("В ресторане нас обсчитали", "ru"),
        ("المطعم أخذ مالا أكثر", "ar"),
        ("", "und"),
        ("12345 !!!", "und"),
        ("😀", "und"),
        ("\x00", "und"),
    ],
)
def test_the_language_is_told_by_letters(text, language):
    assert identify(text) == language
