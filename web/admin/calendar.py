"""The calendar: a year at a glance, and a day to be changed after a dry run."""

from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import LazyString, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from complaints import calendar_days, rulebook
from complaints.calendar_days import DayKind
from complaints.deadlines import LAW_ZONE
from jobs import deadlines
from models.base import db
from models.codes import AdminAction
from web.admin.pages import admin_id, bp, done
from web.admin.schemas import DayIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again

KINDS: dict[DayKind, LazyString] = {
    DayKind.HOLIDAY: _l("Statutory holiday"),
    DayKind.DAY_OFF: _l("Day off, made up on a weekend"),
    DayKind.MAKE_UP: _l("Weekend day that is worked"),
    DayKind.ORDINARY: _l("An ordinary day, as its weekday says"),
}


@bp.get("/calendar")
def calendar() -> str:
    return _page(_year(request.args.get("year", "")), _day(request.args.get("day", "")))


@bp.post("/calendar")
@once
def change_calendar() -> Response | str:
    """Count what would move first; the page that says so brings everything back to be confirmed."""
    typed = _day(request.form.get("on", ""))
    year = typed.year if typed else _today().year
    form_again(lambda errors: _page(year, typed, errors))
    given: dict[str, Any] = DayIn().load(request.form.to_dict())
    change = calendar_days.special(
        given["on"], given["kind"], given["name"], is_provisional=given["is_provisional"]
    )
    session = db.session()
    if not request.form.get("confirmed"):
        clock = calendar_days.changed(rulebook.current(session), change)
        moving = deadlines.would_move(clock, given["on"])
        return _page(year, given["on"], given=given, moving=moving)
    note = f"{given['on']}: {given['kind']} {given['name']}".strip()
    calendar_days.apply(session, change, admin_id(), note, now=now(), action=AdminAction.CHANGE_CALENDAR)
    words = _("The day is changed. Open deadlines are being reckoned anew.")
    return done(words, "admin.calendar", hurry="jobs.deadlines.recompute_open", queue="bulk", year=year)


@bp.get("/calendar/progress")
def calendar_progress() -> str:
    """How far the latest changes are carried through; the page asks again by itself while one is under way."""
    return render_template("admin/_revisions.html", **_revisions())


def _revisions() -> dict[str, Any]:
    revisions = calendar_days.revisions(db.session())
    under_way = next((revision for revision in revisions if revision.finished_at is None), None)
    return {
        "revisions": revisions,
        "under_way": under_way,
        "progress": deadlines.progress(under_way) if under_way else None,
    }


def _page(
    year: int,
    on: date | None,
    errors: Messages | None = None,
    given: dict[str, Any] | None = None,
    moving: int = 0,
) -> str:
    kept = rulebook.current(db.session()).calendar
    return render_template(
        "admin/calendar.html",
        year=year,
        years=range(min(kept.special_days, default=_today()).year, kept.covered_until.year + 2),
        months=calendar_days.months(kept, year),
        month_names=get_locale().months["stand-alone"]["wide"],
        weekdays=get_locale().days["stand-alone"]["narrow"],
        calendar=kept,
        kind_of=calendar_days.kind_of,
        kinds=[(kind.value, words) for kind, words in KINDS.items()],
        words_of=KINDS,
        on=on,
        given=given,
        moves=ngettext("%(num)d open deadline moves.", "%(num)d open deadlines move.", moving),
        announced_until=calendar_days.announced_until(kept),
        is_running_out=calendar_days.is_running_out(kept, _today()),
        today=_today(),
        errors=errors or {},
        value=request.form,
        **_revisions(),
    )


def _today() -> date:
    return now().astimezone(LAW_ZONE).date()


def _year(typed: str) -> int:
    is_year = typed.isascii() and typed.isdecimal() and len(typed) == 4
    year = int(typed) if is_year else 0
    return year if calendar_days.EARLIEST <= year <= calendar_days.LATEST else _today().year


def _day(typed: str) -> date | None:
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        return None
    return on if calendar_days.EARLIEST <= on.year <= calendar_days.LATEST else None
