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

FORMAT = 4
CURRENT = "current"
PREVIOUS = "previous"
RECORD = "model.json"


@dataclass(frozen=True)
class Stored:
    """A model as it lies on disk: the arrays of each part, and the record, which has an entry for each part."""

    version: str
    arrays: dict[str, Arrays]
    user_words: tuple[str, ...]
    record: dict[str, Any]


def save(directory: Path, model: Stored) -> None:
    """Write a new version beside the others. It is not used until it is promoted."""
    folder = directory / model.version
    folder.mkdir(parents=True, exist_ok=True)
    parts = {
        name: {**model.record["parts"][name], **_write_part(folder, name, arrays)}
        for name, arrays in model.arrays.items()
    }
    whole = {"format": FORMAT, "version": model.version, "parts": parts, "user_words": model.user_words}
    _write(folder / RECORD, json.dumps({**model.record, **whole}, ensure_ascii=False, indent=1))


def _write_part(folder: Path, name: str, arrays: Arrays) -> dict[str, Any]:
    items = [(item.name, getattr(arrays, item.name)) for item in fields(arrays)]
    numeric = {key: value for key, value in items if isinstance(value, np.ndarray)}
    np.savez(_file(folder, name), **numeric)  # type: ignore[arg-type]
    plain = {key: value for key, value in items if key not in numeric}
    return {"sha256": _sha256(_file(folder, name)), "plain": plain}


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


def is_of_another_release(directory: Path) -> bool:
    """Whether the version in use has the format of another release: it cannot be read, only made anew."""
    version = current(directory)
    with suppress(ModelMissing):
        return version is not None and _read(directory, version).get("format") != FORMAT
    return False


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
        with suppress(ModelMissing, KeyError, AttributeError):
            found.append({**_without_words(_record(directory, version)), "in_use": version == in_use})
    return found


def load(directory: Path, version: str | None = None) -> Stored:
    """Read a version, the one in use unless told. Raises ModelMissing for what is not as `save` left it."""
    version = version or current(directory)
    if version is None:
        raise ModelMissing(directory)
    read = _record(directory, version)
    try:
        arrays = {name: _read_part(directory / version, name, part) for name, part in read["parts"].items()}
        words, record = tuple(read["user_words"]), _without_words(read)
    except (OSError, KeyError, AttributeError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ModelMissing(directory, f"version {version} is damaged") from error
    if not arrays:
        raise ModelMissing(directory, f"version {version} is empty")
    return Stored(version, arrays, words, record)


def _read_part(folder: Path, name: str, part: dict[str, Any]) -> Arrays:
    """Raises what `load` turns into ModelMissing."""
    if _sha256(_file(folder, name)) != part["sha256"]:
        raise ValueError
    with np.load(_file(folder, name), allow_pickle=False) as numeric:
        arrays = Arrays(**{key: numeric[key] for key in numeric.files}, **_plain(part["plain"]))
    outputs = {len(arrays.bias), arrays.weights.shape[1]}
    outputs |= {len(part[name]) for name in ("slope", "offset", "sharpness")}
    if len(outputs) > 1 or not {"confidence", "margin", "emergency"} <= set(part["thresholds"]):
        raise ValueError
    return arrays


def _without_words(read: dict[str, Any]) -> dict[str, Any]:
    parts = {
        name: {key: value for key, value in part.items() if key != "plain"}
        for name, part in read["parts"].items()
    }
    return {**{key: value for key, value in read.items() if key != "user_words"}, "parts": parts}


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.npz"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no tuples: lists of pairs become pairs again."""
    numbered = ("latin_words", "latin_terms")
    pairs = {name: tuple((term, number) for term, number in values[name]) for name in numbered}
    return {**values, **pairs}


def _record(directory: Path, version: str) -> dict[str, Any]:
    read = _read(directory, version)
    if read.get("format") != FORMAT:
        raise ModelMissing(directory, f"version {version} has another format")
    return read


def _read(directory: Path, version: str) -> dict[str, Any]:
    try:
        read = json.loads((directory / version / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelMissing(directory, f"version {version} cannot be read") from error
    return read if isinstance(read, dict) else {}


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
