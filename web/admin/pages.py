"""What the pages of administration share: their blueprint, the door, and how a change ends."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login.utils import current_user
from werkzeug.wrappers import Response

from complaints.errors import NotAllowed
from extensions import login
from jobs.queue import enqueue
from models.base import db
from models.codes import Role
from web.auth import signed_in_user

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def administrators_only() -> Response | None:
    """Others may know that there is an administration, and have no business in it."""
    if not current_user.is_authenticated:
        return login.unauthorized()
    if signed_in_user().role is not Role.ADMIN:
        raise NotAllowed
    return None


def admin_id() -> int:
    return signed_in_user().id


def done(words: str, endpoint: str, *, hurry: str = "", queue: str = "notices", **values: Any) -> Response:
    """Keep the change, hurry the job that follows it, say so, and go on to `endpoint`."""
    db.session.commit()
    if hurry:
        enqueue(hurry, queue=queue)
    flash(words or _("Saved."), "good")
    return redirect(url_for(endpoint, **values), 303)
