"""The city's districts: codes as departments and rules know them, and their words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

NAMES: dict[str, LazyString] = {
    "dongcheng": _l("Dongcheng"),
    "xicheng": _l("Xicheng"),
    "chaoyang": _l("Chaoyang"),
    "fengtai": _l("Fengtai"),
    "shijingshan": _l("Shijingshan"),
    "haidian": _l("Haidian"),
    "mentougou": _l("Mentougou"),
    "fangshan": _l("Fangshan"),
    "tongzhou": _l("Tongzhou"),
    "shunyi": _l("Shunyi"),
    "changping": _l("Changping"),
    "daxing": _l("Daxing"),
    "huairou": _l("Huairou"),
    "pinggu": _l("Pinggu"),
    "miyun": _l("Miyun"),
    "yanqing": _l("Yanqing"),
}


def name(code: str | None) -> str:
    """The words for a district; a code that is not among them is shown as it is."""
    return str(NAMES.get(code or "", code or ""))


def choices() -> list[tuple[str, LazyString]]:
    """Code and words of each, for a list to choose from."""
    return list(NAMES.items())
