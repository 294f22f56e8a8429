"""What every answer carries to keep people safe, how much a request may bring, where a form may lead."""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session

MEGABYTE = 1024 * 1024
ORDINARY_LIMIT = MEGABYTE
TWO_YEARS = 63_072_000

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask, *, in_production: bool) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if in_production else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=in_production,
        MAX_CONTENT_LENGTH=ORDINARY_LIMIT,
        MAX_FORM_MEMORY_SIZE=ORDINARY_LIMIT,
    )
    # A preprocessor, since those run before any check that reads the form, whatever the order of extensions.
    app.url_value_preprocessor(lambda endpoint, values: _admit(app, endpoint))
    app.after_request(lambda response: _secure(response, in_production=in_production))


def body_limit(size: int) -> Callable[[View], View]:
    """Let one view take `size` bytes where others take a megabyte: uploads. Put it under the route."""

    def mark(view: View) -> View:
        view.body_limit = size  # type: ignore[attr-defined]
        return view

    return mark


def safe_next(target: str | None, otherwise: str) -> str:
    """`target` where it is a path of our own, else `otherwise`: no link to us sends anybody elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(character < " " or character == "\\" for character in target) or urlsplit(target).netloc:
        return otherwise
    return target


def _admit(app: Flask, endpoint: str | None) -> None:
    g.request_id = secrets.token_hex(8)
    limit = getattr(app.view_functions.get(endpoint or ""), "body_limit", None)
    if limit:
        request.max_content_length = limit


def _secure(response: Response, *, in_production: bool) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if in_production:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}")
    if "request_id" in g:
        response.headers["X-Request-ID"] = g.request_id
    if "Cache-Control" not in response.headers:
        # Pages of somebody signed in are not left behind on a shared computer.
        response.headers["Cache-Control"] = (
            "private, no-store" if "_user_id" in session else "private, no-cache"
        )
    return response
