"""What a person said about one text."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Lesson:
    """Industry, issue and urgency as a person named them, and when. `known` are strings in the text that name somebody."""

    text: str = field(repr=False)
    industry: str
    issue: str
    urgency: str
    at: datetime
    is_confirmation: bool = False
    known: tuple[str, ...] = field(default=(), repr=False)
