"""How the classifier's readings stand to what people decided: counted once an hour, looked at as often as one likes.

A complaint counts once, on the day it was first read, by that first reading: what a later model says of it has sent
nothing anywhere. People have *decided* where an officer sorted it or changed its category, or accepted it as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from complaints import queries
from complaints.actors import Actor
from complaints.deadlines import LAW_ZONE
from models.codes import Industry, Urgency
from models.complaint import Complaint
from models.learning import ReadingDay, VocabularyDay
from models.suggestion import Correction, Suggestion

WEEKS = 12
SPEECHLESS = ("no_evidence", "foreign_language", "no_model")  # reasons with which no category is meant
SAMPLE = 300  # texts a day whose words are counted
MOST_LISTED = 50
MOST_MODELS = 6


@dataclass(frozen=True)
class Cell:
    """Complaints that were read and decided alike, `weeks_ago` (0: the seven days up to today)."""

    weeks_ago: int
    said: Industry | None
    decided: Industry | None
    abstained: bool
    complaints: int


@dataclass(frozen=True)
class Vocabulary:
    """Words of the samples of a week, and the share that was to be expected unknown."""

    weeks_ago: int
    texts: int
    words: int
    unknown: int
    usual: float


@dataclass(frozen=True)
class Served:
    """What one model read in these weeks. `routed` counts what it decided alone and people have decided since."""

    version: str
    since: date
    read: int
    left: int
    routed: int
    right: int


@dataclass(frozen=True)
class Words:
    """What officers said of the readings of these weeks: how many, how many changed in what, and who was in danger.

    Of the emergencies that officers named, `seen` were read as such; `alarms` counts all that were read as such.
    """

    given: int
    industry: int
    issue: int
    urgency: int
    emergencies: int
    seen: int
    alarms: int


def roll_up(session: Session, today: date) -> int:
    """Count the days of the last WEEKS anew, for people decide about old ones too; how many rows that makes.

    Takes its turn where it is called twice at once.
    """
    session.execute(text("LOCK TABLE reading_days IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(delete(ReadingDay).where(ReadingDay.day >= _first_day(today)))
    names = ["day", "model_version", "said", "abstained", "decided", "complaints"]
    counted = insert(ReadingDay).from_select(names, _counts(_first_day(today))).returning(ReadingDay.id)
    return len(session.scalars(counted).all())


def cells(session: Session, today: date) -> list[Cell]:
    """What was counted, by week."""
    week = _weeks_ago(ReadingDay.day, today)
    query = (
        select(
            week, ReadingDay.said, ReadingDay.decided, ReadingDay.abstained, func.sum(ReadingDay.complaints)
        )
        .where(ReadingDay.day >= _first_day(today), ReadingDay.day <= today)
        .group_by(week, ReadingDay.said, ReadingDay.decided, ReadingDay.abstained)
    )
    return [Cell(ago, said, decided, off, int(n)) for ago, said, decided, off, n in session.execute(query)]


def models(session: Session, today: date) -> list[Served]:
    """What each model did, the newest first."""
    day, count = ReadingDay, func.sum(ReadingDay.complaints)
    is_routed = ~day.abstained & day.decided.is_not(None)
    first = func.min(day.day)
    columns = (
        day.model_version,
        first,
        count,
        count.filter(day.abstained),
        count.filter(is_routed),
        count.filter(is_routed, day.said == day.decided),
    )
    query = select(*columns).where(day.day >= _first_day(today), day.day <= today).group_by(day.model_version)
    rows = session.execute(query.order_by(first.desc(), day.model_version.desc()).limit(MOST_MODELS))
    return [Served(version, since, *(int(n or 0) for n in counts)) for version, since, *counts in rows]


def words(session: Session, today: date) -> Words:
    """What officers said in the last WEEKS where a model had read the text before."""
    said = Correction
    is_emergency = said.to_urgency == Urgency.EMERGENCY
    was_seen = said.from_urgency == Urgency.EMERGENCY
    count = func.count()
    query = select(
        count,
        count.filter(said.from_industry != said.to_industry),
        count.filter(said.from_issue != said.to_issue),
        count.filter(said.from_urgency != said.to_urgency),
        count.filter(is_emergency),
        count.filter(is_emergency, was_seen),
        count.filter(was_seen),
    ).where(said.at >= _midnight(_first_day(today)), said.suggestion_id.is_not(None))
    return Words(*session.execute(query).one())


def vocabulary(session: Session, today: date) -> list[Vocabulary]:
    """The words counted, by week, newest first."""
    day = VocabularyDay
    week = _weeks_ago(day.day, today)
    query = (
        select(week, func.sum(day.texts), func.sum(day.words), func.sum(day.unknown), func.avg(day.usual))
        .where(day.day >= _first_day(today), day.day <= today)
        .group_by(week)
        .order_by(week)
    )
    return [
        Vocabulary(ago, int(texts), int(words), int(unknown), float(usual))
        for ago, texts, words, unknown, usual in session.execute(query)
    ]


def new_words(session: Session, today: date, *, weeks: int, least: int, limit: int) -> list[tuple[str, int]]:
    """The unknown words that came in at least `least` texts of the samples of these weeks, commonest first."""
    each = func.jsonb_each_text(VocabularyDay.new_words).table_valued("key", "value")
    total = func.sum(each.c.value.cast(VocabularyDay.texts.type))
    query = (
        select(each.c.key, total)
        .select_from(VocabularyDay)
        .join(each, text("true"))
        .where(VocabularyDay.day > today - timedelta(weeks=weeks), VocabularyDay.day <= today)
        .group_by(each.c.key)
        .having(total >= least)
        .order_by(total.desc(), each.c.key)
        .limit(limit)
    )
    return [(word, int(count)) for word, count in session.execute(query)]


def days_without_words(session: Session, today: date) -> list[date]:
    """Whole days of the last WEEKS whose words were not counted yet, oldest first."""
    counted = set(session.scalars(select(VocabularyDay.day).where(VocabularyDay.day >= _first_day(today))))
    days = (_first_day(today) + timedelta(days=step) for step in range((today - _first_day(today)).days))
    return [day for day in days if day not in counted]


def sample(session: Session, day: date) -> Sequence[str]:
    """Some texts of a day. Receipts are thrown with dice, so the first ones by receipt are any ones."""
    query = (
        select(Complaint.body)
        .join(Suggestion, Suggestion.complaint_id == Complaint.id)
        .where(
            Suggestion.at >= _midnight(day), Suggestion.at < _midnight(day + timedelta(days=1)), _is_first()
        )
        .order_by(Complaint.receipt)
        .limit(SAMPLE)
    )
    return session.scalars(query).all()


def confused(
    session: Session, actor: Actor, said: Industry, decided: Industry, today: date
) -> Sequence[Complaint]:
    """The newest complaints that `actor` may see, read as `said` in the last WEEKS and decided as `decided`."""
    query = (
        queries.visible_to(actor)
        .join(Suggestion, Suggestion.complaint_id == Complaint.id)
        .where(
            Suggestion.at >= _midnight(_first_day(today)),
            Suggestion.industry == said,
            Suggestion.reason.not_in(SPEECHLESS),
            Complaint.industry == decided,
            _is_decided(),
            _is_first(),
        )
        .order_by(Complaint.id.desc())
        .limit(MOST_LISTED)
    )
    return session.scalars(query).all()


def _counts(since: date) -> Select[Any]:
    day = cast(func.timezone(str(LAW_ZONE), Suggestion.at), Date)
    decided = case((_is_decided(), Complaint.industry), else_=None)
    said = case((Suggestion.reason.not_in(SPEECHLESS), Suggestion.industry), else_=None)
    keys = (day, Suggestion.model_version, said, Suggestion.abstained, decided)
    return (
        select(*keys, func.count())
        .join(Complaint, Complaint.id == Suggestion.complaint_id)
        .where(Suggestion.at >= _midnight(since), _is_first())
        .group_by(*keys)
    )


def _is_decided() -> ColumnElement[bool]:
    has_word = select(Correction.id).where(Correction.complaint_id == Complaint.id).exists()
    return or_(Complaint.accepted_at.is_not(None), has_word)


def _is_first() -> ColumnElement[bool]:
    earlier = aliased(Suggestion)
    return (
        ~select(earlier.id)
        .where(earlier.complaint_id == Suggestion.complaint_id, earlier.id < Suggestion.id)
        .exists()
    )


def _weeks_ago(day: Any, today: date) -> ColumnElement[int]:
    """The difference of two dates is a number of days in PostgreSQL."""
    return (type_coerce(literal(today, Date) - day, Integer) // 7).label("weeks_ago")


def _first_day(today: date) -> date:
    return today - timedelta(weeks=WEEKS) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LAW_ZONE)
