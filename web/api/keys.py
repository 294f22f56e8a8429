"""Who calls the API: the person in whose name a key was issued."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from flask_limiter.util import get_remote_address
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from complaints import keys
from complaints.actors import Actor
from complaints.keys import Opened
from extensions import limiter
from models import db

P = ParamSpec("P")
T = TypeVar("T")
PER_KEY = "1200 per minute"


def needs_key(view: Callable[P, T]) -> Callable[P, T]:
    """Let a caller with a valid key in, as the actor the key stands for; 401 for anybody else."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        key = keys.opened_by(db.session(), token.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
        g.api_key = g.account = key
        return view(*args, **kwargs)

    return limiter.limit(PER_KEY, key_func=_caller)(guarded)


def caller() -> Actor:
    return api_key().actor


def api_key() -> Opened:
    key: Opened = g.api_key
    return key


def _caller() -> str:
    """The key's public part: counted before it is checked, so that guessing is slowed as well."""
    token = request.headers.get("Authorization", "")[:40]
    return f"{token.rpartition('_')[0] or 'none'}@{get_remote_address()}"
