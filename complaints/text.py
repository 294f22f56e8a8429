"""Text as search wants it: a token for each Han character and each run of letters or digits, kept in order."""

import re
import unicodedata
import zlib
from collections.abc import Sequence

# One Han (or kana, or hangul) character, or one run of Latin letters, or one run of digits.
TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]|[^\W\d_\u3040-\uffff]+|\d+"
)
# What stands between quotation marks of any kind, or between spaces.
PART = re.compile(r"[\"“”„「『«]([^\"“”„「」『』«»]*)[\"“”」』»]|([^\s\"“”„「」『』«»]+)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MOST_PHRASES = 8
LONGEST_TOKEN = 60
LONGEST_INDEXED = 12_000
GRAMS = 4_096
MOST_PLACES = 100_000


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order: the same for what is stored and what is asked, so that phrases match."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_INDEXED]).casefold()
    return [token[:LONGEST_TOKEN] for token in TOKEN.findall(folded)]


def phrases(typed: str) -> list[list[str]]:
    """What somebody looks for: each part between quotes or spaces, as tokens that must follow each other."""
    parts = (quoted or plain for quoted, plain in PART.findall(unicodedata.normalize("NFKC", typed)))
    return [found for part in parts if (found := tokens(part))][:MOST_PHRASES]


def found_by(receipt: str, body: str, merchant_name: str, order_no: str | None) -> list[str]:
    """The tokens a complaint can be found by. No contact data."""
    return tokens(" ".join((receipt, body, merchant_name, order_no or "")))


def padded(found: Sequence[str]) -> str:
    """Tokens as they are stored and sought: a phrase is a part of the text, and no token is found inside another."""
    return f" {' '.join(found)} "


def grams(found: Sequence[str]) -> list[int]:
    """The numbers under which the index keeps tokens: of each, and of each with its successor.

    There are few Han characters and any text holds the common ones, so that an index of characters finds nearly
    everything and an index of pairs grows without end. Numbered by a hash, pairs share GRAMS places: the index
    stays small enough to be kept in memory, and whatever it finds too much is seen when the text is read.
    """
    if len(_places) > MOST_PLACES:
        _places.clear()
    place = _places.__getitem__
    return sorted({*map(place, found), *map(place, map(str.__add__, found, found[1:]))})


class _Places(dict[str, int]):
    """The number of each gram, remembered: the same ones come again and again."""

    def __missing__(self, gram: str) -> int:
        self[gram] = place = zlib.crc32(gram.encode()) % GRAMS
        return place


_places = _Places()


def clean(text: str) -> str:
    """Typed text without what no text needs: NUL and other control characters, odd line ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", unified)
