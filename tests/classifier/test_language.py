import pytest

from classifier import corpus, derivation, latin
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


def test_the_table_for_latin_letters_answers_as_py3langid_restricted_to_our_languages():
    texts = [example.text for example in corpus.read(corpus.TRAIN) if example.language == "en"][::4]
    texts += [text[: 3 + at % 20] for at, text in enumerate(texts)]
    texts += [
        "ÉTÉ À LA CARTE", "Straße", "El niño rompió el teléfono", "don’t", "ok 谢谢 thanks", "\ud800abc", "ñandú",
        "Ce magasin a fermé sans rembourser", "Der Kellner war unhöflich", "e\u0301te\u0301",
    ]  # fmt: skip
    plain, table = derivation.reference(), latin.table()

    different = [text for text in texts if table.language(text) != plain.classify(text)[0]]

    assert texts
    assert different == []


def test_a_text_without_any_known_sequence_still_gets_a_language():
    assert latin.table().language("") in latin.LANGUAGES
