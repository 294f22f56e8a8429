"""PostgreSQL and Valkey out of their Python packages: started for us, stopped with us, kept in one folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.postgres import Postgres
from embedded.server import CannotStart
from embedded.valkey import Valkey

__all__ = ["CannotStart", "Postgres", "Valkey", "running"]


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[tuple[Postgres, Valkey]]:
    """Both servers, for as long as the block lasts. Raises CannotStart."""
    home.mkdir(parents=True, exist_ok=True)
    postgres, valkey = Postgres(home, durable), Valkey(home, durable)
    try:
        postgres.start()
        valkey.start()
        yield postgres, valkey
    finally:
        valkey.stop()
        postgres.stop()
