"""Models on disk: a folder a version with arrays (.npz) and a record (JSON), and a file naming that in use.

Nothing here is pickled, so a model file can be wrong but cannot run code.
"""

import hashlib
import json
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from classifier.errors import ModelMissing
from classifier.scoring import Arrays

FORMAT = 1
CURRENT = "current"
ARRAYS = "model.npz"
RECORD = "model.json"
PREVIOUS = "previous"


@dataclass(frozen=True)
class Stored:
    """A model as it lies on disk."""

    version: str
    arrays: Arrays
    record: dict[str, Any]


def save(directory: Path, version: str, arrays: Arrays, record: dict[str, Any]) -> Path:
    """Write a new version beside the others. It is not used until it is promoted."""
    folder = directory / version
    folder.mkdir(parents=True, exist_ok=True)
    numeric = {name: value for name, value in _items(arrays) if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in _items(arrays) if not isinstance(value, np.ndarray)}
    np.savez(folder / ARRAYS, **numeric)  # type: ignore[arg-type]
    record = {
        **record,
        "format": FORMAT,
        "version": version,
        "sha256": _sha256(folder / ARRAYS),
        "plain": plain,
    }
    _write(folder / RECORD, json.dumps(record, ensure_ascii=False, indent=1))
    return folder


def promote(directory: Path, version: str) -> None:
    """Make a version the one in use. Running processes notice. Raises ModelMissing when it cannot be read."""
    load(directory, version)
    before = current(directory)
    if before not in (None, version):
        _write(directory / PREVIOUS, str(before))
    _write(directory / CURRENT, version)


def current(directory: Path) -> str | None:
    """The version in use, if any."""
    return _named(directory / CURRENT)


def previous(directory: Path) -> str | None:
    """The version in use before the last promotion."""
    return _named(directory / PREVIOUS)


def revert(directory: Path) -> str:
    """Promote the version before the last promotion and return it. Raises ModelMissing when there is none."""
    version = previous(directory)
    if version is None:
        raise ModelMissing(directory, "no model was in use before")
    promote(directory, version)
    return version


def versions(directory: Path) -> list[str]:
    """Every version on disk, oldest first."""
    return sorted(path.parent.name for path in directory.glob(f"*/{RECORD}"))


def records(directory: Path) -> list[dict[str, Any]]:
    """What is known of each version that can be read, without its word lists; `in_use` marks one."""
    in_use, found = current(directory), []
    for version in versions(directory):
        with suppress(ModelMissing):
            found.append({**_without_words(_record(directory, version)), "in_use": version == in_use})
    return found


def load(directory: Path, version: str | None = None) -> Stored:
    """Read a version, the one in use unless told. Raises ModelMissing for what is not as `save` left it."""
    version = version or current(directory)
    if version is None:
        raise ModelMissing(directory)
    read = _record(directory, version)
    try:
        if _sha256(directory / version / ARRAYS) != read["sha256"]:
            raise ModelMissing(directory, f"version {version} is damaged")
        with np.load(directory / version / ARRAYS, allow_pickle=False) as numeric:
            arrays = Arrays(**{name: numeric[name] for name in numeric.files}, **_plain(read["plain"]))
        _check(arrays, read)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ModelMissing(directory, f"version {version} cannot be read") from error
    return Stored(version, arrays, _without_words(read))


def _without_words(read: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in read.items() if name != "plain"}


def _items(arrays: Arrays) -> list[tuple[str, Any]]:
    return [(item.name, getattr(arrays, item.name)) for item in fields(arrays)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no tuples: lists of pairs become pairs again."""
    numbered = ("other_words", "long_terms", "latin_terms")
    pairs = {name: tuple((term, number) for term, number in values[name]) for name in numbered}
    return {**values, **pairs, "user_words": tuple(values["user_words"])}


def _check(arrays: Arrays, read: dict[str, Any]) -> None:
    """Raises ValueError, or KeyError for what the record lacks."""
    outputs = {len(arrays.bias), arrays.weights.shape[1], len(read["slope"]), len(read["offset"])}
    if len(outputs) > 1 or not {"confidence", "margin", "emergency"} <= set(read["thresholds"]):
        raise ValueError
    if not isinstance(read["languages"], list):
        raise TypeError


def _record(directory: Path, version: str) -> dict[str, Any]:
    try:
        read = json.loads((directory / version / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelMissing(directory, f"version {version} cannot be read") from error
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ModelMissing(directory, f"version {version} has another format")
    return read


def _named(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, ValueError):
        return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, words: str) -> None:
    """All or nothing, even when the process dies here."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_text(words, encoding="utf-8")
    beside.replace(path)
