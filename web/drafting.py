"""The draft of the browser at hand: found by a cookie no script can read, come back to with a code."""

from flask import Response, current_app, request

from complaints import drafts
from complaints.drafts import Draft
from complaints.errors import Conflict, Gone
from models.base import db
from web.moments import now


def code() -> str:
    """The code that opens the draft of this browser; empty where there is none."""
    return request.cookies.get(_cookie(), "")[:40]


def current() -> Draft | None:
    """The draft of this browser that is not sent yet."""
    draft = any_draft()
    return draft if draft is not None and draft.complaint_id is None else None


def any_draft() -> Draft | None:
    """The same, also when it was sent a short while ago."""
    return drafts.find(db.session(), code(), now=now()) if code() else None


def required() -> Draft:
    """The draft of this browser. Raises Gone where there is none any more, Conflict where it was sent."""
    return _not_sent(any_draft())


def locked() -> Draft:
    """The same, to be changed: whoever else changes or sends it waits, and what they wrote is read."""
    return _not_sent(drafts.lock(db.session(), code(), now=now()))


def remember(response: Response, draft_code: str) -> Response:
    """Give the browser the code, for as long as the draft is kept."""
    response.set_cookie(
        _cookie(),
        draft_code,
        max_age=int(drafts.KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=_is_secure(),
        path="/",
    )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(_cookie(), httponly=True, samesite="Lax", secure=_is_secure(), path="/")
    return response


def _not_sent(draft: Draft | None) -> Draft:
    if draft is None:
        raise Gone("draft_gone")
    if draft.complaint_id is not None:
        raise Conflict("draft_sent")
    return draft


def _cookie() -> str:
    return "__Host-draft" if _is_secure() else "draft"


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
