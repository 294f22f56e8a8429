"""Addresses of our own files, each with a piece of its content's hash, to be kept for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, g, request, url_for

A_YEAR = 31_536_000
HASH_LENGTH = 10


def init_app(app: Flask) -> None:
    app.jinja_env.globals["static_url"] = static_url
    app.after_request(keep)


def static_url(filename: str) -> str:
    """Where the browser finds `filename` of the static folder. Another content has another address.

    Looked up once a request: a page of many rows draws many icons from one file.
    """
    if "static_urls" not in g:
        g.static_urls = {}
    if filename not in g.static_urls:
        g.static_urls[filename] = _address(filename)
    address: str = g.static_urls[filename]
    return address


def _address(filename: str) -> str:
    path = Path(current_app.static_folder or "", filename)
    return url_for("static", filename=filename, v=_hash(path, path.stat().st_mtime_ns))


def keep(response: Response) -> Response:
    """Tell the browser to keep a file that was asked for by its hash, and to ask again for any other."""
    if request.endpoint == "static" and response.status_code in {200, 304}:
        response.cache_control.clear()
        if "v" in request.args:
            response.cache_control.public = True
            response.cache_control.max_age = A_YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
    return response


@lru_cache(maxsize=256)
def _hash(path: Path, changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]
