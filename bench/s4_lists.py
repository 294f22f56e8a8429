"""s4: every list of the pages, first and deep, narrowed and not: milliseconds, statements, and how it is read.

A list is held against itself in a small city, in the same rounds and with as many rows: what is rare fills a page
only in a large one. Lists that are empty in the one and not in the other are measured and not compared.
"""

import itertools
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from bench.report import Report
from bench.stage import Stage
from complaints import actors, lists, merchant_inbox, queries
from complaints.actors import Actor
from complaints.lists import Cursor, Filters, Tab
from models import db
from models.codes import Industry, Lane, Role, Status, Urgency
from models.complaint import Complaint
from models.organisations import Department
from models.people import User

SMALL = 1_000
DEEP = 40  # pages
MUST = 1.2
TRIES = 5  # of a list in a round
NOTHING = "nothing asked"  # a drawer never holds such: it is known without a look
FILTERS = {
    "": Filters(),
    ", one industry": Filters(industry=Industry.CATERING),
    ", one district": Filters(district="yanqing"),
    ", one urgency": Filters(urgency=Urgency.HIGH),
    ", one lane": Filters(lane=Lane.INTERNATIONAL),
    ", one level": Filters(level=0),
    ", one status": Filters(status=Status.ACCEPTED),
    ", another status": Filters(status=Status.CLOSED),
    ", to be sorted": Filters(status=Status.TRIAGE),
    ", a rare status": Filters(status=Status.SUSPENDED),
    ", a rare lane": Filters(lane=Lane.EMERGENCY),
    ", a rare level": Filters(level=5),
    ", no such urgency": Filters(urgency=Urgency.EMERGENCY),
    ", industry and district": Filters(industry=Industry.CATERING, district="yanqing"),
    ", status, urgency and industry": Filters(
        status=Status.MEDIATING, urgency=Urgency.HIGH, industry=Industry.CATERING
    ),
}
SCANS = ("Seq Scan on complaints", "Seq Scan on deadlines", "Seq Scan on events")

# Reads one page beyond a mark, of so many rows; gives how many there were and the mark behind the last.
Read = Callable[[Actor, Cursor | None, int], tuple[int, str]]


@dataclass
class City:
    """A database, and who looks at it there."""

    app: Flask
    people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.app.app_context():
            self.people = people()

    def time(self, read: Callable[[], object]) -> float:
        """Milliseconds: of a few tries the fastest, since a list is over before its neighbours are."""
        return min(self._once(read) for _ in range(TRIES))

    def _once(self, read: Callable[[], object]) -> float:
        with self.app.app_context():
            start = time.perf_counter()
            read()
            return 1_000 * (time.perf_counter() - start)


@dataclass
class Comparison:
    """The lists of one person, in `small` and `large`."""

    who: str
    small: City
    large: City
    rounds: int
    ratios: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statements: int = 0
    scanned: set[str] = field(default_factory=set)

    def compare(self, read: Read) -> tuple[list[float], list[float], str]:
        """Milliseconds in the large city, the ratios to the small one, and of what kind the lists are."""
        with self.small.app.app_context():
            before = read(self.small.people[self.who], None, lists.PAGE)[0]
        limit = before or lists.PAGE

        def page(city: City) -> tuple[int, str]:
            return read(city.people[self.who], None, limit)

        with self.large.app.app_context():
            with heard() as said:
                rows = page(self.large)[0]
            self.note(said)
        took, ratios = [], []
        for turn in range(-1, self.rounds):
            order = (self.small, self.large) if turn % 2 else (self.large, self.small)
            each = {id(city): city.time(lambda city=city: page(city)) for city in order}  # type: ignore[misc]
            if turn >= 0:
                took.append(each[id(self.large)])
                ratios.append(took[-1] / each[id(self.small)])
        if not said:
            return took, ratios, NOTHING
        kind = "full" if before == lists.PAGE else "partly filled" if before else "empty"
        return took, ratios, kind if before == rows else "unlike"

    def note(self, said: list[tuple[str, Any]]) -> None:
        self.statements = max(self.statements, len(said))
        self.scanned |= {scan for one in said for scan in SCANS if scan in plan(*one)}


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    urls = [stage.database(SMALL, mixed=True), stage.database(size, mixed=True)]
    try:
        with ExitStack() as open_:
            small, large = (City(open_.enter_context(stage.application(url))) for url in urls)
            for who in large.people:
                _one(Comparison(who, small, large, rounds), size, report)
    finally:
        for url in urls:
            stage.drop(url)


def _one(comparison: Comparison, size: int, report: Report) -> None:
    who = comparison.who
    for what, read in _reads(who):
        took, ratios, kind = comparison.compare(read)
        if kind == NOTHING:
            continue
        comparison.ratios[kind].append(statistics.median(ratios))
        report.add("s4", f"{size}: {who}, {what}: ms", took)
        if kind != "unlike":
            report.add("s4", f"{size}: {who}, {what}: ÷ {SMALL}, {kind}", ratios, 2, f"≤ {MUST}")
    for what, read in _reads(who):
        if deep := _deep(comparison, read):
            report.add("s4", f"{size}: {who}, {what}: deep page ÷ first", deep, 2, f"≤ {MUST}")
            comparison.ratios["deep"].append(statistics.median(deep))
    for kind, found in comparison.ratios.items():
        over = sum(ratio > MUST for ratio in found)
        about = "" if kind == "unlike" else f", {over} of them over {MUST}"
        report.add("s4", f"{size}: {who}: {len(found)} lists, {kind}{about}", found)
    report.add("s4", f"{size}: {who}: statements of a page, most", [float(comparison.statements)], 0, "≤ 6")
    for scan in sorted(comparison.scanned):
        report.add("s4", f"{size}: {who}: {scan}", [1.0], 0, "0")


def _deep(comparison: Comparison, read: Read) -> list[float]:
    """Ratios of a page far on to the first one, in the large city; none where there are not so many."""
    city, actor = comparison.large, comparison.large.people[comparison.who]
    with city.app.app_context():
        at: Cursor | None = None
        for _ in range(DEEP):
            rows, onward = read(actor, at, lists.PAGE)
            if not onward:
                return []
            at = Cursor.of(onward)
        with heard() as said:
            rows = read(actor, at, lists.PAGE)[0]
        comparison.note(said)
    if rows < lists.PAGE:
        return []
    ratios = []
    for turn in range(comparison.rounds):
        order = (None, at) if turn % 2 else (at, None)
        each = {mark: city.time(lambda mark=mark: read(actor, mark, lists.PAGE)) for mark in order}  # type: ignore[misc]
        ratios.append(each[at] / each[None])
    return ratios


def _reads(who: str) -> Iterator[tuple[str, Read]]:
    """Every list of the pages that `who` has, by name."""
    if who == "merchant":
        for drawer in merchant_inbox.Tab:
            yield drawer.value, _drawer(drawer)
        return
    for tab, (narrowed, filters) in itertools.product(Tab, FILTERS.items()):
        yield f"{tab}{narrowed}", _desk(tab, filters)
    yield "what waits, counted", _counted


def _desk(tab: Tab, filters: Filters) -> Read:
    def read(actor: Actor, at: Cursor | None, limit: int) -> tuple[int, str]:
        page = lists.page(db.session(), actor, tab, filters, at, now=datetime.now(UTC), limit=limit)
        return len(page.rows), page.next

    return read


def _counted(actor: Actor, at: Cursor | None, limit: int) -> tuple[int, str]:
    lists.counts(db.session(), actor, now=datetime.now(UTC))
    return limit, ""


def _drawer(drawer: merchant_inbox.Tab) -> Read:
    def read(actor: Actor, at: Cursor | None, limit: int) -> tuple[int, str]:
        page = merchant_inbox.page(db.session(), actor, drawer)
        return len(page.complaints), ""

    return read


def people() -> dict[str, Actor]:
    """An officer where most waits, the supervisors of a district and of the city, and a merchant."""
    of_office = select(Complaint.department_id).where(Complaint.closed_at.is_(None))
    busiest = of_office.group_by(Complaint.department_id).order_by(func.count().desc()).limit(1)
    top = select(Department.id).where(Department.parent_id.is_(None))
    below = select(Department.parent_id).where(Department.parent_id.not_in(top)).distinct()
    return {
        "officer": _actor(Role.OFFICER, User.department_id == busiest.scalar_subquery()),
        "district": _actor(Role.SUPERVISOR, User.department_id.in_(below)),
        "city": _actor(Role.SUPERVISOR, User.department_id.in_(top)),
        "merchant": _actor(Role.MERCHANT),
    }


def _actor(role: Role, *conditions: Any) -> Actor:
    user = db.session.scalars(select(User).where(User.role == role, *conditions).order_by(User.id)).first()
    assert user is not None
    return actors.of(user, queries.departments_of(db.session(), user))


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Every statement sent to the database of this context meanwhile, with what it was given."""
    statements: list[tuple[str, Any]] = []
    engine = db.engine

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def plan(statement: str, parameters: Any) -> str:
    """How PostgreSQL means to read it, in words."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return ""
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)
