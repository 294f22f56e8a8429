"""The sentence for each way the rules can say no."""

from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from complaints.errors import Refused
from i18n import label

SENTENCES: dict[str, LazyString] = {
    "refused": _l("That cannot be done."),
    "unknown": _l("There is nothing here, or it is not yours to see."),
    "not_allowed": _l("You may see this, but doing it is for somebody else."),
    "wrong_status": _l("This cannot be done any more: somebody was quicker, or the complaint has moved on."),
    "invalid": _l("Something here is missing or wrong."),
    "conflict": _l("This would contradict what is already there."),
    "gone": _l("This has run out and cannot be used any more."),
    "required": _l("Please fill this in."),
    "too_long": _l("Please write at most %(most)s characters."),
    "phone_or_email": _l("Please give a telephone number or an e-mail address, so that we can reach you."),
    "in_future": _l("This date lies in the future."),
    "out_of_range": _l("This amount is out of bounds."),
}


def sentence(refusal: Refused) -> str:
    """What to tell the reader. A code without words of its own borrows those of its kind."""
    words = str(SENTENCES.get(refusal.code) or SENTENCES[type(refusal).code])
    return words % {name: _plain(value) for name, value in refusal.facts.items()}


def _plain(value: Any) -> str:
    return str(label(value)) if isinstance(value, StrEnum) else str(value)
