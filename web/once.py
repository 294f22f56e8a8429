"""Makes a form safe to send twice: the second click gets the answer of the first and changes nothing."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from time import sleep
from typing import ParamSpec

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from werkzeug.wrappers import Response

from models import db
from models.repeat import Repeat
from web import resending

P = ParamSpec("P")
PAUSES = (0.02, 0.05, 0.1, 0.3, 0.5)  # seconds


def once(view: Callable[P, Response | str]) -> Callable[P, Response | str]:
    """Run `view` once for each `once` field of its form. A form without one runs every time.

    The same field with other words, as after the back button, is not taken for the first: it is shown to be sent anew.
    The key is written in the view's own transaction: where the view fails, its key is forgotten with the rest.
    """

    @wraps(view)
    def repeatable(*args: P.args, **kwargs: P.kwargs) -> Response | str:
        key = request.form.get("once", "")[:120]
        if not key:
            return view(*args, **kwargs)
        row_id = _claim(key)
        if row_id is None and _said_otherwise(key):
            return _ask_again()
        if row_id is None:
            return redirect(_answered(key) or request.referrer or url_for("home.index"), 303)
        answer = view(*args, **kwargs)
        _remember(row_id, answer)
        return answer

    return repeatable


def _scope() -> str:
    return f"form:{session.get('_user_id', 'anonymous')}"


def _claim(key: str) -> int | None:
    """The key's row, or None when it was used before. Waits for a first click that is still at work."""
    statement = (
        insert(Repeat)
        .values(
            scope=_scope(),
            key=key,
            body_hash=_body_hash(),
            created_at=datetime.now(UTC),
        )
        .on_conflict_do_nothing(index_elements=["scope", "key"])
        .returning(Repeat.id)
    )
    return db.session.scalar(statement)


def _body_hash() -> str:
    """What was sent, and where to. Under a key, since a password may be part of it."""
    given = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    said = repr((request.path, given)).encode()
    return hmac.new(current_app.config["SECRET_KEY"].encode(), said, hashlib.sha256).hexdigest()


def _said_otherwise(key: str) -> bool:
    """Whether the first click under `key` carried something else."""
    first = db.session.scalar(select(Repeat.body_hash).where(Repeat.scope == _scope(), Repeat.key == key))
    return first is not None and first != _body_hash()


def _ask_again() -> Response:
    """What was typed now, kept on a page from which it can be sent under a key of its own."""
    page = render_template("errors/resend.html", form=resending.carried(), was_sent_before=True)
    return make_response(page, 409)


def _answered(key: str) -> str | None:
    """Where the first click led. That is written a moment after the work is done: the second may have to wait for it."""
    for pause in PAUSES:
        db.session.rollback()
        answer = db.session.scalar(select(Repeat.answer).where(Repeat.scope == _scope(), Repeat.key == key))
        if answer is not None:
            return answer
        sleep(pause)
    return None


def _remember(row_id: int, answer: Response | str) -> None:
    """Keep where a redirect led. Of a page nothing is kept: where it changed nothing its form may be sent anew, and where
    it showed a secret the second click goes back to where the form stood.
    """
    if isinstance(answer, str) or answer.location is None:
        db.session.rollback()
        return
    db.session.execute(
        update(Repeat)
        .where(Repeat.id == row_id)
        .values(status_code=answer.status_code, answer=answer.location)
    )
    db.session.commit()
