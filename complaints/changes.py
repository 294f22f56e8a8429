"""What a batch did to many complaints, written in one statement for each table instead of one for each row."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import ARRAY, Table, func, literal, update
from sqlalchemy.orm import Session, object_mapper
from sqlalchemy.orm.attributes import instance_state

from complaints import copying
from models.base import Base
from models.complaint import Complaint, Event
from models.deadline import Deadline, Escalation, Pause
from models.notice import Notice

ADDED: tuple[type[Base], ...] = (Event, Deadline, Escalation, Notice)
CHANGED: tuple[type[Base], ...] = (Complaint, Deadline)


def write(session: Session, complaints: Collection[Complaint]) -> None:
    """Write what is new and changed about `complaints`, and let the session forget those that are done.

    Their rows must be locked, and loaded since: nobody is asked for versions. A complaint with changes beyond
    itself, its deadlines and the records of what happened is left to the flush, whole; where there is none, the
    session forgets everything, which is quicker.
    """
    others = [row for row in session.new if not isinstance(row, ADDED)]
    others += [row for row in session.dirty if not isinstance(row, CHANGED)]
    beyond = {_complaint_of(row) for row in others}
    plain = [complaint for complaint in complaints if complaint not in beyond]
    deadlines = [row for complaint in plain for row in complaint.deadlines if row.id is not None]
    _update(session, Complaint, plain)
    _update(session, Deadline, deadlines)
    added = [row for complaint in plain for row in _added(complaint)]
    for model in ADDED:
        _insert(session, model, [row for row in added if type(row) is model])
    if beyond:
        for row in (*added, *deadlines, *plain):
            session.expunge(row)
    else:
        session.expunge_all()


def _complaint_of(row: Any) -> Complaint:
    return cast(Complaint, row.deadline.complaint if isinstance(row, Pause) else row.complaint)


def _added(complaint: Complaint) -> Iterable[Base]:
    for rows in (complaint.events, complaint.deadlines, complaint.escalations, complaint.notices):
        yield from (row for row in rows if row.id is None)


def _update(session: Session, model: type[Base], rows: Sequence[Any]) -> None:
    changed = [(row, names) for row in rows if (names := _changed(row))]
    if not changed:
        return
    every = sorted({name for _, names in changed for name in names})
    values = {name: [getattr(row, name) for row, _ in changed] for name in ["id", *every]}
    if model is Complaint:
        values["version"] = [row.version + 1 for row, _ in changed]
    columns = cast(Table, model.__table__).c
    arrays = [literal(found, ARRAY(columns[name].type)) for name, found in values.items()]
    new = func.unnest(*arrays).table_valued(*values).render_derived(name="new")
    statement = update(model).where(columns.id == new.c.id)
    statement = statement.values({name: new.c[name] for name in values if name != "id"})
    session.execute(statement.execution_options(synchronize_session=False))


def _changed(row: Base) -> set[str]:
    """The columns whose value is another than the one that was loaded."""
    state, columns = instance_state(row), object_mapper(row).column_attrs
    loaded = state.committed_state
    return {name for name in loaded if name in columns and loaded[name] != state.dict[name]}


def _insert(session: Session, model: type[Base], rows: Sequence[Base]) -> None:
    if not rows:
        return
    table = cast(Table, model.__table__)
    names = [column.name for column in table.columns if column.name != "id"]
    values = [(name, copying.value_of(table.c[name])) for name in names]
    lines = [copying.line(write(_value(row, name)) for name, write in values) for row in rows]
    copying.into(session, table, names, lines)


def _value(row: Any, name: str) -> Any:
    """A foreign key may not have been set: the flush would have read it off the other row."""
    if name == "complaint_id":
        return row.complaint.id
    if name == "deadline_id":
        return row.deadline.id
    return copying.saved(row, name)
