"""Queues, workers, failed jobs and the outbox: what runs by itself, and what has stopped."""

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from complaints import admin_log
from jobs import watch
from models.base import db
from models.codes import AdminAction
from web.admin.pages import admin_id, bp, done
from web.moments import now
from web.once import once


@bp.get("/jobs")
def jobs() -> str:
    return render_template(
        "admin/jobs.html", queues=watch.queues(), owed=watch.owed(now()), dead=watch.dead_notices()
    )


@bp.post("/jobs/<queue>/<job_id>/retry")
@once
def retry_job(queue: str, job_id: str) -> Response:
    _note(AdminAction.RETRY_JOB, watch.retry(queue, job_id))
    return done(_("The job is on its queue again."), "admin.jobs")


@bp.post("/jobs/<queue>/<job_id>/discard")
@once
def discard_job(queue: str, job_id: str) -> Response:
    _note(AdminAction.DISCARD_JOB, watch.discard(queue, job_id))
    return done(_("The job is gone. What it had to do is found by the next one."), "admin.jobs")


@bp.post("/notices/<int:notice_id>/retry")
@once
def retry_notice(notice_id: int) -> Response:
    notice = watch.owe_again(notice_id, now=now())
    _note(AdminAction.RETRY_NOTICE, f"notice:{notice.id}")
    return done(_("The notice is owed again."), "admin.jobs", hurry="jobs.notices.send_due")


def _note(action: AdminAction, subject: str) -> None:
    admin_log.note(db.session(), admin_id(), action, subject, now=now())
