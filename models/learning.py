"""What is counted day by day about the classifier, so that its page need not read every complaint."""

from datetime import date
from typing import Any

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigId, db
from models.codes import Industry
from models.columns import coded


class ReadingDay(db.Model):
    """How many complaints of one day a model read as `said` and people decided as `decided`.

    Nothing was said of a text in which the model found nothing to go by, and nothing is decided at first.
    """

    __tablename__ = "reading_days"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    model_version: Mapped[str] = mapped_column(String(60))
    said: Mapped[Industry | None] = mapped_column(coded(Industry, "said"))
    abstained: Mapped[bool]
    decided: Mapped[Industry | None] = mapped_column(coded(Industry, "decided"))
    complaints: Mapped[int] = mapped_column(Integer)


class VocabularyDay(db.Model):
    """How many words of a sample of one day's complaints the training texts do not hold, and the commonest of them."""

    __tablename__ = "vocabulary_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    texts: Mapped[int] = mapped_column(Integer)
    words: Mapped[int] = mapped_column(Integer)
    unknown: Mapped[int] = mapped_column(Integer)
    usual: Mapped[float] = mapped_column(Float)  # the share of such words that was to be expected
    new_words: Mapped[dict[str, Any]]  # word: in how many texts of the sample
