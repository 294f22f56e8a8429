"""s4: every list of the pages, first and deep, narrowed and not: milliseconds, statements, and how it is read."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select, text

from bench.meter import percentile
from bench.report import Report
from bench.stage import Stage
from complaints import actors, lists, merchant_inbox, queries
from complaints.actors import Actor
from complaints.lists import Cursor, Filters, Tab
from models import db
from models.codes import Industry, Role, Status
from models.people import User

DEEP = 40  # pages
FILTERS = {
    "": Filters(),
    ", one industry": Filters(industry=Industry.CATERING),
    ", one status": Filters(status=Status.TRIAGE),
    ", one district": Filters(district="yanqing"),
}
SCANS = ("Seq Scan on complaints", "Seq Scan on deadlines", "Seq Scan on events")

Read = Callable[[], object]


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    url = stage.database(size)
    try:
        with stage.application(url):
            people = _people()
            for who, actor in people.items():
                for tab, (narrowed, filters) in itertools.product(Tab, FILTERS.items()):
                    page = _desk(actor, tab, filters)
                    _measure(f"{who}, {tab}{narrowed}", page, None, size, rounds, report)
                    if not narrowed:
                        _measure(f"{who}, {tab}, deep", page, _deep(page), size, rounds, report)
            merchant = _actor(Role.MERCHANT)
            for drawer in merchant_inbox.Tab:
                _measure(
                    f"merchant, {drawer}",
                    _drawer(merchant, drawer),
                    None,
                    size,
                    rounds,
                    report,
                )
    finally:
        stage.drop(url)


def _actor(role: Role, parentless: bool = False) -> Actor:
    query = select(User).where(User.role == role)
    if parentless:
        query = query.where(text("department_id IN (SELECT id FROM departments WHERE parent_id IS NULL)"))
    user = db.session.scalars(query.order_by(User.id)).first()
    assert user is not None
    return actors.of(user, queries.departments_of(db.session(), user))


def _people() -> dict[str, Actor]:
    return {"officer": _actor(Role.OFFICER), "city": _actor(Role.SUPERVISOR, parentless=True)}


def _desk(actor: Actor, tab: Tab, filters: Filters) -> Callable[[Cursor | None], lists.Page]:
    return lambda at: lists.page(db.session(), actor, tab, filters, at, now=datetime.now(UTC))


def _drawer(actor: Actor, drawer: merchant_inbox.Tab) -> Callable[[Cursor | None], merchant_inbox.Page]:
    return lambda at: merchant_inbox.page(db.session(), actor, drawer)


def _deep(page: Callable[[Cursor | None], lists.Page]) -> Cursor | None:
    at: Cursor | None = None
    for _ in range(DEEP):
        onward = page(at).next
        if not onward:
            break
        at = Cursor.of(onward)
    return at


def _measure(
    what: str, page: Callable[[Any], object], at: Cursor | None, size: int, rounds: int, report: Report
) -> None:
    statements: list[tuple[str, Any]] = []

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        statements.append((statement, parameters))

    page(at)
    event.listen(db.engine, "before_cursor_execute", keep)
    page(at)
    event.remove(db.engine, "before_cursor_execute", keep)
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        page(at)
        took.append(1_000 * (time.perf_counter() - start))
        db.session.rollback()
    report.add("s4", f"{size}: {what}: ms", took, 2)
    scanned = sorted({scan for one in statements for scan in SCANS if scan in plan(*one)})
    if len(statements) > 4 or scanned:
        report.add(
            "s4", f"{size}: {what}: statements; {', '.join(scanned)}", [float(len(statements))], 0, "≤ 6"
        )


def plan(statement: str, parameters: Any) -> str:
    """How PostgreSQL means to read it, in words."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return ""
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)


def worst(report: Report) -> float:
    """The slowest page of the last run, for s5 to be held against."""
    medians = [float(str(line["median"])) for line in report.lines if line["scenario"] == "s4"]
    return percentile(medians, 1.0) if medians else 0.0
