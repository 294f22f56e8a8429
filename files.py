"""Where uploaded files lie: a few functions over a folder, sealed with the data key.

The same functions on S3-compatible storage replace this module where several machines serve one city.
"""

import os
import re
import secrets
from datetime import datetime
from pathlib import Path

from flask import current_app

from models.columns import seal

KEY = re.compile(r"[a-z]+/[0-9a-f]{2}/[0-9a-f]{30}(\.[0-9a-f]{8})?")  # its end: a file still being written
SHELVES = tuple(f"{number:02x}" for number in range(256))


class Missing(Exception):
    """Nothing is stored under this key."""


def new_key(kind: str) -> str:
    """A key nobody can guess, with nothing in it that anybody typed. `kind` is a word such as original."""
    name = secrets.token_hex(16)
    return f"{kind}/{name[:2]}/{name[2:]}"


def put(key: str, content: bytes) -> None:
    """Keep `content` sealed under `key`. A crash leaves the whole file or none. Repeatable."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with unfinished.open("xb") as file:
        file.write(seal.close_bytes(content))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def get(key: str) -> bytes:
    """What was kept under `key`. Raises Missing where there is nothing, Unsealable for another data key."""
    try:
        return seal.open_bytes(_path(key).read_bytes())
    except FileNotFoundError as error:
        raise Missing(key) from error


def remove(key: str) -> None:
    """Forget what was kept under `key`. Repeatable."""
    _path(key).unlink(missing_ok=True)


def put_before(kind: str, shelf: str, moment: datetime) -> list[str]:
    """The keys of one shelf, a 256th of a kind, of what was put before `moment` or left half written then."""
    folder = _folder() / kind / shelf
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        older = [entry.name for entry in entries if entry.stat().st_mtime < moment.timestamp()]
    return [key for key in (f"{kind}/{shelf}/{name}" for name in older) if KEY.fullmatch(key)]


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].files_dir)


def _path(key: str) -> Path:
    """The place of a key of ours. Anything else, a path above all, raises ValueError and touches no disk."""
    if not KEY.fullmatch(key):
        raise ValueError("not a key of ours")
    return _folder() / key
