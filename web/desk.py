"""The desk: what waits, by what is due first; one complaint on one screen; filters worth keeping."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

import i18n
from complaints import lists, overview, search
from complaints.case_file import NAME_ONLY
from complaints.lists import Cursor, Tab
from models.base import db
from models.codes import Role
from models.complaint import Complaint
from web import case_pages, desk_filters, districts
from web.auth import current_actor, signed_in_user, staff_only
from web.desk_filters import Question
from web.desk_schemas import FilterIn
from web.moments import now
from web.once import once

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(staff_only)
bp.add_app_template_global(districts.choices, "district_choices")
bp.add_app_template_filter(i18n.language_name, "language_name")

TABS: dict[Tab, LazyString] = {
    Tab.OPEN: _l("Due first"),
    Tab.MINE: _l("Mine"),
    Tab.UNASSIGNED: _l("Nobody's yet"),
    Tab.TRIAGE: _l("To be sorted"),
    Tab.ASKED: _l("Asked to take over"),
    Tab.OVERDUE: _l("Overdue"),
    Tab.DANGER: _l("Danger suspected"),
    Tab.DOUBTED: _l("Read differently"),
    Tab.ENDED: _l("Ended"),
    Tab.ALL: _l("All"),
}
# What a row of the list names beside the complaint itself.
ROW = (joinedload(Complaint.officer).options(*NAME_ONLY), joinedload(Complaint.department))


@bp.get("")
def inbox() -> str:
    question = desk_filters.read(request.args)
    session, actor = db.session(), current_actor()
    cursor = Cursor.of(request.args.get("at", ""))
    return render_template(
        "desk/inbox.html",
        question=question,
        page=_page(question, cursor),
        counts={} if question.text else lists.counts(session, actor, now=now()),
        most=lists.MOST_COUNTED,
        tabs=TABS,
        narrowed_by=desk_filters.in_words(question),
        saved=desk_filters.saved(session, signed_in_user()),
        levels=desk_filters.LEVELS,
        has_offices=len(actor.departments) > 1,
        ahead=_ahead(question, cursor),
        from_now=Cursor(now(), 0),
    )


@bp.get("/unreached")
def unreached() -> str:
    """Whose letters did not arrive."""
    session, actor = db.session(), current_actor()
    rows = overview.unreached(session, actor, now=now(), options=ROW)
    return render_template(
        "desk/unreached.html", page=lists.Page(rows), has_offices=len(actor.departments) > 1
    )


@bp.get("/complaints/<receipt>")
def show(receipt: str) -> str:
    return case_pages.show("desk", receipt)


@bp.get("/complaints/<receipt>/<step>")
def ask(receipt: str, step: str) -> str:
    return case_pages.ask("desk", receipt, step)


@bp.post("/complaints/<receipt>/<step>")
@case_pages.limit_looks
@once
def take(receipt: str, step: str) -> Response:
    return case_pages.take("desk", receipt, step)


@bp.post("/filters")
@once
def keep_filter() -> Response:
    given = FilterIn().load(request.form.to_dict())
    question = desk_filters.read(ImmutableMultiDict(parse_qsl(given["query"])))
    desk_filters.keep(db.session(), signed_in_user(), given["name"], question)
    db.session.commit()
    flash(_("Kept as “%(name)s”.", name=given["name"]), "good")
    return _to_inbox(question)


@bp.post("/filters/<int:filter_id>/delete")
@once
def drop_filter(filter_id: int) -> Response:
    desk_filters.drop(db.session(), signed_in_user(), filter_id)
    db.session.commit()
    flash(_("Forgotten."), "good")
    return _to_inbox(Question())


def _ahead(question: Question, cursor: Cursor | None) -> overview.Ahead | None:
    """What lies ahead, for who looks after others: only where they come in, above the whole list."""
    is_entrance = question == Question() and cursor is None
    if not is_entrance or signed_in_user().role is not Role.SUPERVISOR:
        return None
    return overview.ahead(db.session(), current_actor(), now=now())


def _page(question: Question, cursor: Cursor | None) -> lists.Page:
    session, actor = db.session(), current_actor()
    if question.text:
        narrowed = [*lists.of_tab(question.tab, actor, now()), *question.filters.conditions()]
        return search.page(session, actor, question.text, narrowed, cursor, options=ROW)
    return lists.page(session, actor, question.tab, question.filters, cursor, now=now(), options=ROW)


def _to_inbox(question: Question) -> Response:
    arguments: dict[str, Any] = dict(question.address())
    return redirect(url_for("desk.inbox", **arguments), 303)
