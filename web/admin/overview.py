"""The front page of administration: what needs somebody, and the way to everything else."""

from flask import render_template

from complaints import calendar_days, rulebook
from complaints.deadlines import LAW_ZONE
from jobs import watch
from models.base import db
from web import learning
from web.admin.pages import bp
from web.moments import now


@bp.get("")
def index() -> str:
    calendar = rulebook.current(db.session()).calendar
    return render_template(
        "admin/index.html",
        owed=watch.owed(now()),
        classifier=learning.alerts(),
        queues=watch.queues(),
        announced_until=calendar_days.announced_until(calendar),
        is_running_out=calendar_days.is_running_out(calendar, now().astimezone(LAW_ZONE).date()),
    )
