"""Finding merchants by what people type: a piece of the name, its pinyin or initials, or the licence number.

A merchant keeps every gram of its names in one array with a GIN index. Pinyin is spelt out by the edge.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from models.codes import Membership
from models.organisations import Merchant

# GB 32100-2015: no I, O, S, V or Z, and weights that are the powers of three modulo 31.
LICENCE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LICENCE_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LICENCE_LENGTH = 18

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
RUN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|[^\W_\u3040-\uffff]+"
)
LONGEST_QUERY = 60
LONGEST_START = 16
START = "^"  # marks a gram that begins a name, which ranks before one from its middle
MOST_READINGS = 8

Readings = Sequence[Sequence[str]]


def is_licence_no(text: str) -> bool:
    """Whether `text` is a unified social credit code 统一社会信用代码 whose last sign checks the others."""
    code = licence_no(text)
    if len(code) != LICENCE_LENGTH or any(sign not in LICENCE_SIGNS for sign in code):
        return False
    total = sum(
        LICENCE_SIGNS.index(sign) * weight for sign, weight in zip(code, LICENCE_WEIGHTS, strict=False)
    )
    return LICENCE_SIGNS[-total % 31] == code[-1]


def licence_no(text: str) -> str:
    """The code as it is stored, whatever spaces, dashes, width or case it was typed with."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def make_findable(merchant: Merchant, readings: Readings = ()) -> None:
    """Fill what `merchant` is found by. `readings` are the ways to spell each sign of its name."""
    merchant.search = sorted(_grams_of(merchant, readings))


def search(session: Session, typed: str, *, limit: int = 8) -> list[Merchant]:
    """The merchants `typed` may mean, likeliest first; none for less than one Han or two other signs."""
    folded, grams = fold(typed), _asked(typed)
    if not grams:
        return []
    found = (
        select(Merchant)
        .where(Merchant.search.contains(grams))
        .order_by(_rank(folded), _members_first(), func.length(Merchant.name), Merchant.name, Merchant.id)
        .limit(limit)
    )
    return list(session.scalars(found))


def exact(session: Session, typed: str) -> Merchant | None:
    """The one merchant whose whole name or licence number was typed; none where two are called alike."""
    folded = fold(typed)
    alike = [
        found
        for found in search(session, typed, limit=3)
        if fold(found.name) == folded or found.licence_no == licence_no(typed)
    ]
    return alike[0] if len(alike) == 1 else None


def fold(text: str) -> str:
    """Names as they are compared: one width, one case, signs and spaces left out."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    return RUN.findall(unicodedata.normalize("NFKC", text[:LONGEST_QUERY]).casefold())


def _asked(typed: str) -> list[str]:
    """The grams a merchant must hold: pairs of Han characters, threes of other signs, or the little typed."""
    grams: set[str] = set()
    for run in (run for word in _words(typed) for run in _runs(word)):
        size = _size(run)
        if len(run) >= _least(run):
            grams |= {run[at : at + size] for at in range(max(1, len(run) - size + 1))}
    return sorted(grams)


def _runs(folded: str) -> list[str]:
    """Stretches of Han and stretches of anything else."""
    return re.findall(rf"(?:{HAN.pattern})+|(?:(?!{HAN.pattern}).)+", folded)


def _size(run: str) -> int:
    return 2 if HAN.match(run) else 3


def _least(run: str) -> int:
    """A single Latin sign finds nothing, so it is neither kept nor asked for."""
    return 1 if HAN.match(run) else 2


def _grams_of(merchant: Merchant, readings: Readings) -> set[str]:
    grams: set[str] = set()
    for name in (merchant.name, merchant.name_en or "", merchant.licence_no or ""):
        folded = fold(name)
        grams |= _starts(folded)
        for run in _runs(folded):
            grams |= _pieces(run)
    for spelt in _spellings(readings):
        grams |= _pieces(spelt) | _starts(spelt)
    return grams


def _pieces(run: str) -> set[str]:
    """Every piece of up to the size that is asked for."""
    lengths = range(_least(run), _size(run) + 1)
    return {run[at : at + length] for length in lengths for at in range(len(run) - length + 1)}


def _starts(text: str) -> set[str]:
    return {START + text[:length] for length in range(1, min(len(text), LONGEST_START) + 1)}


def _spellings(readings: Readings) -> Iterable[str]:
    """The name in pinyin and in initials, once for each way it may be read, within reason."""
    ways: list[tuple[str, ...]] = [()]
    for choices in readings:
        if not choices:
            continue
        kept = choices if len(ways) * len(choices) <= MOST_READINGS else choices[:1]
        ways = [(*way, reading) for way in ways for reading in kept]
    for way in ways:
        yield "".join(way)
        yield "".join(reading[:1] for reading in way)


def _rank(folded: str) -> ColumnElement[int]:
    """The whole name or number, then a beginning, then anywhere in the middle."""
    return case(
        (or_(func.lower(Merchant.name) == folded, Merchant.licence_no == folded.upper()), 0),
        (Merchant.search.contains([START + folded[:LONGEST_START]]), 1),
        else_=2,
    )


def _members_first() -> ColumnElement[int]:
    return case((Merchant.membership == Membership.MEMBER, 0), else_=1)
