"""Takes in the complaints of another system's export: a hotline's, or that of 12315."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click
import psycopg
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError

from classifier import Suggestion
from cli.csv_files import (
    Lines,
    Record,
    Rejects,
    Unreadable,
    encoding_of,
    header_of,
    open_rows,
    records,
)
from cli.import_columns import Fault, Given, Header, WrongColumns
from complaints import bulk, intake, rulebook
from complaints.actors import SYSTEM
from complaints.errors import Invalid
from complaints.intake import Filing, Person
from jobs.queue import enqueue
from jobs.reading import row_of
from models import db
from models.codes import Channel
from models.organisations import Merchant
from web import suggestions
from web.filing import UNKNOWN_LANGUAGE, pepper

BATCH = 1_000
PROBLEMS = {
    "columns": _l("There are more cells than columns."),
    "quotes": _l("A quotation mark is not closed, or stands where none may be."),
    "encoding": _l("Some signs cannot be read in this encoding."),
}
BARS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())


@dataclass(frozen=True)
class Row:
    """A row that makes sense so far: what was in the file, what it says, and what the classifier says to that."""

    record: Record
    given: Given
    said: Suggestion


@dataclass(frozen=True)
class Batch:
    """Rows read but not yet held against the database."""

    rows: list[Row]
    refused: list[tuple[Record, str]]
    position: int


@dataclass
class Outcome:
    """What became of the rows."""

    taken: int = 0
    known: int = 0
    rejects: int = 0
    unknown_columns: list[str] = field(default_factory=list)


class Import:
    """One file on its way in. Whatever stops it, the batches that are in stay in, and a second run skips them."""

    def __init__(self, header: Header, rejects: Rejects, source: str) -> None:
        session = db.session()
        self.header, self.rejects, self.source = header, rejects, source
        self.outcome = Outcome(unknown_columns=header.unknown)
        self.refused: list[tuple[Record, str]] = []
        self.run = bulk.Run(
            actor=SYSTEM,
            now=datetime.now(UTC),
            clock=rulebook.current(session),
            rules=rulebook.routes(session),
            pepper=pepper(),
        )

    def read(self, records: Sequence[Record], position: int) -> Batch:
        """What can be said without the database: what the cells mean and what the texts are about."""
        sound, refused = [], []
        for record in records:
            try:
                sound.append((record, self._given(record)))
            except Fault as fault:
                refused.append((record, str(fault)))
        said = suggestions.of_many([given["text"] or "" for _, given in sound])
        return Batch([Row(*one, says) for one, says in zip(sound, said, strict=True)], refused, position)

    def take(self, batch: Batch) -> None:
        """Take in the good rows of `batch` in one transaction, and write the others down in the order of the file."""
        self.refused = list(batch.refused)
        try:
            self._lodge(self._new(batch.rows))
        finally:
            for record, why in sorted(self.refused, key=lambda one: one[0].number):
                self.rejects.add(record.cells, record.number, why)
            self.outcome.rejects += len(self.refused)

    def refuse(self, record: Record, why: str) -> None:
        self.refused.append((record, why))

    def _given(self, record: Record) -> Given:
        if record.problem:
            raise Fault(str(PROBLEMS[record.problem]))
        return self.header.given(record.cells)

    def _new(self, rows: list[Row]) -> list[tuple[Row, bulk.Filed]]:
        """The rows that can be taken in, without those that are in already."""
        known = bulk.known(db.session(), self.source, [row.given["ref"] for row in rows])
        fresh = []
        for row in rows:
            body = known.get(row.given["ref"])
            if body is None:
                known[row.given["ref"]] = (row.given["text"] or "").strip()
                fresh.append(row)
            elif body == (row.given["text"] or "").strip():
                self.outcome.known += 1
            else:
                self.refuse(row.record, _("This number stands for another complaint already."))
        return self._filed(fresh)

    def _filed(self, rows: list[Row]) -> list[tuple[Row, bulk.Filed]]:
        found = Merchants([row.given for row in rows])
        filed: list[tuple[Row, bulk.Filed]] = []
        for row in rows:
            try:
                filing = self._filing(row.given, found.of(row.given), row.said.language)
                intake.check(filing, self.run.now)
            except Invalid as error:
                self.refuse(row.record, str(self.header.fault(error)))
            else:
                filed.append((row, (filing, row_of(row.said, self.run.now))))
        return filed

    def _filing(self, given: Given, merchant: Merchant | None, language: str) -> Filing:
        return Filing(
            body=given["text"] or "",
            merchant=merchant,
            merchant_name=given["merchant_name"] or (merchant.name if merchant else ""),
            merchant_address=given["merchant_address"],
            district=given["district"],
            industry=given["industry"],
            amount=given["amount"],
            currency=given["currency"] or "CNY",
            happened_on=given["happened_on"],
            order_no=given["order_no"],
            language=language if language != UNKNOWN_LANGUAGE else "zh_Hans",
            opts_in=bool(given["opts_in"]),
            person=Person(given["name"] or "", given["phone"], given["email"]),
            channel=Channel.IMPORT,
            source=self.source,
            source_ref=given["ref"],
        )

    def _lodge(self, rows: list[tuple[Row, bulk.Filed]]) -> None:
        """All of them at once; where the database refuses, in halves until the one row is found."""
        try:
            taken = bulk.lodge(db.session(), [filed for _row, filed in rows], self.run) if rows else 0
            db.session.commit()
        except (OperationalError, psycopg.OperationalError):
            raise
        except (DBAPIError, psycopg.Error, UnicodeEncodeError):
            db.session.rollback()
            self._halve(rows)
        else:
            self.outcome.taken += taken

    def _halve(self, rows: list[tuple[Row, bulk.Filed]]) -> None:
        if len(rows) == 1:
            self.refuse(rows[0][0].record, _("The database cannot keep this row."))
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            self._lodge(half)


class Merchants:
    """Those that a batch names: by licence number, else by a name that only one of them bears."""

    def __init__(self, batch: Sequence[Given]) -> None:
        numbers = {given["licence_no"] for given in batch if given["licence_no"]}
        names = {given["merchant_name"] for given in batch if given["merchant_name"]}
        found = select(Merchant).where(Merchant.licence_no.in_(numbers) | Merchant.name.in_(names))
        self._by_number: dict[str, Merchant] = {}
        self._by_name: dict[str, list[Merchant]] = {}
        for merchant in db.session.scalars(found).all() if numbers or names else ():
            db.session.expunge(merchant)  # it outlives the transaction when a batch is tried again
            self._by_number[merchant.licence_no or ""] = merchant
            self._by_name.setdefault(merchant.name, []).append(merchant)

    def of(self, given: Given) -> Merchant | None:
        """Raises Invalid for a number nobody here has, unless a name stands beside it."""
        if given["licence_no"]:
            merchant = self._by_number.get(given["licence_no"])
            if merchant is None and not given["merchant_name"]:
                raise Invalid("licence_no", "unknown_merchant")
            return merchant
        namesakes = self._by_name.get(given["merchant_name"] or "", [])
        if len(namesakes) != 1 or given["district"] not in {None, namesakes[0].district}:
            return None
        return namesakes[0]


@click.group("complaints")
def complaints_cli() -> None:
    """Complaints as a whole."""


@complaints_cli.command("import")
@click.argument("path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", default="hotline", show_default=True, help="Whose export it is; numbers are unique in it."
)
@click.option(
    "--reject",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refused rows go. [FILE.rejected.csv]",
)
@click.option("--encoding", default="auto", show_default=True, help="Such as utf-8 or gb18030.")
@with_appcontext
def import_complaints(path: Path, source: str, reject: Path | None, encoding: str) -> None:
    """Take in the complaints of a CSV file. Safe to run again: rows that are in already are skipped.

    The first row names the columns, in Chinese or English; text 投诉内容, merchant_name 商家名称 and name 姓名 are needed.
    Rows that cannot be taken go to another file with the reason, to be corrected there and imported again.
    """
    target = reject or path.with_suffix(".rejected.csv")
    if target.absolute() == path.absolute():
        raise click.ClickException("The refused rows need another file than the one that is read.")
    if not 0 < len(source) <= 40 or ":" in source:
        raise click.ClickException("A source is a name of at most 40 signs without a colon.")
    try:
        with force_locale(current_app.config["SETTINGS"].default_locale):
            outcome = run(path, source, target, encoding)
    except (Unreadable, WrongColumns, OSError) as error:
        raise click.ClickException(str(error)) from error
    except (OperationalError, psycopg.OperationalError) as error:
        raise click.ClickException(
            "The database went away. What is in stays in; run the same again."
        ) from error
    enqueue("jobs.notices.send_due")
    if outcome.unknown_columns:
        click.echo(f"not read: {', '.join(outcome.unknown_columns)}")
    where = f", see {target}" if outcome.rejects else ""
    click.echo(f"{outcome.taken} taken in, {outcome.known} there already, {outcome.rejects} refused{where}")


def run(path: Path, source: str, target: Path, encoding: str = "auto") -> Outcome:
    """Import `path`. Raises Unreadable, WrongColumns, OSError."""
    known_encoding = encoding_of(path) if encoding == "auto" else encoding
    with open_rows(path, known_encoding) as file, Progress(*BARS, console=Console(stderr=True)) as bar:
        task = bar.add_task("Importing", total=path.stat().st_size)
        lines = Lines(file)
        cells, delimiter = header_of(lines)
        header = Header(cells)
        with closing(Rejects(target, header.cells)) as rejects:
            importing = Import(header, rejects, source)
            rows = records(lines, delimiter, header.width)
            for batch in _ahead(importing.read, _batches(rows, file.buffer)):
                importing.take(batch)
                bar.update(task, completed=batch.position)
    return importing.outcome


def _batches(rows: Iterator[Record], file: BinaryIO) -> Iterator[tuple[list[Record], int]]:
    while batch := list(islice(rows, BATCH)):
        yield batch, file.tell()


def _ahead(
    read: Callable[[list[Record], int], Batch], batches: Iterable[tuple[list[Record], int]]
) -> Iterator[Batch]:
    """One batch is read and classified while PostgreSQL stores the one before."""
    with ThreadPoolExecutor(1) as thread:
        waiting: Future[Batch] | None = None
        for batch in batches:
            # Words and settings hang on the context of the command.
            following = thread.submit(copy_context().run, partial(read, *batch))
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()
