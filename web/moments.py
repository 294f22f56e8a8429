"""The instant of a request."""

from datetime import UTC, datetime

from flask import g


def now() -> datetime:
    """Read once a request: one page does not tell two times, nor one form write two."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return g.now
