"""How the classifier is doing, for administrators and for supervisors of the whole city."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login.utils import current_user
from werkzeug.wrappers import Response

import classifier
import i18n
from classifier import ModelMissing
from complaints import drift, lessons, readings
from complaints.deadlines import LAW_ZONE
from complaints.drift import Alert, Share, Sign
from complaints.errors import NotAllowed, Unknown
from complaints.readings import Cell
from extensions import login
from jobs import learning
from models.base import db
from models.codes import Industry, Role
from models.people import User
from web.auth import current_actor, signed_in_user
from web.moments import now

bp = Blueprint("learning", __name__, url_prefix="/oversight/classifier")

NEW_WORDS, LEAST_TEXTS = 30, 5
TITLES: dict[Sign, LazyString] = {
    Sign.OVERLOOKS: _l("Emergencies are overlooked"),
    Sign.ERRS: _l("Too much is sent the wrong way"),
    Sign.ERRS_IN_ONE: _l("One industry is read badly"),
    Sign.ABSTAINS: _l("Too much is left to people"),
    Sign.SHIFTS: _l("Complaints are about other things than before"),
    Sign.STRANGE_WORDS: _l("Complaints use words the model has not learnt"),
}
SENTENCES: dict[Sign, LazyString] = {
    Sign.OVERLOOKS: _l(
        "Of the emergencies that officers named in the last twelve weeks, %(value)s had been read as such. "
        "At least %(bound)s is wanted."
    ),
    Sign.ERRS: _l(
        "Of what was routed without a person in the last four weeks, %(value)s was read as people decided. "
        "At least %(bound)s is wanted."
    ),
    Sign.ERRS_IN_ONE: _l(
        "Of what people decided as %(industry)s in the last four weeks, %(value)s was read as that. "
        "At least %(bound)s is wanted."
    ),
    Sign.ABSTAINS: _l(
        "Of the complaints of the last four weeks, %(value)s were left to people. At most %(bound)s is wanted."
    ),
    Sign.SHIFTS: _l(
        "Of the complaints of the last four weeks, %(value)s belong to other industries than in the four weeks "
        "before. Up to %(bound)s is usual."
    ),
    Sign.STRANGE_WORDS: _l(
        "Of the words of the last four weeks, %(value)s do not occur in the texts the model learnt from. "
        "Up to %(bound)s is usual."
    ),
}


@dataclass(frozen=True)
class Week:
    """One row of the table by week."""

    last: date
    right: dict[Industry, Share]
    altogether: Share
    left: Share
    guessed: Share


@dataclass(frozen=True)
class Part:
    """How much of one industry there was, now, before, and in the texts the model learnt from."""

    industry: Industry
    now: Share
    before: Share
    learnt: float | None


def may_look(user: User) -> bool:
    """Administrators, and supervisors whose office stands under no other."""
    office = user.department
    return user.role is Role.ADMIN or (
        user.role is Role.SUPERVISOR and office is not None and office.parent_id is None
    )


@bp.before_request
def city_only() -> Response | None:
    if not current_user.is_authenticated:
        return login.unauthorized()
    if not may_look(signed_in_user()):
        raise NotAllowed
    return None


@bp.get("")
def show() -> str:
    session, day = db.session(), today()
    cells, vocabulary = readings.cells(session, day), readings.vocabulary(session, day)
    words = readings.words(session, day)
    recent, before = drift.of_weeks(cells, 0), drift.of_weeks(cells, drift.PERIOD)
    model = _model()
    strange, usual = drift.strange_words(vocabulary)
    return render_template(
        "learning/show.html",
        alerts=in_words(drift.alerts(cells, vocabulary, words)),
        cells=cells,
        right=drift.right(recent),
        left=drift.left_to_people(recent),
        weeks=[_week(cells, ago, day) for ago in range(1 + max((c.weeks_ago for c in cells), default=0))],
        parts=_parts(recent, before, model),
        shift=drift.shift(recent, before),
        words=words,
        seen=drift.seen(words),
        vocabulary=[(_last_day(week.weeks_ago, day), week) for week in vocabulary if week.words],
        strange=strange,
        usual=usual,
        new_words=readings.new_words(session, day, weeks=drift.PERIOD, least=LEAST_TEXTS, limit=NEW_WORDS),
        confused=drift.confused(cells),
        drift=drift,
        served=[
            (one, Share(one.left, one.read), Share(one.right, one.routed))
            for one in readings.models(session, day)
        ],
        model=model,
        trained_at=_instant(model, "trained_at"),
        waiting=lessons.count_since(session, _learnt_until(model)),
        is_admin=signed_in_user().role is Role.ADMIN,
    )


@bp.get("/confused/<said>/<decided>")
def confused(said: str, decided: str) -> str:
    """The complaints behind one line of the confused pairs."""
    if said == decided or not {said, decided} <= set(Industry):
        raise Unknown
    pair = Industry(said), Industry(decided)
    rows = readings.confused(db.session(), current_actor(), *pair, today())
    return render_template(
        "learning/confused.html",
        rows=rows,
        said=pair[0],
        decided=pair[1],
        most=readings.MOST_LISTED,
        is_admin=signed_in_user().role is Role.ADMIN,
    )


def today() -> date:
    return now().astimezone(LAW_ZONE).date()


def alerts() -> list[tuple[str, str]]:
    """What calls for somebody by the last count, as title and sentence."""
    return in_words(learning.alerts(today()))


def in_words(found: list[Alert]) -> list[tuple[str, str]]:
    return [(str(TITLES[alert.sign]), _sentence(alert)) for alert in found]


def _sentence(alert: Alert) -> str:
    return str(SENTENCES[alert.sign]) % {
        "value": i18n.percent(alert.value),
        "bound": i18n.percent(alert.bound),
        "industry": i18n.label(alert.industry or Industry.OTHER),
    }


def _week(cells: list[Cell], ago: int, day: date) -> Week:
    those = drift.of_weeks(cells, ago, 1)
    return Week(
        _last_day(ago, day),
        right={industry: drift.right(those, industry) for industry in Industry},
        altogether=drift.right(those),
        left=drift.left_to_people(those),
        guessed=drift.guessed(those),
    )


def _last_day(ago: int, day: date) -> date:
    return day - timedelta(weeks=ago)


def _parts(recent: list[Cell], before: list[Cell], model: dict[str, Any] | None) -> list[Part]:
    new, old = drift.by_industry(recent), drift.by_industry(before)
    learnt: dict[str, int] = (model or {}).get("classes", {})
    total = sum(learnt.values())
    return [
        Part(industry, new[industry], old[industry], learnt.get(industry, 0) / total if total else None)
        for industry in Industry
    ]


def _model() -> dict[str, Any] | None:
    """The record of the model in use, or None where there is no usable one."""
    try:
        ready = classifier.model_in_use(current_app.config["MODEL_DIR"])
    except ModelMissing:
        return None
    return {**ready.record, "version": ready.version}


def _learnt_until(model: dict[str, Any] | None) -> datetime | None:
    """The newest decision the model in use has been taught or tested with; None where it knows the corpus alone."""
    return _instant((model or {}).get("lessons"), "until")


def _instant(record: dict[str, Any] | None, name: str) -> datetime | None:
    written = (record or {}).get(name)
    return datetime.fromisoformat(written) if written else None
