"""Recompute open deadlines after a change of rules or calendar, in batches, with an event on each that moved."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import contains_eager, selectinload

from complaints import deadlines, rulebook, workflow
from complaints.actors import SYSTEM
from complaints.deadlines import LAW_ZONE, Clock
from models import db
from models.codes import Action
from models.complaint import Complaint
from models.deadline import ClockRevision, Deadline

BATCH = 500


def recompute_open() -> int:
    """Bring running deadlines up to the newest calendar; how many moved. Goes on where a killed run left off.

    The calendar is read with each batch: one that is changed meanwhile is carried through by its own revision.
    """
    session, moved = db.session(), 0
    while (revision := _unfinished()) is not None:
        clock = rulebook.current(session)
        batch = _batch(revision.moves_from_id or 0)
        if not batch:
            _finish(revision)
        else:
            in_batch = sum(_move(deadline, clock) for deadline in batch)
            revision.moves_from_id = batch[-1].id
            revision.moved += in_batch
            moved += in_batch
        session.commit()
        session.expunge_all()
    return moved


def recompute_all(note: str) -> int:
    """Announce a change that was made outside the service and carry it through; how many moved."""
    rulebook.revise(db.session(), note, None, now=datetime.now(UTC))
    db.session.commit()
    return recompute_open()


def would_move(clock: Clock, since: date) -> int:
    """How many running deadlines `clock` would move where no day before `since` differs: the dry run. Changes nothing.

    Whatever the session holds unsaved is lost with it.
    """
    moved, last = 0, 0
    earliest = datetime.combine(since, time.min, LAW_ZONE)
    while batch := list(db.session().scalars(_running(last).where(Deadline.due_at >= earliest))):
        last = batch[-1].id
        moved += sum(deadlines.recompute(deadline, clock) for deadline in batch)
        db.session.rollback()
    return moved


def progress(revision: ClockRevision) -> tuple[int, int]:
    """How many running deadlines a change has been carried through to, of how many."""
    session = db.session()
    running = select(func.count(Deadline.id)).where(Deadline.ended_at.is_(None))
    total = session.scalar(running) or 0
    if revision.finished_at is not None:
        return total, total
    return session.scalar(running.where(Deadline.id <= (revision.moves_from_id or 0))) or 0, total


def _unfinished() -> ClockRevision | None:
    """The newest change not yet carried through, locked; None also while another worker is at it."""
    query = select(ClockRevision).where(ClockRevision.finished_at.is_(None)).order_by(ClockRevision.id.desc())
    return db.session().scalar(query.limit(1).with_for_update(skip_locked=True))


def _running(after: int) -> Select[Any]:
    query = select(Deadline).where(Deadline.ended_at.is_(None), Deadline.id > after)
    return query.order_by(Deadline.id).limit(BATCH).options(selectinload(Deadline.pauses))


def _batch(after: int) -> list[Deadline]:
    with_complaint = contains_eager(Deadline.complaint).selectinload(Complaint.deadlines)
    query = _running(after).join(Deadline.complaint).options(with_complaint)
    return list(db.session().scalars(query.with_for_update(of=(Deadline, Complaint))))


def _move(deadline: Deadline, clock: Clock) -> bool:
    before = deadline.due_at
    if not deadlines.recompute(deadline, clock):
        return False
    deadlines.refresh_due(deadline.complaint)
    workflow.perform(
        deadline.complaint,
        Action.RECKON,
        SYSTEM,
        now=datetime.now(UTC),
        clock=clock,
        details={
            "rule": deadline.rule_code,
            "from": before.isoformat() if before else None,
            "to": deadline.due_at.isoformat() if deadline.due_at else None,
            "calendar": clock.version,
        },
    )
    return True


def _finish(revision: ClockRevision) -> None:
    now = datetime.now(UTC)
    revision.finished_at = now
    db.session.execute(
        update(ClockRevision)
        .where(ClockRevision.id < revision.id, ClockRevision.finished_at.is_(None))
        .values(finished_at=now)
    )
