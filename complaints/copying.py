"""Rows into PostgreSQL by COPY: the quickest way in for many, past the objects but with the types of their columns."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Column, Integer, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.base import Base
from models.columns import Sealed, seal

NULL = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
ELEMENT_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})

Value = Callable[[Any], str]


def into(session: Session, table: Table, names: Sequence[str], lines: Iterable[str]) -> None:
    """Append `lines`, each made by `line` of the columns `names` in that order. Other columns get the database's default."""
    driver = session.connection().connection.cursor()
    with driver.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        copy.write("".join(lines))


def line(fields: Iterable[str]) -> str:
    return "\t".join(fields) + "\n"


def value_of(column: Column[Any]) -> Value:
    """How a value of `column` is written as a field of a line."""
    kind = column.type
    if isinstance(kind, Sealed):
        return _or_null(lambda value: rf"\\x{seal.close(value).hex()}")
    if isinstance(kind, JSONB):
        return _or_null(lambda value: json.dumps(value, ensure_ascii=False).translate(ESCAPES))
    if isinstance(kind, ARRAY):
        return _or_null(_numbers if isinstance(kind.item_type, Integer) else _array)
    return plain


def saved(row: Base, name: str) -> Any:
    """What would be saved of a new row: a column that was never set gets its default."""
    held = row.__dict__
    if name in held:
        return held[name]
    default: Any = row.__table__.c[name].default
    if default is None:
        return None
    return default.arg if default.is_scalar else default.arg(None)


def plain(value: Any) -> str:
    """A field for text, codes, numbers, truths, dates and instants."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return (value.value if isinstance(value, StrEnum) else value).translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _or_null(write: Value) -> Value:
    return lambda value: NULL if value is None else write(value)


def _numbers(values: Sequence[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _array(values: Sequence[Any]) -> str:
    quoted = (str(value).translate(ELEMENT_ESCAPES) for value in values)
    return ("{" + ",".join(f'"{value}"' for value in quoted) + "}").translate(ESCAPES)
