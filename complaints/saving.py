"""A complaint that was just made and everything it came with, saved by one statement instead of one for each table."""

import json
from collections.abc import Callable, Sequence
from operator import methodcaller
from typing import Any, cast

from sqlalchemy import Column, Table
from sqlalchemy.orm import Session

from complaints.copying import saved
from complaints.errors import Conflict
from models.base import Base
from models.columns import Sealed, seal
from models.complaint import Complaint, Contact, Event
from models.deadline import Deadline
from models.notice import Notice
from models.repeat import Repeat
from models.suggestion import Suggestion

PARTS: dict[str, type[Base]] = {
    "contact": Contact,
    "suggestions": Suggestion,
    "events": Event,
    "deadlines": Deadline,
    "notices": Notice,
}
GIVEN_BY_DATABASE = frozenset({"id", "complaint_id"})

Field = tuple[str, Callable[[Any], Any]]


def save(session: Session, complaint: Complaint, repeat: Repeat | None = None) -> bool:
    """Insert `complaint`, of which only the id is set here: no object becomes part of `session`.

    For one without history: whatever has an id already, such as its merchant, is left alone. With `repeat`, which holds
    the answer as well, nothing is saved where its key was used before; returns whether it was saved. Waits for
    another that is just using the key. Raises Conflict where the number at its source was filed before.
    """
    complaint.version = 1
    values = [_json(_row(repeat, FIELDS[Repeat]))] if repeat is not None else []
    values.append(_json(_row(complaint, FIELDS[Complaint])))
    for name, model in PARTS.items():
        part = getattr(complaint, name)
        rows = part if isinstance(part, list) else [part]
        values.append(_json([_row(row, FIELDS[model]) for row in rows]))
    statement = STATEMENT if repeat is None else STATEMENT_ONCE
    id_, is_new = session.connection().exec_driver_sql(statement, tuple(values)).one()
    if is_new and id_ is None:
        raise Conflict("filed_before")
    complaint.id = id_
    return bool(is_new)


def _row(row: Base, fields: Sequence[Field]) -> dict[str, Any]:
    return {name: write(saved(row, name)) for name, write in fields}


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, default=methodcaller("isoformat"))


def _fields(model: type[Base]) -> list[Field]:
    columns = cast(Table, model.__table__).columns
    return [(column.name, _writer(column)) for column in columns if column.name not in GIVEN_BY_DATABASE]


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    return _sealed if isinstance(column.type, Sealed) else lambda value: value


def _sealed(value: str | None) -> str | None:
    return None if value is None else rf"\x{seal.close(value).hex()}"


OWNED = frozenset(PARTS.values())
MODELS: tuple[type[Base], ...] = (Repeat, Complaint, *PARTS.values())
FIELDS = {model: _fields(model) for model in MODELS}


def _branch(model: type[Base], into: str, source: str) -> str:
    names = [name for name, _ in FIELDS[model]]
    values = [f"part.{name}" for name in names]
    if model in OWNED:
        names, values = ["complaint_id", *names], ["saved.id", *values]
    # Names of tables and columns alone, which are ours.
    return f"{into} AS (INSERT INTO {model.__tablename__} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}"  # noqa: S608


def _statement(claim: str) -> str:
    """One INSERT with a branch for each table. PostgreSQL reads rows of JSON by the types of the columns."""
    first = _branch(
        Complaint,
        "saved",
        "jsonb_populate_record(NULL::complaints, %s) part WHERE EXISTS (SELECT FROM claimed)"
        " ON CONFLICT (source, source_ref) WHERE source IS NOT NULL DO NOTHING RETURNING id)",
    )
    others = [
        _branch(model, part, f"saved, jsonb_populate_recordset(NULL::{model.__tablename__}, %s) part)")
        for part, model in PARTS.items()
    ]
    branches = ", ".join([claim, first, *others])
    return f"WITH {branches} SELECT (SELECT id FROM saved), EXISTS (SELECT FROM claimed)"  # noqa: S608


STATEMENT = _statement("claimed AS (SELECT)")
STATEMENT_ONCE = _statement(
    _branch(
        Repeat,
        "claimed",
        "jsonb_populate_record(NULL::repeats, %s) part ON CONFLICT (scope, key) DO NOTHING RETURNING id)",
    )
)
