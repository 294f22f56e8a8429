"""What the classifier says of a text, as the row that keeps it."""

from datetime import datetime

import classifier
from models.codes import Industry
from models.suggestion import Suggestion

LONGEST_READ = 4_000  # characters of a text, whenever it is read


def row_of(said: classifier.Suggestion, now: datetime) -> Suggestion:
    """The row that keeps `said` with a complaint, which it does not name yet."""
    return Suggestion(
        model_version=said.model_version,
        industry=Industry(said.industry),
        confidence=said.confidence,
        second=Industry(said.second),
        second_confidence=said.second_confidence,
        issue=said.issue,
        urgency=said.urgency,
        emergency_probability=said.emergency_probability,
        abstained=said.abstained,
        reason=said.reason,
        evidence=[[piece.start, piece.end, piece.weight] for piece in said.evidence],
        at=now,
    )
