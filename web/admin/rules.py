"""Time limits: every version of every rule, and a new version that begins on a day to come."""

from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import i18n
from complaints import time_limits
from complaints.deadlines import LAW_ZONE
from models.base import db
from models.codes import Binding, RollPolicy, Unit
from web.admin.pages import admin_id, bp, done
from web.admin.schemas import TimeLimitIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again


@bp.get("/time-limits")
def rules() -> str:
    listed = time_limits.listed(db.session())
    by_code = [(code, list(found)) for code, found in groupby(listed, attrgetter("code"))]
    return render_template("admin/rules.html", rules=by_code, today=_today())


@bp.get("/time-limits/<code>")
def rule(code: str) -> str:
    versions = time_limits.versions(db.session(), code)
    effect = time_limits.effect(db.session(), code, now=now())
    return render_template("admin/rule.html", versions=versions, effect=effect, today=_today())


@bp.get("/time-limits/<code>/new")
def new_version(code: str) -> str:
    return _page(code)


@bp.post("/time-limits/<code>/new")
@once
def add_version(code: str) -> Response | str:
    """Show what it would mean first; the page that shows it brings everything back to be confirmed."""
    form_again(lambda errors: _page(code, errors))
    given = TimeLimitIn().load({**request.form.to_dict(), "warn_at": request.form.getlist("warn_at")})
    session = db.session()
    if not request.form.get("confirmed"):
        time_limits.check(time_limits.versions(session, code)[0], given, given["valid_from"], now=now())
        return _page(code, given=given)
    made = time_limits.renew(
        session, code, given, given["valid_from"], admin_id(), given["reason"], now=now()
    )
    words = _("Version %(number)s begins on %(day)s.", number=made.version, day=i18n.day(made.valid_from))
    return done(words, "admin.rule", hurry="jobs.deadlines.recompute_open", queue="bulk", code=code)


def _page(code: str, errors: Messages | None = None, given: dict[str, Any] | None = None) -> str:
    """The form, or with what was `given` the dry run."""
    newest = time_limits.versions(db.session(), code)[0]
    return render_template(
        "admin/rule_new.html",
        newest=newest,
        given=given,
        effect=time_limits.effect(db.session(), code, now=now()),
        carried=[pair for pair in request.form.items(multi=True) if pair[0] not in {"csrf_token", "once"}],
        warnings=request.form.getlist("warn_at") if request.form else newest.warn_at,
        tomorrow=_today() + timedelta(days=1),
        units=i18n.choices(Unit),
        policies=i18n.choices(RollPolicy),
        bindings=i18n.choices(Binding),
        errors=errors or {},
        value=request.form,
    )


def _today() -> date:
    return now().astimezone(LAW_ZONE).date()
