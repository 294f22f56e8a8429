"""Receipts: random enough never to meet, and checked before anybody looks for them."""

import pytest

from complaints import receipts


def test_a_receipt_holds_fifty_random_bits_and_fits_its_column():
    receipt = receipts.new_receipt()

    assert receipt.startswith("GC")
    assert len(receipt) == 13
    assert set(receipt[2:]) <= set(receipts.ALPHABET)


def test_two_hundred_thousand_receipts_are_all_different():
    assert len({receipts.new_receipt() for _ in range(200_000)}) == 200_000


def test_a_receipt_is_one_however_it_is_typed():
    receipt = receipts.new_receipt()

    for typed in (receipt, receipt.lower(), f" {receipt[:6]}-{receipt[6:]} ", receipt.replace("0", "O")):
        assert receipts.is_receipt(typed)
        assert receipts.normalised(typed) == receipt


def test_a_shorter_one_that_was_given_out_before_is_still_a_receipt():
    assert receipts.is_receipt("GC000000000")


@pytest.mark.parametrize("at", range(2, 12))
def test_one_wrong_sign_is_noticed(at):
    receipt = "GC" + "2" * 10
    receipt += receipts.ALPHABET[2 * sum(range(1, 11)) % 31]
    wrong = receipt[:at] + "7" + receipt[at + 1 :]

    assert receipts.is_receipt(receipt)
    assert not receipts.is_receipt(wrong)


@pytest.mark.parametrize("text", ["", "GC", "G", "C" * 13, "GC" + "1" * 9 + "1", "GC" + "*" * 11, "商" * 13])
def test_what_cannot_be_a_receipt_is_not_one(text):
    assert not receipts.is_receipt(text)
