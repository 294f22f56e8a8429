"""The mediators' own pages: the mediations they conduct, and each of them on one screen."""

from flask import Blueprint, render_template, request
from flask_login.utils import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from complaints import lists
from complaints.errors import NotAllowed
from complaints.lists import Cursor, Filters, Tab
from extensions import login
from models.base import db
from models.codes import Role
from models.complaint import Complaint
from web import case_pages
from web.auth import current_actor, signed_in_user
from web.moments import now
from web.once import once

bp = Blueprint("mediation", __name__, url_prefix="/mediation")

TABS = (Tab.OPEN, Tab.OVERDUE, Tab.ENDED)


@bp.before_request
def mediators_only() -> Response | None:
    if not current_user.is_authenticated:
        return login.unauthorized()
    if signed_in_user().role is not Role.MEDIATOR:
        raise NotAllowed
    return None


@bp.get("")
def inbox() -> str:
    asked = request.args.get("tab", "")
    tab = Tab(asked) if asked in TABS else Tab.OPEN
    cursor = Cursor.of(request.args.get("at", ""))
    page = lists.page(
        db.session(),
        current_actor(),
        tab,
        Filters(),
        cursor,
        now=now(),
        options=(joinedload(Complaint.department),),
    )
    return render_template("mediation/inbox.html", page=page, tab=tab, tabs=TABS)


@bp.get("/complaints/<receipt>")
def show(receipt: str) -> str:
    return case_pages.show("mediation", receipt)


@bp.get("/complaints/<receipt>/<step>")
def ask(receipt: str, step: str) -> str:
    return case_pages.ask("mediation", receipt, step)


@bp.post("/complaints/<receipt>/<step>")
@case_pages.limit_looks
@once
def take(receipt: str, step: str) -> Response:
    return case_pages.take("mediation", receipt, step)
