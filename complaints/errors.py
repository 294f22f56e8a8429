"""Refusals: the rules say no. Each kind has a code; words and status codes belong to the edges."""

from typing import Any


class Refused(Exception):
    """The rules say no. `code` names why; `facts` are plain values a sentence may need."""

    code = "refused"

    def __init__(self, code: str = "", **facts: Any) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.facts = facts


class Unknown(Refused):
    """It does not exist, or not for this reader: the two are told apart by nobody."""

    code = "unknown"


class NotAllowed(Refused):
    """The reader may see it and may not do this."""

    code = "not_allowed"


class WrongStatus(Refused):
    """The complaint is not where this can be done; perhaps somebody was quicker."""

    code = "wrong_status"


class Invalid(Refused):
    """Something given is missing or out of bounds. `field` names it."""

    code = "invalid"

    def __init__(self, field: str, code: str = "", **facts: Any) -> None:
        super().__init__(code, **facts)
        self.field = field


class Conflict(Refused):
    """It would contradict what is already there: a second open offer, the same key with another body."""

    code = "conflict"


class Gone(Refused):
    """It existed and has run out: an offer, an invitation, a secret."""

    code = "gone"
