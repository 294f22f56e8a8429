"""The data every installation begins with: departments, time limits, dispatch rules and the calendar."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from cli import calendar_seed
from complaints import rulebook, time_limits
from models import db
from models.base import Base
from models.deadline import CalendarDay, ClockRevision, SlaRule
from models.organisations import Department
from models.routing import RoutingRule

RULES = Path(__file__).resolve().parent.parent / "complaints" / "rules"
LISTS = (
    "starts_on",
    "stops_on",
    "drops_on",
    "pause_in",
    "lanes",
    "urgencies",
    "industries",
    "on_warning",
    "on_expiry",
)


@click.command("load-reference")
@with_appcontext
def load_reference() -> None:
    """Add what is missing of departments, time limits, routing rules and calendar. Changes nothing that is there."""
    added = load()
    db.session.commit()
    click.echo(", ".join(f"{count} {name}" for name, count in added.items()) + " added")


def load() -> dict[str, int]:
    """Insert the rows not there yet and say how many of each. Commits nothing; safe to repeat."""
    added = {
        "departments": _departments(),
        "time limits": _sla_rules(),
        "calendar days": _calendar(),
        "routing rules": _routing_rules(),
    }
    if any(added.values()) or db.session.scalar(select(ClockRevision.id).limit(1)) is None:
        rulebook.revise(db.session(), "reference data", None, now=datetime.now(UTC))
    return added


def _ids() -> dict[str, int]:
    return {row.code: row.id for row in db.session.scalars(select(Department))}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (RULES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _split(value: str) -> list[str]:
    return [part for part in value.split("|") if part]


def _departments() -> int:
    known = _ids()
    added = 0
    for row in _rows("departments.csv"):  # parents stand before their children
        if row["code"] in known:
            continue
        department = Department(
            code=row["code"],
            kind=row["kind"],
            level=int(row["level"]),
            parent_id=known.get(row["parent"]),
            district=row["district"] or None,
            industries=_split(row["industries"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
        )
        db.session.add(department)
        db.session.flush()
        known[department.code] = department.id
        added += 1
    return added


def _sla_rules() -> int:
    """Each version that ships, unless one begins on its day. What administrators made of a rule stays, and is said."""
    known = {(rule.code, rule.valid_from): rule for rule in time_limits.listed(db.session())}
    added = 0
    for row in _rows("sla_rules.csv"):
        number, shipped = int(row["version"]), SlaRule(**_sla_rule(row))
        there = known.get((shipped.code, shipped.valid_from))
        if there is not None:
            _say_if_kept(there, shipped)
        elif time_limits.adopt(db.session(), shipped):
            added += 1
            _say_if_renumbered(shipped, number)
    return added


def _say_if_kept(there: SlaRule, shipped: SlaRule) -> None:
    if any(getattr(there, name) != getattr(shipped, name) for name in time_limits.CHANGEABLE):
        click.echo(
            f"{there.code}: version {there.version}, in force from {there.valid_from}, was made here and is kept"
        )


def _say_if_renumbered(shipped: SlaRule, number: int) -> None:
    if shipped.version != number:
        click.echo(
            f"{shipped.code}: version {number} was made here, so the one that ships, in force from"
            f" {shipped.valid_from}, became version {shipped.version}"
        )


def _sla_rule(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: value for name, value in row.items() if name not in LISTS}
    values |= {name: _split(row[name]) for name in LISTS}
    return values | {
        "version": int(row["version"]),
        "duration": int(row["duration"]),
        "warn_at": [int(part) for part in _split(row["warn_at"])],
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        "is_active": row["is_active"] == "true",
    }


def _calendar() -> int:
    days = [
        {
            "on": day.on,
            "is_working": day.is_working,
            "is_statutory": day.is_statutory,
            "is_provisional": day.is_provisional,
            "name": day.name,
        }
        for day in calendar_seed.seed_rows()
    ]
    return _insert(CalendarDay, days, CalendarDay.on)


def _insert(table: type[Base], rows: list[dict[str, Any]], *key: InstrumentedAttribute[Any]) -> int:
    """Insert the rows whose key is new; how many those were."""
    statement = insert(table).on_conflict_do_nothing(index_elements=key).returning(*key)
    return len(db.session.execute(statement, rows).all())


def _routing_rules() -> int:
    """All of them or none: an order somebody has arranged since is not to be disturbed."""
    if db.session.scalar(select(RoutingRule.id).limit(1)) is not None:
        return 0
    ids = _ids()
    rows = list(_rows("routing_rules.csv"))
    for place, row in enumerate(rows, start=1):
        db.session.add(
            RoutingRule(
                position=place * 10,
                industry=row["industry"] or None,
                district=row["district"] or None,
                lane=row["lane"] or None,
                urgency=row["urgency"] or None,
                receiver_id=ids[row["first_receiver_code"]],
                pool_id=ids[row["pool_code"]],
                authority_id=ids[row["authority_code"]],
                reason_zh=row["reason_zh"],
                reason_en=row["reason_en"],
            )
        )
    return len(rows)
