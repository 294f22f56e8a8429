"""What the classifier reads in a text: shown while somebody types, kept with the complaint filed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo

import classifier
from classifier import ModelMissing
from jobs.reading import LONGEST_READ
from models.codes import Industry, Issue, Urgency

log = logging.getLogger(__name__)

MOST_WORDS = 5


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


@dataclass(frozen=True)
class Answer:
    """Trouble or urgency as the model in use reads it, its second choice, and the words that speak for the first."""

    code: Issue | Urgency
    confidence: float
    second: Issue | Urgency
    second_confidence: float
    words: list[str]


def init_app(app: Flask) -> None:
    """Say when the service starts, and not only at the first complaint, that there is no model to read with.

    Everything goes on: each complaint is then left to a person. Commands are spared it, since one of them makes a model.
    """
    command = click.get_current_context(silent=True)
    if command is not None and command.find_object(ScriptInfo) is not None:
        return
    place = Path(app.config["MODEL_DIR"])
    try:
        version = (place / "current").read_text(encoding="utf-8").strip()
        (place / version / "model.json").stat()
    except (OSError, UnicodeDecodeError):
        log.error("Every complaint goes to a person. %s", ModelMissing(place))


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
        words=_words(said.evidence),
    )


def sounds_dangerous(text: str) -> bool:
    """Whether it goes to the authority at once although nobody named a danger, as `intake.hazards_of` decides."""
    return of(text).urgency == Urgency.EMERGENCY


def answers(text: str) -> tuple[str, list[Answer]]:
    """Trouble and urgency, which are kept without their reasons, read anew: by which model, and what it says if anything."""
    said = of(text)
    if said.abstained and not said.evidence:
        return said.model_version, []
    issue = Answer(
        Issue(said.issue),
        said.issue_confidence,
        Issue(said.issue_second),
        said.issue_second_confidence,
        _words(said.issue_evidence),
    )
    urgency = Answer(
        Urgency(said.urgency),
        said.urgency_confidence,
        Urgency(said.urgency_second),
        said.urgency_second_confidence,
        _words(said.urgency_evidence),
    )
    return said.model_version, [issue, urgency]


def _words(evidence: Sequence[classifier.Evidence]) -> list[str]:
    """The strongest words of a reading, each once."""
    found = (piece.words.strip() for piece in evidence)
    return list(dict.fromkeys(word for word in found if word))[:MOST_WORDS]
