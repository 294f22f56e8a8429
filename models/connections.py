"""Connections that died while nobody used them: noticed without asking the server each time.

Asking (SQLAlchemy's pre-ping) costs every request a round trip. Whatever ends a connection that nobody uses, such as a
restart of the server, sends its end down the line: a line that has something to say is dead.
"""

import select
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.event import listen
from sqlalchemy.exc import InvalidatePoolError


def watch(engine: Engine) -> None:
    """Let `engine` hand out connections that were alive a moment ago. One that is dead takes its elders along."""
    listen(engine, "checkout", _look)


def _look(connection: Any, record: Any, proxy: Any) -> None:
    if connection.closed or _speaks(connection.fileno()):
        raise InvalidatePoolError


def _speaks(descriptor: int) -> bool:
    listening = select.poll()
    listening.register(descriptor, select.POLLIN)
    return bool(listening.poll(0))
