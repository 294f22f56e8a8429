"""A city of any size, the same every time: a few thousand complaints by the rules, the rest copies of them.

The copies are made by the server, table by table, with the indexes taken away meanwhile.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench import mixture
from bench.texts import texts
from complaints import bulk, rulebook
from complaints.actors import SYSTEM
from complaints.intake import Filing, Person
from models.codes import Channel, Industry, Membership, Role
from models.organisations import Department, Merchant
from models.people import User
from models.suggestion import Suggestion
from web import districts

PATTERNS = 2_000
SHOPS = 200
ENDED_OF_TEN = 6

# How a copy differs from its pattern: %(by)s is added to ids, and the column is written by this expression.
COPIED: dict[str, dict[str, str]] = {
    "complaints": {
        "id": "id + {by}",
        "receipt": "'GC' || lpad((id + {by})::text, 9, '0')",
        "submitted_at": "submitted_at - {ago}",
        "last_event_at": "last_event_at - {ago}",
        "closed_at": "closed_at - {ago}",
        "due_at": "due_at + {later}",
    },
    "contacts": {"complaint_id": "complaint_id + {by}"},
    "suggestions": {"complaint_id": "complaint_id + {by}"},
    "events": {"complaint_id": "complaint_id + {by}", "at": "at - {ago}"},
    "deadlines": {
        "complaint_id": "complaint_id + {by}",
        "due_at": "due_at + {later}",
        "next_at": "next_at + {later}",
    },
    "notices": {"complaint_id": "complaint_id + {by}", "key": "key || {turn}"},
}
SERIAL = ("suggestions", "events", "deadlines", "notices")


def load(session: Session, size: int, now: datetime, *, mixed: bool = False) -> None:
    """Fill an empty database with `size` complaints, of which six in ten have ended; `mixed` for lists."""
    dice = random.Random(size)
    officers = mixture.officers(size) if mixed else 1
    shops = _people(session, now, officers)
    count = min(size, PATTERNS)
    run = bulk.Run(SYSTEM, now, rulebook.current(session), rulebook.routes(session), b"pepper")
    bulk.lodge(session, [_filing(body, shops, dice, now) for body in texts(count)], run)
    _end_some(session, now)
    if mixed:
        mixture.stir(session, now)
    session.execute(text("UPDATE notices SET sent_at = created_at"))
    session.commit()
    with _without_indexes(session):
        for table, changed in COPIED.items():
            differing = changed | mixture.COPIED if mixed and table == "complaints" else changed
            _copy(session, table, differing, size // count, officers)
    session.execute(
        text("SELECT setval(pg_get_serial_sequence('complaints', 'id'), (SELECT max(id) FROM complaints))")
    )
    session.commit()


def _people(session: Session, now: datetime, officers: int) -> list[Merchant]:
    shops = [
        Merchant(
            licence_no=f"9111000000{number:08d}",
            name=f"第{number}号商家",
            industry=list(Industry)[number % 5],
            district=list(districts.NAMES)[number % 16],
            membership=Membership.MEMBER if number % 2 else Membership.NONE,
            pledged_at=now,
            created_at=now,
        )
        for number in range(SHOPS)
    ]
    session.add_all(shops)
    for office in session.scalars(select(Department)).all():
        for number, role in enumerate([Role.OFFICER] * officers + [Role.SUPERVISOR]):
            address = f"{role}.{number}.{office.code}@figures.example"
            session.add(
                User(email=address, name=office.code, role=role, department_id=office.id, created_at=now)
            )
        session.flush()
    for shop in shops[:5]:
        address = f"shop{shop.id}@figures.example"
        session.add(
            User(email=address, name=shop.name, role=Role.MERCHANT, merchant_id=shop.id, created_at=now)
        )
    session.flush()
    return shops


def _filing(body: str, shops: list[Merchant], dice: random.Random, now: datetime) -> bulk.Filed:
    shop = dice.choice(shops) if dice.random() < 0.7 else None
    industry = dice.choice(list(Industry))
    said = Suggestion(
        model_version="figures",
        industry=industry,
        confidence=0.9,
        second=Industry.OTHER,
        second_confidence=0.05,
        issue="quality",
        urgency=dice.choice(["low", "normal", "normal", "high"]),
        abstained=dice.random() < 0.1,
        at=now,
    )
    filing = Filing(
        body=body,
        merchant=shop,
        merchant_name=shop.name if shop else "一家小店",
        district=dice.choice(list(districts.NAMES)),
        person=Person("张三", "13800138000", "someone@figures.example" if dice.random() < 0.5 else None),
        amount=dice.randrange(1_000, 500_000),
        currency="CNY",
        opts_in=dice.random() < 0.6,
        channel=Channel.IMPORT,
    )
    return filing, said


def _end_some(session: Session, now: datetime) -> None:
    ended = f"id % 10 < {ENDED_OF_TEN}"
    session.execute(
        text(
            "UPDATE complaints SET status = 'closed', outcome = 'refunded', due_at = NULL,"
            f" closed_at = submitted_at + interval '1 hour' WHERE {ended}"
        )
    )
    session.execute(
        text(f"UPDATE deadlines SET ended_at = :now, met_at = :now, next_at = NULL WHERE complaint_{ended}"),
        {"now": now + timedelta(hours=1)},
    )


@contextmanager
def _without_indexes(session: Session) -> Iterator[None]:
    """Indexes are built anew afterwards, which takes a tenth of keeping them; foreign keys are taken on trust."""
    found = session.execute(
        text(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
            " WHERE i.schemaname = 'public' AND i.tablename = ANY(:tables) AND c.oid IS NULL"
        ),
        {"tables": list(COPIED)},
    ).all()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    for name, _definition in found:
        session.execute(text(f"DROP INDEX {name}"))
    yield
    for _name, definition in found:
        session.execute(text(definition))


def _copy(session: Session, table: str, changed: dict[str, str], times: int, officers: int) -> None:
    """Copies number 1 to `times` - 1 of the patterns, the newest of them last."""
    names = [
        name
        for name in session.scalars(
            text("SELECT column_name FROM information_schema.columns WHERE table_name = :table"),
            {"table": table},
        )
        if not (name == "id" and table in SERIAL)
    ]
    words = {
        "by": f"turn * {PATTERNS}",
        "turn": "turn::text",
        "ago": f"({times} - turn) * interval '1 minute'",
        "later": "turn * interval '1 second'",
        "officers": str(officers),
    }
    values = [changed[name].format(**words) if name in changed else name for name in names]
    session.execute(text(f"CREATE TEMPORARY TABLE pattern ON COMMIT DROP AS SELECT * FROM {table}"))
    copied = text(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}"
        " FROM pattern, (SELECT CAST(:turn AS integer) AS turn) AS this"
    )
    # One turn after the other: rows lie as they would have come in, and not beside the copies of themselves.
    for turn in range(1, times):
        session.execute(copied, {"turn": turn})
    session.execute(text("DROP TABLE pattern"))
