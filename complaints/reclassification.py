"""A run over many complaints with a later model: begun once, done in chunks by whoever comes, gone on with after any end."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Integer, Table, case, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, joinedload, lazyload
from sqlalchemy.sql.base import ExecutableOption

from complaints import admin_log, copying, doubts, routing
from complaints.doubts import Finding, Standing
from complaints.errors import Conflict, Unknown
from models.codes import Action, AdminAction, Industry
from models.complaint import Complaint, Event
from models.organisations import Merchant
from models.people import User
from models.reclassification import Reclassification as Run
from models.reclassification import ReclassificationChunk as Chunk
from models.suggestion import Suggestion

CHUNK = 500
MOST_TRIES = 5
SHOWN = 20
LATELY = timedelta(minutes=1)
BEGUN = ("model_version", "open_only", "total")
READINGS = cast(Table, Suggestion.__table__)
VALUES = [(column.name, copying.value_of(column)) for column in READINGS.columns if column.name != "id"]
SUMS = ("read", "failed", "abstained", "differs", "settled", "disputed", "suspected")


@dataclass(frozen=True)
class Text:
    """What is to be read, and what its complaint is taken for at this moment."""

    id: int
    body: str
    department_id: int | None
    standing: Standing


@dataclass(frozen=True)
class Progress:
    """How far a run is. `rate` is complaints a second of late, 0 when nothing was done in the last minute."""

    total: int
    done: int
    counts: dict[str, int]
    pairs: list[tuple[Industry, Industry, int]] = field(default_factory=list)
    rate: float = 0.0

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def seconds_left(self) -> int | None:
        """None while nobody works at it."""
        return round(self.left / self.rate) if self.rate else None


def count(session: Session, *, open_only: bool) -> int:
    """How many complaints a run would read: the dry run."""
    return session.scalar(select(func.count(Complaint.id)).where(*_wanted(open_only))) or 0


def begin(
    session: Session, model_version: str, actor_id: int | None, *, open_only: bool, now: datetime
) -> Run:
    """Begin a run and cut the complaints there are into chunks. Raises Conflict while another is under way."""
    fresh = postgresql.insert(Run).values(
        started_at=now, actor_id=actor_id, model_version=model_version, open_only=open_only, total=0
    )
    id_ = session.scalar(fresh.on_conflict_do_nothing().returning(Run.id))
    if id_ is None:
        raise Conflict("reclassification_under_way")
    _cut(session, id_, open_only)
    run = session.get_one(Run, id_)
    run.total = session.scalar(select(func.sum(Chunk.size)).where(Chunk.run_id == id_)) or 0
    run.ended_at = None if run.total else now
    begun = admin_log.state(run, BEGUN)
    action = AdminAction.BEGIN_RECLASSIFICATION
    admin_log.note(session, actor_id, action, _subject(run), now=now, after=begun)
    return run


def cancel(session: Session, run_id: int, actor_id: int | None, *, now: datetime) -> Run:
    """End a run where it is: what was read stays. One that has ended stays as it ended. Raises Unknown."""
    run = session.get(Run, run_id, with_for_update={"of": Run})
    if run is None:
        raise Unknown
    if run.ended_at is None:
        run.ended_at = run.cancelled_at = now
        run.cancelled_by_id = actor_id
        admin_log.note(session, actor_id, AdminAction.CANCEL_RECLASSIFICATION, _subject(run), now=now)
    return run


def _subject(run: Run) -> str:
    return f"reclassification:{run.id}"


def under_way(session: Session) -> Run | None:
    return session.scalar(select(Run).where(Run.ended_at.is_(None)))


def newest(session: Session) -> Run | None:
    """The run begun last."""
    return session.scalar(select(Run).order_by(Run.id.desc()).limit(1).options(*_named()))


def one(session: Session, run_id: int) -> Run:
    """The run with this number. Raises Unknown."""
    run = session.scalar(select(Run).where(Run.id == run_id).options(*_named()))
    if run is None:
        raise Unknown
    return run


def latest(session: Session) -> list[tuple[Run, dict[str, int]]]:
    """The newest runs, each with what was counted in it."""
    found = session.scalars(select(Run).order_by(Run.id.desc()).limit(SHOWN).options(*_named())).all()
    ids = [run.id for run in found]
    query = select(Chunk.run_id, *_sums()).where(Chunk.run_id.in_(ids)).group_by(Chunk.run_id)
    counted = {id_: _counts(sums) for id_, *sums in session.execute(query)}
    return [(run, counted.get(run.id, dict.fromkeys(SUMS, 0))) for run in found]


def claim(session: Session, run: Run) -> int | None:
    """Count a try at a chunk that nobody is at, and name it. Commit, then `hold` it.

    The try is on record before the work begins, so that a chunk on which workers die falls behind the others and is
    given up at last.
    """
    free = (
        select(Chunk.id)
        .where(Chunk.run_id == run.id, Chunk.done_at.is_(None), Chunk.tries < MOST_TRIES)
        .order_by(Chunk.tries, Chunk.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = update(Chunk).where(Chunk.id == free.scalar_subquery()).values(tries=Chunk.tries + 1)
    return session.scalar(taken.returning(Chunk.id))


def hold(session: Session, chunk_id: int) -> Chunk | None:
    """The chunk, locked until the transaction ends; None where somebody else has it or the run has ended meanwhile."""
    running = select(Run.id).where(Run.ended_at.is_(None))
    query = select(Chunk).where(Chunk.id == chunk_id, Chunk.done_at.is_(None), Chunk.run_id.in_(running))
    return session.scalar(query.with_for_update(skip_locked=True, of=Chunk))


def texts(session: Session, run: Run, chunk: Chunk) -> list[Text]:
    """The texts of a chunk, in the order of their ids."""
    columns = (
        Complaint.id,
        Complaint.body,
        Complaint.department_id,
        Complaint.industry,
        Complaint.urgency,
        Complaint.status,
        Complaint.closed_at,
    )
    wanted = (Complaint.id.between(chunk.first_id, chunk.last_id), *_wanted(run.open_only))
    rows = session.execute(select(*columns).where(*wanted).order_by(Complaint.id)).all()
    first, classified = _first_readings(session, chunk), _classified(session, chunk)
    return [
        Text(
            row.id,
            row.body,
            row.department_id,
            Standing(
                industry=row.industry,
                urgency=row.urgency,
                status=row.status,
                is_open=row.closed_at is None,
                first=first.get(row.id),
                was_classified=row.id in classified,
            ),
        )
        for row in rows
    ]


def record(
    session: Session,
    run: Run,
    chunk: Chunk,
    given: Sequence[Text],
    said: Mapping[int, Suggestion],
    *,
    now: datetime,
) -> None:
    """Keep what was `said` of the texts `given`, by their ids, and what that throws doubt on. The chunk is done then.

    What is missing in `said` could not be read. Call it once for a chunk that `hold` gave, and commit.
    """
    read = [text for text in given if text.id in said]
    found = {text.id: doubts.judge(text.standing, said[text.id]) for text in read}
    _keep(session, said.values())
    doubtful = [(id_, finding) for id_, finding in found.items() if finding.is_doubt]
    doubts.replace(session, [text.id for text in read], doubtful, now)
    doubts.warn(session, run, _offices(read, found), now)
    _sum_up(chunk, found.values(), said.values())
    chunk.failed = len(given) - len(read)
    chunk.pairs = Counter(_pair(text, said[text.id]) for text in read if found[text.id].differs)
    chunk.done_at = now


def finish(session: Session, run: Run, *, now: datetime) -> bool:
    """End a run of which nothing is left to do; whether it has ended. Chunks that were tried too often are given up."""
    left = session.scalars(select(Chunk.id).where(Chunk.run_id == run.id, Chunk.done_at.is_(None))).all()
    idle = select(Chunk).where(Chunk.id.in_(left), Chunk.done_at.is_(None)).order_by(Chunk.id)
    given_up = session.scalars(idle.with_for_update(skip_locked=True)).all()
    if len(given_up) < len(left) or any(chunk.tries < MOST_TRIES for chunk in given_up):
        return False
    for chunk in given_up:
        chunk.done_at, chunk.failed = now, chunk.size
    session.execute(update(Run).where(Run.id == run.id, Run.ended_at.is_(None)).values(ended_at=now))
    return True


def progress(session: Session, run: Run, *, now: datetime) -> Progress:
    """How far `run` is, in two statements."""
    since = max(run.started_at, now - LATELY)
    size = func.sum(Chunk.size)
    lately_done = func.coalesce(size.filter(Chunk.done_at > since), 0)
    query = select(func.coalesce(size, 0), lately_done, *_sums())
    done, lately, *sums = session.execute(
        query.where(Chunk.run_id == run.id, Chunk.done_at.is_not(None))
    ).one()
    rate = int(lately) / max((now - since).total_seconds(), 1.0) if run.ended_at is None else 0.0
    return Progress(run.total, int(done), _counts(sums), _pairs(session, run), rate)


def _sums() -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(getattr(Chunk, name)), 0) for name in SUMS]


def _counts(sums: Iterable[int]) -> dict[str, int]:
    return dict(zip(SUMS, map(int, sums), strict=True))


def _named() -> list[ExecutableOption]:
    """With who began and who cancelled it."""
    plain = (lazyload(User.department), lazyload(User.merchant))
    return [joinedload(Run.actor).options(*plain), joinedload(Run.cancelled_by).options(*plain)]


def _pairs(session: Session, run: Run) -> list[tuple[Industry, Industry, int]]:
    each = func.jsonb_each_text(Chunk.pairs).table_valued("key", "value")
    total = func.sum(each.c.value.cast(Integer))
    query = (
        select(each.c.key, total).select_from(Chunk).join(each, literal(True)).where(Chunk.run_id == run.id)
    )
    rows = session.execute(query.group_by(each.c.key).order_by(total.desc(), each.c.key)).all()
    return [(*map(Industry, key.split()), int(number)) for key, number in rows]  # type: ignore[misc]


def _wanted(open_only: bool) -> list[ColumnElement[bool]]:
    return [Complaint.closed_at.is_(None)] if open_only else []


def _cut(session: Session, run_id: int, open_only: bool) -> None:
    """Chunks of equal size over the ids there are: one statement, whatever the table holds."""
    place = func.row_number().over(order_by=Complaint.id) - 1
    numbered = select(Complaint.id, (place // CHUNK).label("part")).where(*_wanted(open_only))
    rows = numbered.subquery()
    zeros = {name: literal(0) for name in ("tries", *SUMS)}
    ranges = (
        select(
            literal(run_id),
            func.min(rows.c.id),
            func.max(rows.c.id),
            func.count(),
            literal({}, postgresql.JSONB),
            *zeros.values(),
        )
        .group_by(rows.c.part)
        .order_by(rows.c.part)
    )
    names = ["run_id", "first_id", "last_id", "size", "pairs", *zeros]
    session.execute(insert(Chunk).from_select(names, ranges))


def _first_readings(session: Session, chunk: Chunk) -> dict[int, Industry | None]:
    """The category that each complaint's first reading led to without a person."""
    said = (Suggestion.industry, Suggestion.second, Suggestion.abstained, Suggestion.reason)
    trade = case((Merchant.licence_no.is_not(None), Merchant.industry)).label("trade")
    query = (
        select(Suggestion.complaint_id, *said, trade)
        .join(Complaint, Complaint.id == Suggestion.complaint_id)
        .outerjoin(Merchant, Merchant.id == Complaint.merchant_id)
        .where(Suggestion.complaint_id.between(chunk.first_id, chunk.last_id))
        .ext(postgresql.distinct_on(Suggestion.complaint_id))
        .order_by(Suggestion.complaint_id, Suggestion.id)
    )
    return {row.complaint_id: routing.industry_of(row, row.trade) for row in session.execute(query)}


def _classified(session: Session, chunk: Chunk) -> set[int]:
    """Those whose category an officer set or confirmed."""
    query = select(Event.complaint_id).where(
        Event.complaint_id.between(chunk.first_id, chunk.last_id), Event.action == Action.CLASSIFY
    )
    return set(session.scalars(query))


def _keep(session: Session, said: Iterable[Suggestion]) -> None:
    """Readings as rows, by COPY: half of a chunk's time goes into them otherwise."""
    lines = [copying.line([write(copying.saved(one, name)) for name, write in VALUES]) for one in said]
    copying.into(session, READINGS, [name for name, _ in VALUES], lines)


def _offices(read: Iterable[Text], found: Mapping[int, Finding]) -> set[int]:
    """Those that have a complaint in which danger is suspected."""
    return {
        text.department_id
        for text in read
        if text.department_id is not None and found[text.id].suspects_danger
    }


def _pair(text: Text, said: Suggestion) -> str:
    return f"{text.standing.industry} {said.industry}"


def _sum_up(chunk: Chunk, findings: Collection[Finding], said: Collection[Suggestion]) -> None:
    chunk.read = len(said)
    chunk.abstained = sum(one.abstained for one in said)
    chunk.differs = sum(finding.differs for finding in findings)
    chunk.settled = sum(finding.is_settled for finding in findings)
    chunk.disputed = sum(finding.disputes for finding in findings)
    chunk.suspected = sum(finding.suspects_danger for finding in findings)
