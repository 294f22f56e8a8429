"""How one deadline was reckoned, stretch by stretch, for everybody who may see the complaint."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import LazyString, gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import i18n
from complaints import clock, deadlines, rulebook
from complaints.clock import Interval, Why
from complaints.errors import Unknown
from models.base import db
from models.codes import Unit
from web import readers
from web.moments import now

bp = Blueprint("deadlines", __name__, url_prefix="/complaints")

WHY: dict[Why, LazyString] = {
    Why.RUNNING: _l("The clock ran"),
    Why.WORKING_DAY: _l("Working days"),
    Why.MAKE_UP_DAY: _l("A weekend day that is worked"),
    Why.CALENDAR_DAY: _l("Calendar days"),
    Why.START_DAY: _l("The day it started is not counted"),
    Why.WEEKEND: _l("Weekend"),
    Why.HOLIDAY: _l("Holiday"),
    Why.OUTSIDE_HOURS: _l("Outside working hours"),
    Why.PAUSE: _l("The clock stood still"),
    Why.ROLLED: _l("The last day may not be a holiday, so it moved on"),
}
# Months and years are counted in days once the calendar is known.
BY_DAYS = {
    Unit.WORKING_DAYS: Unit.WORKING_DAYS,
    Unit.CALENDAR_DAYS: Unit.CALENDAR_DAYS,
    Unit.MONTHS: Unit.CALENDAR_DAYS,
    Unit.YEARS: Unit.CALENDAR_DAYS,
}


@dataclass(frozen=True)
class Line:
    """One stretch as the page tells it. `counted` is what it used of the allowance, in words."""

    interval: Interval
    words: str
    counted: str


@bp.get("/<receipt>/deadlines/<int:deadline_id>")
def explain(receipt: str, deadline_id: int) -> str:
    complaint, actor = readers.find(receipt)
    deadline = next((one for one in complaint.deadlines if one.id == deadline_id), None)
    if deadline is None:
        raise Unknown
    kept = rulebook.current(db.session())
    target = kept.rule(deadline).target
    reckoned = (target, deadline.started_at, deadlines.pauses_of(deadline), kept.calendar)
    until = deadline.ended_at or now()
    return render_template(
        "complaint/deadline.html",
        complaint=complaint,
        deadline=deadline,
        lines=[_line(interval, target.unit) for interval in clock.explain(*reckoned)],
        allowed=_amount(clock.allowance(target, deadline.started_at), target.unit),
        used=_amount(clock.consumed(*reckoned, until), target.unit),
        left=_amount(clock.remaining(*reckoned, until), target.unit),
        is_provisional=deadline.due_at is not None and kept.calendar.is_provisional(deadline.due_at.date()),
        back=readers.page_of(complaint, actor),
    )


def _line(interval: Interval, unit: Unit) -> Line:
    words = str(WHY[interval.why])
    if interval.name:
        words = _("%(why)s (%(name)s)", why=words, name=gettext(interval.name))
    return Line(interval, words, _amount(interval.amount, unit) if interval.counted else "")


def _amount(span: timedelta, unit: Unit) -> str:
    """A part of an allowance in the rule's own unit, where one day of any kind is timedelta(days=1)."""
    if unit in BY_DAYS:
        return i18n.duration(span // timedelta(days=1), BY_DAYS[unit])
    return i18n.length(span) if span else i18n.duration(0, Unit.MINUTES)
