"""Idempotency-Key: the same request again within 24 hours gets the first answer and changes nothing."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from marshmallow import Schema, ValidationError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from complaints.errors import Conflict
from jobs.queue import enqueue
from models import db
from models.repeat import Repeat
from web.api.keys import api_key
from web.moments import now

LONGEST = 120


def repeatable(schema: type[Schema]) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Honour the Idempotency-Key of a write whose answer has the shape of `schema`; without one the view simply runs.

    The key is written in the view's transaction, so that a failed request forgets it. Another body under the same key is
    refused (409 key_reused). The view itself must not commit: this does, with the answer.
    """

    shape = schema()

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def once(*args: Any, **kwargs: Any) -> Response:
            key = _key()
            row_id = _claim(key, now()) if key else None
            if key and row_id is None:
                return again()
            body = current_app.json.dumps(shape.dump(view(*args, **kwargs)))
            if row_id is not None:
                db.session.execute(
                    update(Repeat).where(Repeat.id == row_id).values(status_code=201, answer=body)
                )
            db.session.commit()
            enqueue("jobs.notices.send_due")
            return created(body)

        return once

    return decorate


def row(answer: str) -> Repeat | None:
    """What keeps `answer` for the key of this request, for a view that saves it with its own rows. None without a key."""
    key = _key()
    if not key:
        return None
    return Repeat(
        scope=_scope(), key=key, body_hash=_body_hash(), status_code=201, answer=answer, created_at=now()
    )


def created(answer: str) -> Response:
    """The answer to a write that was done."""
    return Response(answer, 201, mimetype="application/json")


def again() -> Response:
    """The first answer under the key of this request. Raises Conflict for a key that stood for something else."""
    kept = db.session.scalar(select(Repeat).where(Repeat.scope == _scope(), Repeat.key == _key()))
    if kept is None or kept.answer is None:
        raise Conflict("key_in_use")
    if kept.body_hash != _body_hash():
        raise Conflict("key_reused")
    response = Response(kept.answer, kept.status_code, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST:
        raise ValidationError({"Idempotency-Key": [f"Longer than maximum length {LONGEST}."]})
    return key


def _body_hash() -> str:
    return hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.get_data()).hexdigest()


def _scope() -> str:
    return f"api:{api_key().id}"


def _claim(key: str, at: datetime) -> int | None:
    statement = (
        insert(Repeat)
        .values(scope=_scope(), key=key, body_hash=_body_hash(), created_at=at)
        .on_conflict_do_nothing(index_elements=["scope", "key"])
        .returning(Repeat.id)
    )
    return db.session.scalar(statement)
