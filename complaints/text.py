"""Text as the full-text index wants it: one token for each Han character, Latin runs in pieces, phrases kept in order."""

import re
import unicodedata

from models.complaint import Complaint

# One Han (or kana, or hangul) character, or one run of Latin letters, or one run of digits.
TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]|[^\W\d_\u3040-\uffff]+|\d+"
)
# What stands between quotation marks of any kind, or between spaces.
PART = re.compile(r"[\"“”„「『«]([^\"“”„「」『』«»]*)[\"“”」』»]|([^\s\"“”„「」『』«»]+)")
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


def searchable(complaint: Complaint) -> str:
    """What a complaint can be found by: its receipt, its text, the merchant and the order number. No contact data."""
    parts = (complaint.receipt, complaint.body, complaint.merchant_name, complaint.order_no or "")
    return " ".join(tokens(" ".join(parts)))


def clean(text: str) -> str:
    """Typed text without what no text needs: NUL and other control characters, odd line ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in unified if sign in "\n\t" or unicodedata.category(sign) != "Cc")
