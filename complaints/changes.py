"""What a batch did to many complaints, written in one statement for each table instead of one for each row."""

from collections.abc import Iterable, Sequence, Set
from typing import Any, cast

from sqlalchemy import ARRAY, Table, func, literal, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from complaints import copying
from models.base import Base
from models.complaint import Complaint, Event
from models.deadline import Deadline, Escalation
from models.notice import Notice

ADDED: tuple[type[Base], ...] = (Event, Deadline, Escalation, Notice)


def write(session: Session, complaints: Set[Complaint]) -> None:
    """Write what is new and changed about `complaints`, which are locked and belong to no session.

    Nobody is asked for versions. Where more was changed than a complaint, its deadlines and the records of what
    happened, it is flushed, whole. `session` lends its transaction and knows of nothing.
    """
    beyond = {complaint for complaint in complaints if _is_beyond(complaint)}
    with Session(session.connection()) as writer, writer.begin():
        writer.add_all(beyond)
    plain = list(complaints - beyond)
    deadlines = [row for complaint in plain for row in complaint.deadlines]
    _update(session, Complaint, plain)
    _update(session, Deadline, [row for row in deadlines if not _is_new(row)])
    added = [row for complaint in plain for row in _added(complaint)]
    for model in ADDED:
        _insert(session, model, [row for row in added if type(row) is model])


def _is_beyond(complaint: Complaint) -> bool:
    """Looks at all else that the sweep reads; the rest of what hangs on a complaint is out of its reach."""
    rows = [*complaint.offers, *complaint.handovers, *complaint.agreements, complaint.compensation]
    rows += [pause for deadline in complaint.deadlines for pause in deadline.pauses]
    return any(row is not None and instance_state(row).modified for row in rows)


def _added(complaint: Complaint) -> Iterable[Base]:
    for rows in (complaint.events, complaint.deadlines, complaint.escalations, complaint.notices):
        yield from filter(_is_new, rows)


def _is_new(row: Base) -> bool:
    return instance_state(row).key is None


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
    state, columns = instance_state(row), row.__table__.c
    loaded = state.committed_state
    return {name for name in loaded if name in columns and loaded[name] != state.dict[name]}


def _insert(session: Session, model: type[Base], rows: Sequence[Base]) -> None:
    if not rows:
        return
    table = cast(Table, model.__table__)
    names = [column.name for column in table.columns if column.name != "id"]
    fields = [map(copying.value_of(table.c[name]), _values(rows, name)) for name in names]
    copying.into(session, table, names, map(copying.line, zip(*fields, strict=True)))


def _values(rows: Sequence[Any], name: str) -> list[Any]:
    """A foreign key may not have been set: the flush would have read it off the other row."""
    if name == "complaint_id":
        return [row.complaint.id for row in rows]
    if name == "deadline_id":
        return [row.deadline.id for row in rows]
    return [copying.saved(row, name) for row in rows]
