"""The live suggestion beside the text somebody is typing. Nothing of the text is kept."""

from flask import Blueprint, Response, make_response, render_template, request

from complaints.intake import LONGEST_BODY
from complaints.text import clean
from extensions import limiter
from web import suggestions

bp = Blueprint("suggest", __name__)

SHORTEST_READ = 5


@bp.post("/suggest")
@limiter.limit("60/minute")
def suggest() -> Response:
    """What it reads like so far, as a fragment for the form; an empty one for too little text."""
    text = clean(request.form.get("body", "")[:LONGEST_BODY]).strip()
    reading = suggestions.reading(text) if len(text) >= SHORTEST_READ else None
    response = make_response(render_template("public/_reading.html", reading=reading))
    response.headers["Cache-Control"] = "no-store"
    return response
