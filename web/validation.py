"""What is wrong with a form, field by field and in the reader's language, and the way back to it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import g
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

Messages = dict[str, list[str]]

# marshmallow's own sentences, with the places it fills in, and what we say instead.
SENTENCES: dict[str, LazyString] = {
    "Missing data for required field.": _l("Please fill this in."),
    "Field may not be null.": _l("Please fill this in."),
    "Invalid value.": _l("This does not have the right form."),
    "Invalid type.": _l("This does not have the right form."),
    "Invalid input.": _l("This cannot be used here."),
    "Invalid JSON body.": _l("This is not JSON that can be read."),
    "Invalid input type.": _l("This does not have the right form."),
    "Unknown field.": _l("This field is not known here."),
    "Not a valid string.": _l("This is not text."),
    "Not a valid utf-8 string.": _l("This text cannot be read."),
    "Not a valid integer.": _l("Please give a whole number."),
    "Not a valid number.": _l("Please give a number."),
    "Number too large.": _l("This number is too large."),
    "Special numeric values (nan or infinity) are not permitted.": _l("Please give a number."),
    "Not a valid boolean.": _l("Please choose yes or no."),
    "Not a valid date.": _l("Please give a date, for example 2026-05-31."),
    "Not a valid time.": _l("Please give a time, for example 14:30."),
    "Not a valid datetime.": _l("Please give a date and a time."),
    "Not a valid email address.": _l("Please give an e-mail address, for example name@example.com."),
    "Not a valid URL.": _l("Please give a web address."),
    "Not a valid list.": _l("Please give a list."),
    "Must be one of: {choices}.": _l("Please choose one from the list."),
    "One or more of the choices you made was not in: {choices}.": _l("Please choose only from the list."),
    "String does not match expected pattern.": _l("This does not have the right form."),
    "Shorter than minimum length {min}.": _l("Please write at least %(min)s characters."),
    "Longer than maximum length {max}.": _l("Please write at most %(max)s characters."),
    "Length must be between {min} and {max}.": _l("Please write between %(min)s and %(max)s characters."),
    "Length must be {equal}.": _l("Please write exactly %(equal)s characters."),
    "Must be greater than or equal to {min} and less than or equal to {max}.": _l(
        "This must lie between %(min)s and %(max)s."
    ),
    "Must be greater than or equal to {min}.": _l("This must not be less than %(min)s."),
    "Must be less than or equal to {max}.": _l("This must not be more than %(max)s."),
    "Must be greater than {min}.": _l("This must be more than %(min)s."),
    "Must be less than {max}.": _l("This must be less than %(max)s."),
    "Must be equal to {other}.": _l("The two do not agree."),
}
PATTERNS = [
    (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(said))), ours)
    for said, ours in SENTENCES.items()
]


def form_again(render: Callable[[Messages], str]) -> None:
    """Say how to show this request's form once more. A refusal of what was typed then brings it back, filled.

    Call it before loading the schema: `render` gets {field: [sentence]} and answers with the page.
    """
    g.form_again = render


def sentences(messages: Any) -> Messages:
    """marshmallow's messages as {field: [sentence]} in the reader's language; a dot joins nested fields."""
    flat: Messages = {}
    for name, said in _flat(messages if isinstance(messages, Mapping) else {"_schema": messages}):
        sentence = _translated(said)
        if sentence not in flat.setdefault(name, []):
            flat[name].append(sentence)
    return flat


def _flat(messages: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            # The place in a list is not a field of the form.
            inner = name if isinstance(key, int) else f"{name}.{key}".lstrip(".")
            yield from _flat(below, inner)
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from _flat(message, name)
    else:
        yield name, str(messages)


def _translated(said: str) -> str:
    for pattern, ours in PATTERNS:
        found = pattern.fullmatch(said)
        if found:
            return str(ours) % found.groupdict()
    return _(said)  # a schema's own sentence, which the catalogue knows where the schema wrote it with _l
