"""Refusals and faults → a status code and a sentence. The only place that knows status codes of refusals."""

import logging
from time import time
from urllib.parse import quote

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

import files
from complaints.errors import Conflict, Gone, Invalid, NotAllowed, Refused, Unknown, WrongStatus
from extensions import limiter, login
from models.base import db
from web import resending
from web.refusals import sentence
from web.validation import Messages, sentences

log = logging.getLogger(__name__)

STATUS: dict[type[Refused], int] = {
    Unknown: 404,
    NotAllowed: 403,
    WrongStatus: 409,
    Invalid: 422,
    Conflict: 409,
    Gone: 410,
}
TRY_AGAIN_AFTER = "10"
UNIQUE_VIOLATION = "23505"
# Where somebody whose step came too late sees what has become of the complaint, by the pages they came from.
PAGE_OF_COMPLAINT = {
    "consumer": "receipts.show",
    "desk": "desk.show",
    "mediation": "mediation.show",
    "merchant": "merchant.complaint",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(ValidationError, invalid)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(IntegrityError, taken)
    app.register_error_handler(DataError, unstorable)
    app.register_error_handler(files.Missing, missing)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, database_away)
    app.register_error_handler(CSRFError, unproven)
    app.register_error_handler(RateLimitExceeded, too_many)
    for code in (
        400,
        401,
        403,
        405,
        406,
        408,
        409,
        410,
        413,
        414,
        415,
        422,
        429,
        431,
        500,
        501,
        502,
        503,
    ):
        app.register_error_handler(code, http_error)
    app.register_error_handler(404, not_found)


def wants_problem() -> bool:
    """Whether a program asks, which gets a problem document (RFC 9457) in place of a page."""
    return request.path.startswith("/api/")


def refused(error: Refused) -> Response:
    db.session.rollback()
    status = STATUS[type(error)]
    if isinstance(error, Invalid):
        return _not_valid({error.field: [sentence(error)]}, error.code)
    return answer(status, code=error.code, detail=sentence(error))


def invalid(error: ValidationError) -> Response:
    db.session.rollback()
    return _not_valid(sentences(error.messages), "invalid")


def stale(error: StaleDataError | IntegrityError) -> Response:
    db.session.rollback()
    detail = _("Somebody else changed this a moment ago. Look at it once more before you go on.")
    return answer(409, code="stale", detail=detail)


def taken(error: IntegrityError) -> Response:
    """Two made at once what there may be one of: the second comes too late. Any other broken rule is a fault of ours."""
    if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
        raise error
    return stale(error)


def missing(error: files.Missing) -> Response:
    log.error("a file that has a row is not in its folder: %s", error)
    return answer(404, code="file_missing")


def unstorable(error: DataError) -> Response:
    """A number beyond any id, or a character no text can hold, in an address or a form."""
    db.session.rollback()
    return answer(404 if request.method in {"GET", "HEAD"} else 422, code="unstorable")


def database_away(error: Exception) -> Response:
    # The whole of it would carry the values of the statement into the log.
    cause = type(getattr(error, "orig", None) or error).__name__
    log.error("the database does not answer: %s, request %s", cause, g.get("request_id"))
    _see_nobody()
    refresh()
    response = answer(503, code="database_away")
    response.headers["Retry-After"] = TRY_AGAIN_AFTER
    return response


def _see_nobody() -> None:
    """Let the page that follows do without the database, which Flask-Login asks on every rendering."""
    g.viewer = None
    g._login_user = login.anonymous_user()


def too_many(error: RateLimitExceeded) -> Response:
    """Says when to come back. How much is left is told to nobody before: counting it costs each request a question."""
    response = http_error(error)
    limit = limiter.current_limit
    if limit is not None:
        response.headers["Retry-After"] = str(max(1, round(limit.reset_at - time())))
    return response


def unproven(error: CSRFError) -> Response:
    """The proof that a form is ours ran out. Where it surely was ours, offer to send it again."""
    if wants_problem() or not resending.is_from_here():
        return answer(400, code="form_expired", detail=_("This form was not sent from a page of ours."))
    return make_response(render_template("errors/resend.html", form=resending.carried()), 400)


def http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= 500:
        _see_nobody()
    detail = (
        _("A valid key is needed: Authorization: Bearer gck_…") if status == 401 and wants_problem() else ""
    )
    response = answer(status, detail=detail, errors=_of_webargs(error))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def not_found(error: HTTPException) -> Response:
    """A page asked for with a slash too much behind its name says where it is; everything else is not here."""
    page = _without_slash()
    return make_response(redirect(page, 308)) if page else http_error(error)


def _without_slash() -> str:
    """The address without its last slash, where that is a page; else nothing. One slash in front: it stays with us."""
    page = "/" + request.path.strip("/")
    adapter = current_app.create_url_adapter(request)
    is_asked_for = request.method in {"GET", "HEAD"} and request.path.endswith("/")
    if request.routing_exception is None or adapter is None or not is_asked_for:
        return ""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return quote(request.script_root + page) + query if adapter.test(page, "GET") else ""


def _of_webargs(error: HTTPException) -> Messages | None:
    """What webargs found wrong, by field; the part of the request it was found in is left out."""
    found = (getattr(error, "data", None) or {}).get("messages")
    if not isinstance(found, dict):
        return None
    return {name: said for part in found.values() for name, said in sentences(part).items()}


def answer(status: int, *, code: str = "", detail: str = "", errors: Messages | None = None) -> Response:
    """One error in the shape the asker understands: problem document, fragment for htmx, or page."""
    if wants_problem():
        return problem(status, code=code, detail=detail, errors=errors)
    if "HX-Request" in request.headers:
        return _fragment(status, detail)
    page = render_template("errors/page.html", status=status, detail=detail, way_on=_way_on(status, code))
    return make_response(page, status)


def _way_on(status: int, code: str) -> str:
    """The page of the complaint that was acted on, where looking at it once more helps; else nothing."""
    if code == "draft_sent":
        return url_for("public.receipt")
    receipt = (request.view_args or {}).get("receipt")
    endpoint = PAGE_OF_COMPLAINT.get(request.blueprint or "")
    return url_for(endpoint, receipt=receipt) if receipt and endpoint and status in {409, 410} else ""


def problem(status: int, *, code: str = "", detail: str = "", errors: Messages | None = None) -> Response:
    """A problem document. `code` is for programs, `detail` for people, `errors` lists sentences by field."""
    body = {
        "type": f"urn:green-channel:problem:{code}" if code else "about:blank",
        "title": title(status),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors,
        "request_id": g.get("request_id"),
    }
    given = {name: value for name, value in body.items() if value}
    return Response(current_app.json.dumps(given), status, mimetype="application/problem+json")


def title(status: int) -> str:
    """What happened, in a few words."""
    titles = {
        400: _("This request cannot be understood"),
        401: _("Please sign in"),
        403: _("This is not for you to do"),
        404: _("There is nothing here"),
        405: _("This page cannot do that"),
        409: _("It has changed in the meantime"),
        410: _("This has run out"),
        413: _("That is too large"),
        422: _("Something is missing or wrong"),
        429: _("Too many attempts in a short time"),
        503: _("We cannot answer at this moment"),
    }
    return titles.get(status) or (
        _("This request cannot be understood") if status < 500 else _("We made a mistake")
    )


def _not_valid(errors: Messages, code: str) -> Response:
    """The form once more, filled, where the view said how; else a page that lists what is wrong."""
    if "form_again" in g and not wants_problem():
        return make_response(g.form_again(errors), 422)
    detail = " ".join(said for listed in errors.values() for said in listed)
    return answer(422, code=code, detail=detail, errors=errors)


def _fragment(status: int, detail: str) -> Response:
    response = make_response(render_template("errors/fragment.html", status=status, detail=detail), status)
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "beforeend"
    return response
