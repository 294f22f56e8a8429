"""Reading all complaints anew with the model now in use: how many it would be, how far it is, what came of it."""

from datetime import timedelta
from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import i18n
from complaints import reclassification as runs
from complaints.errors import Conflict, Unknown
from jobs import reclassification as jobs
from models.base import db
from models.reclassification import Reclassification
from web.admin.pages import admin_id, bp, done
from web.moments import now
from web.once import once

UNTIL_TAKEN_UP = timedelta(seconds=45)
HURRY = {"hurry": "jobs.reclassification.resume", "queue": "bulk"}


@bp.get("/reclassification")
def reclassification() -> str:
    session = db.session()
    run = runs.under_way(session)
    return render_template(
        "admin/reclassification.html",
        past=runs.latest(session),
        **_shown(run or runs.newest(session)),
        **({} if run is not None else _dry_run()),
    )


@bp.post("/reclassification")
@once
def begin_reclassification() -> Response:
    jobs.begin(open_only=request.form.get("which") == "open", actor_id=admin_id())
    return done(_("The run has begun."), "admin.reclassification", **HURRY)


@bp.get("/reclassification/progress")
def reclassification_progress() -> Response:
    """How far the newest run is; the page asks again by itself while it is under way, and is read anew at its end."""
    run = runs.newest(db.session())
    if run is None:
        raise Unknown
    answer = make_response(render_template("admin/_reclassification.html", **_shown(run)))
    if run.ended_at is not None:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.get("/reclassification/<int:run_id>")
def reclassification_run(run_id: int) -> str:
    """What came of one run."""
    return render_template("admin/reclassification_run.html", **_shown(runs.one(db.session(), run_id)))


@bp.post("/reclassification/<int:run_id>/cancel")
@once
def cancel_reclassification(run_id: int) -> Response:
    runs.cancel(db.session(), run_id, admin_id(), now=now())
    return done(_("The run has ended where it was. What was read stays."), "admin.reclassification")


def _dry_run() -> dict[str, Any]:
    """With what a run would read, and how many."""
    session = db.session()
    return {
        "version": _version(),
        "all_of_them": runs.count(session, open_only=False),
        "open_ones": runs.count(session, open_only=True),
    }


def _shown(run: Reclassification | None) -> dict[str, Any]:
    if run is None:
        return {"run": None}
    progress = runs.progress(db.session(), run, now=now())
    seconds = progress.seconds_left
    return {
        "run": run,
        "progress": progress,
        "left": i18n.length(timedelta(seconds=seconds)) if seconds is not None else "",
        "is_idle": seconds is None and now() - run.started_at > UNTIL_TAKEN_UP,
    }


def _version() -> str:
    """The model that a run would read with, or nothing."""
    try:
        return jobs.version_in_use()
    except Conflict:
        return ""
