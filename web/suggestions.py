"""What the classifier reads in a text: shown while somebody types, kept with the complaint filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

import classifier
from models.codes import Industry, Issue, Urgency
from models.suggestion import Suggestion

MOST_WORDS = 5
LONGEST_READ = 4_000


@dataclass(frozen=True)
class Reading:
    """A suggestion as people see it. `words` are those of the text that decided."""

    industry: Industry
    second: Industry
    issue: Issue
    percent: int
    is_sure: bool
    is_emergency: bool
    words: list[str]


def of(text: str) -> classifier.Suggestion:
    """What the model in use says about `text`; without a model it abstains."""
    return classifier.suggest(text[:LONGEST_READ], current_app.config["MODEL_DIR"])


def of_many(texts: Sequence[str]) -> list[classifier.Suggestion]:
    """`of` for many texts at once, which costs less a text."""
    return classifier.suggest_many([text[:LONGEST_READ] for text in texts], current_app.config["MODEL_DIR"])


def reading(text: str) -> Reading | None:
    """The same for people, or None where there is nothing to say."""
    said = of(text)
    if said.abstained and not said.evidence:
        return None
    return Reading(
        industry=Industry(said.industry),
        second=Industry(said.second),
        issue=Issue(said.issue),
        percent=round(said.confidence * 100),
        is_sure=not said.abstained,
        is_emergency=said.urgency == Urgency.EMERGENCY,
        words=list(dict.fromkeys(piece.words.strip() for piece in said.evidence if piece.words.strip()))[
            :MOST_WORDS
        ],
    )


def row_of(suggestion: classifier.Suggestion, now: datetime) -> Suggestion:
    """The row that keeps `suggestion` with its complaint."""
    return Suggestion(
        model_version=suggestion.model_version,
        industry=Industry(suggestion.industry),
        confidence=suggestion.confidence,
        second=Industry(suggestion.second),
        second_confidence=suggestion.second_confidence,
        issue=suggestion.issue,
        urgency=suggestion.urgency,
        emergency_probability=suggestion.emergency_probability,
        abstained=suggestion.abstained,
        reason=suggestion.reason,
        evidence=[[piece.start, piece.end, piece.weight] for piece in suggestion.evidence],
        at=now,
    )
