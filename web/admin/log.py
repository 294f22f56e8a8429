"""The record of changes: who changed what, from what to what, and when."""

from flask import render_template, request

from complaints import admin_log
from models.base import db
from web.admin.pages import bp


@bp.get("/log")
def log() -> str:
    typed = request.args.get("before", "")
    before_id = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None
    subject = request.args.get("subject", "")[:160].replace("\x00", "")
    rows = admin_log.page(db.session(), before_id=before_id, subject=subject)
    more = rows[admin_log.PAGE - 1].id if len(rows) > admin_log.PAGE else None
    return render_template("admin/log.html", events=rows[: admin_log.PAGE], more=more, subject=subject)
