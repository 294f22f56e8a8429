"""Count once an hour how the classifier's readings stand, and say so in the log where they call for somebody."""

import logging
from datetime import UTC, date, datetime

from sqlalchemy.dialects.postgresql import insert

import classifier
from complaints import drift, readings
from complaints.deadlines import LAW_ZONE
from models import db
from models.learning import VocabularyDay

log = logging.getLogger(__name__)


def count() -> dict[str, int]:
    """Bring the counts up to date: how many rows, and how many days of words. Repeatable, on any number of machines."""
    session, today = db.session(), datetime.now(UTC).astimezone(LAW_ZONE).date()
    rows = readings.roll_up(session, today)
    session.commit()
    days = readings.days_without_words(session, today)
    for day in days:
        _count_words(day)
        session.commit()
    if days:  # once a day, then, and not every hour
        _speak_up(today)
    session.rollback()
    return {"rows": rows, "days": len(days)}


def alerts(today: date) -> list[drift.Alert]:
    """What calls for somebody by the last count."""
    session = db.session()
    cells, vocabulary = readings.cells(session, today), readings.vocabulary(session, today)
    return drift.alerts(cells, vocabulary, readings.words(session, today))


def _count_words(day: date) -> None:
    session = db.session()
    words = classifier.words_of(readings.sample(session, day))
    row = {
        "day": day,
        "texts": words.texts,
        "words": words.words,
        "unknown": words.unknown,
        "usual": classifier.usual_share_of_unknown_words(),
        "new_words": words.new_words,
    }
    session.execute(insert(VocabularyDay).values(row).on_conflict_do_nothing(index_elements=["day"]))


def _speak_up(today: date) -> None:
    for alert in alerts(today):
        log.warning(
            "the classifier calls for somebody",
            extra={
                "sign": str(alert.sign),
                "industry": str(alert.industry or ""),
                "value": round(alert.value, 3),
                "bound": round(alert.bound, 3),
            },
        )
