"""Looking for a complaint by its words, its receipt, a merchant's name or an order number."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from complaints import lists, queries, receipts, search
from complaints.lists import Cursor, Tab
from models.base import db
from models.complaint import Complaint
from web import desk_filters
from web.auth import current_actor
from web.desk import ROW, bp
from web.desk_filters import Question


@bp.get("/search", endpoint="search")
def results() -> str | Response:
    """What is found, or straight to the complaint whose receipt was typed."""
    question = desk_filters.read({"tab": Tab.ALL, **request.args.to_dict()})
    if receipts.is_receipt(question.text) and _may_see(question.text):
        return redirect(url_for("desk.show", receipt=receipts.normalised(question.text)), 303)
    return render_template(
        "desk/search.html", question=question, page=_page(question), levels=desk_filters.LEVELS
    )


def _page(question: Question) -> lists.Page:
    cursor = Cursor.of(request.args.get("at", ""))
    narrowed = question.filters.conditions()
    return search.page(db.session(), current_actor(), question.text, narrowed, cursor, options=ROW)


def _may_see(receipt: str) -> bool:
    query = queries.visible_to(current_actor()).with_only_columns(Complaint.id)
    return db.session.scalar(query.where(Complaint.receipt == receipts.normalised(receipt))) is not None
