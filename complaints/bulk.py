"""Takes in many complaints at once by the rules of complaints.intake, which are asked once for all that are alike.

What becomes of a complaint in its first moments depends on few of its columns. The rules run on the first complaint
of each kind; the others of that kind are given what it got.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Table, func, literal, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from complaints import claims, copying, intake, receipts, routing, text
from complaints.actors import Actor
from complaints.copying import NULL, line, plain
from complaints.deadlines import Clock
from complaints.intake import Filing
from models.base import Base
from models.codes import Recipient
from models.complaint import Complaint, Contact, Event
from models.deadline import Deadline
from models.notice import Notice
from models.suggestion import Suggestion

# What makes a kind, beside what _kind() adds: every column that a rule of the first steps may read.
DECISIVE = ("industry", "urgency", "lane", "district", "opted_in_at", "mail_locale", "channel", "consumer_id")
# What no rule reads or changes: each row has its own.
OWN = (
    "id",
    "receipt",
    "secret_hash",
    "search",
    "grams",
    "body",
    "language",
    "source",
    "source_ref",
    "issue",
    "happened_on",
    "order_no",
    "amount",
    "currency",
    "remedies",
    "merchant_id",
    "merchant_name",
    "merchant_address",
    "consents_to_publication",
    "consents_to_delegation",
    "departs_at",
    "opt_in_wording",
)
MOST_KINDS = 5_000

Filed = tuple[Filing, Suggestion | None]


@dataclass(frozen=True)
class Run:
    """What all complaints of one import go by: they are taken in at one instant."""

    actor: Actor
    now: datetime
    clock: Clock
    rules: Sequence[routing.Rule]
    pepper: bytes
    courses: dict[Hashable, "Course"] = field(default_factory=dict)

    @cached_property
    def named(self) -> set[int]:
        """The merchants that have a rule of their own."""
        return {rule.merchant_id for rule in self.rules if rule.merchant_id is not None}


@dataclass(frozen=True)
class Course:
    """What the rules made of the first complaint of a kind, written as the ends of lines."""

    complaint: str
    events: list[str]
    deadlines: list[str]
    notices: list[
        tuple[str, bool, str]
    ]  # what follows the receipt in the key, whether to the merchant, the rest


@dataclass(frozen=True)
class Lines:
    """Lines for one table. `names` are its columns in the order of the fields."""

    table: Table
    names: list[str]
    lines: list[str] = field(default_factory=list)


def lodge(session: Session, filed: Sequence[Filed], run: Run) -> int:
    """Take all of `filed` in, and say how many. The same rows as intake.lodge would make, in eight statements.

    Raises Invalid when one of them does not pass intake.check: then none is taken in. Nobody is told a secret.
    """
    for filing, _ in filed:
        intake.check(filing, run.now)
    ids = _new_ids(session, len(filed))
    tables = [Lines(table, [*first, *_rest(table, first)]) for table, first in ORDER.items()]
    written = [table.lines for table in tables]
    for id_, (filing, suggestion) in zip(ids, filed, strict=True):
        _write(written, id_, filing, suggestion, run)
    for table in tables:
        copying.into(session, table.table, table.names, table.lines)
    return len(ids)


def known(session: Session, source: str, refs: Iterable[str]) -> dict[str, str]:
    """Which numbers of `source` are taken, with the texts they stand for. Held against others until the transaction ends."""
    session.execute(sql("SELECT pg_advisory_xact_lock(hashtext(:source))"), {"source": f"import:{source}"})
    taken = select(Complaint.source_ref, Complaint.body).where(
        Complaint.source == source, Complaint.source_ref.in_(list(refs))
    )
    return {ref: body for ref, body in session.execute(taken) if ref is not None}


def _new_ids(session: Session, count: int) -> list[int]:
    sequence = func.pg_get_serial_sequence("complaints", "id")
    numbers = func.generate_series(literal(1), literal(count)).table_valued("number")
    return list(session.scalars(select(func.nextval(sequence)).select_from(numbers)))


def _write(
    written: list[list[str]], id_: int, filing: Filing, suggestion: Suggestion | None, run: Run
) -> None:
    complaints, contacts, suggestions, events, deadlines, notices = written
    values = intake.values_of(filing, suggestion, run.now)
    course = _course(filing, suggestion, values, run)
    receipt, number = receipts.new_receipt(), str(id_)
    found = text.found_by(receipt, values["body"], values["merchant_name"], values["order_no"])
    values |= {
        "id": id_,
        "receipt": receipt,
        "secret_hash": receipts.of_nobody(),
        "search": text.padded(found),
        "grams": text.grams(found),
    }
    own = [write(values[name]) for name, write in OWN_VALUES]
    complaints.append(line([*own, course.complaint]))
    contact = intake.contact_of(filing.person, run.pepper)
    contacts.append(line([number, *[write(contact[name]) for name, write in CONTACT_VALUES]]))
    if suggestion is not None:
        suggestions.append(line([number, _fields(suggestion, SUGGESTION_VALUES)]))
    events += [f"{number}\t{rest}\n" for rest in course.events]
    deadlines += [f"{number}\t{rest}\n" for rest in course.deadlines]
    merchant = plain(values["merchant_id"])
    notices += [
        f"{number}\t{receipt}{key}\t{merchant if is_merchants else NULL}\t{rest}\n"
        for key, is_merchants, rest in course.notices
    ]


def _course(filing: Filing, suggestion: Suggestion | None, values: dict[str, Any], run: Run) -> Course:
    kind = _kind(filing, suggestion, values, run)
    course = run.courses.get(kind)
    if course is None:
        if len(run.courses) >= MOST_KINDS:
            run.courses.clear()
        course = run.courses[kind] = _ask(filing, suggestion, values, run)
    return course


def _kind(filing: Filing, suggestion: Suggestion | None, values: dict[str, Any], run: Run) -> Hashable:
    merchant = filing.merchant
    return (
        *[values[name] for name in DECISIVE],
        tuple(values["hazards"]),
        intake.is_sorted(filing, suggestion),
        merchant.is_member if merchant else None,
        claims.is_within_limit(merchant, filing.amount, filing.currency, filing.remedies),
        merchant.id if merchant and merchant.id in run.named else None,
    )


def _ask(filing: Filing, suggestion: Suggestion | None, values: dict[str, Any], run: Run) -> Course:
    """Let the rules run on a complaint of this kind that is never saved."""
    first = Complaint(receipt="", merchant=filing.merchant, version=1, **values)
    is_sorted = intake.is_sorted(filing, suggestion)
    intake.set_out(first, run.actor, run.rules, now=run.now, clock=run.clock, is_sorted=is_sorted)
    return Course(
        complaint=_fields(first, DECIDED_VALUES),
        events=[_fields(event, EVENT_VALUES) for event in first.events],
        deadlines=[_fields(deadline, DEADLINE_VALUES) for deadline in first.deadlines],
        notices=[
            (plain(notice.key), notice.recipient is Recipient.MERCHANT, _fields(notice, NOTICE_VALUES))
            for notice in first.notices
        ],
    )


def _fields(row: Base, values: Sequence[tuple[str, copying.Value]]) -> str:
    return "\t".join([write(copying.saved(row, name)) for name, write in values])


def _rest(table: Table, first: Sequence[str]) -> list[str]:
    """The columns that follow `first`. Ids but that of the complaint are left to the database."""
    return [column.name for column in table.columns if column.name not in {"id", *first}]


def _values(table: Table, names: Sequence[str]) -> list[tuple[str, copying.Value]]:
    return [(name, copying.value_of(table.c[name])) for name in names]


COMPLAINTS, CONTACTS, SUGGESTIONS, EVENTS, DEADLINES, NOTICES = (
    cast(Table, model.__table__) for model in (Complaint, Contact, Suggestion, Event, Deadline, Notice)
)
# Each table with the columns that stand first in its lines.
ORDER: dict[Table, Sequence[str]] = {
    COMPLAINTS: OWN,
    CONTACTS: ("complaint_id",),
    SUGGESTIONS: ("complaint_id",),
    EVENTS: ("complaint_id",),
    DEADLINES: ("complaint_id",),
    NOTICES: ("complaint_id", "key", "merchant_id"),
}
OWN_VALUES = _values(COMPLAINTS, OWN)
DECIDED_VALUES, CONTACT_VALUES, SUGGESTION_VALUES, EVENT_VALUES, DEADLINE_VALUES, NOTICE_VALUES = (
    _values(table, _rest(table, first)) for table, first in ORDER.items()
)
