"""Text as the full-text index wants it: one token for each Han character, Latin runs in pieces, phrases kept in order."""

import re
import unicodedata

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


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order. The same for what is stored and for what is asked, so that phrases match."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_INDEXED]).casefold()
    return [token[:LONGEST_TOKEN] for token in TOKEN.findall(folded)]


def phrases(typed: str) -> list[str]:
    """What somebody looks for: each part between quotation marks or spaces as the tokens that must follow each other."""
    parts = (quoted or plain for quoted, plain in PART.findall(unicodedata.normalize("NFKC", typed)))
    return [" ".join(found) for part in parts if (found := tokens(part))][:MOST_PHRASES]


def searchable(receipt: str, body: str, merchant_name: str, order_no: str | None) -> str:
    """What a complaint can be found by, as PostgreSQL reads a tsvector in: cheaper than its own parser. No contact data."""
    places: dict[str, list[str]] = {}
    everything = " ".join((receipt, body, merchant_name, order_no or ""))
    for place, token in enumerate(tokens(everything), start=1):
        places.setdefault(token, []).append(str(place))
    return " ".join([f"{token}:{','.join(found)}" for token, found in places.items()])


def clean(text: str) -> str:
    """Typed text without what no text needs: NUL and other control characters, odd line ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", unified)
