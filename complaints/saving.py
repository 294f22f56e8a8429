"""A complaint that was just made and everything it came with, saved by one statement instead of one for each table."""

import json
from collections.abc import Callable, Sequence
from operator import methodcaller
from typing import Any, cast

from sqlalchemy import Column, Table
from sqlalchemy.orm import Session

from complaints.copying import saved
from models.base import Base
from models.columns import Sealed, seal
from models.complaint import Complaint, Contact, Event
from models.deadline import Deadline
from models.notice import Notice
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


def save(session: Session, complaint: Complaint) -> None:
    """Insert `complaint`, of which only the id is set here: no object becomes part of `session`.

    For one without history: whatever has an id already, such as its merchant, is left alone.
    """
    complaint.version = 1
    values = [_json(_row(complaint, FIELDS[Complaint]))]
    for name, model in PARTS.items():
        part = getattr(complaint, name)
        rows = part if isinstance(part, list) else [part]
        values.append(_json([_row(row, FIELDS[model]) for row in rows]))
    complaint.id = session.connection().exec_driver_sql(STATEMENT, tuple(values)).scalar_one()


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


MODELS: tuple[type[Base], ...] = (Complaint, *PARTS.values())
FIELDS = {model: _fields(model) for model in MODELS}


def _branch(model: type[Base], into: str, source: str) -> str:
    names = [name for name, _ in FIELDS[model]]
    values = [f"part.{name}" for name in names]
    if model is not Complaint:
        names, values = ["complaint_id", *names], ["saved.id", *values]
    # Names of tables and columns alone, which are ours.
    return f"{into} AS (INSERT INTO {model.__tablename__} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}"  # noqa: S608


def _statement() -> str:
    """One INSERT with a branch for each table. PostgreSQL reads rows of JSON by the types of the columns."""
    first = _branch(Complaint, "saved", "jsonb_populate_record(NULL::complaints, %s) part RETURNING id)")
    others = [
        _branch(model, part, f"saved, jsonb_populate_recordset(NULL::{model.__tablename__}, %s) part)")
        for part, model in PARTS.items()
    ]
    return f"WITH {', '.join([first, *others])} SELECT id FROM saved"  # noqa: S608


STATEMENT = _statement()
