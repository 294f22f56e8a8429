"""Recompute open deadlines after a change of rules or calendar, in batches, with an event on each that moved."""

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager, selectinload

from complaints import deadlines, rulebook, workflow
from complaints.actors import SYSTEM
from complaints.deadlines import Clock
from models import db
from models.codes import Action
from models.complaint import Complaint
from models.deadline import ClockRevision, Deadline

BATCH = 500


def recompute_open() -> int:
    """Bring running deadlines up to the newest calendar; how many moved. Goes on where a killed run left off."""
    session, moved = db.session(), 0
    clock = rulebook.current(session)
    while (revision := _unfinished()) is not None:
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


def would_move(clock: Clock) -> int:
    """How many running deadlines `clock` would move: the dry run. Changes nothing."""
    moved, last = 0, 0
    while batch := _batch(last):
        last = batch[-1].id
        moved += sum(deadlines.recompute(deadline, clock) for deadline in batch)
        db.session.rollback()
    return moved


def _unfinished() -> ClockRevision | None:
    """The newest change not yet carried through, locked; None also while another worker is at it."""
    query = select(ClockRevision).where(ClockRevision.finished_at.is_(None)).order_by(ClockRevision.id.desc())
    return db.session().scalar(query.limit(1).with_for_update(skip_locked=True))


def _batch(after: int) -> list[Deadline]:
    query = (
        select(Deadline)
        .join(Deadline.complaint)
        .where(Deadline.ended_at.is_(None), Deadline.id > after)
        .order_by(Deadline.id)
        .limit(BATCH)
        .options(
            selectinload(Deadline.pauses),
            contains_eager(Deadline.complaint).selectinload(Complaint.deadlines),
        )
        .with_for_update(of=(Deadline, Complaint))
    )
    return list(db.session().scalars(query))


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
