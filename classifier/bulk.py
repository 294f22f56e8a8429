"""A CSV of any size through the model, a chunk at a time over several processes, in the order of its rows."""

import csv
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

from classifier import Suggestion, model_in_use, suggest_many

CHUNK = 512
SMALL_FILE = 1_000_000  # bytes; below this starting more processes takes longer than they save
LONGEST_CELL = 10_000_000  # characters; an unclosed quotation mark must not swallow a whole file into memory
COLUMNS = (
    "label",
    "confidence",
    "second",
    "issue",
    "urgency",
    "emergency_probability",
    "language",
    "abstained",
)

Row = list[str]
Reject = Callable[[int, str], None]
Advance = Callable[[int], None]


class NoTextColumn(ValueError):
    """The file has no column named `text`, or one twice."""


@dataclass(frozen=True)
class Outcome:
    """How many rows were classified and how many could not be read."""

    done: int
    rejected: int


def classify_file(
    source: Path, target: Path, directory: Path, *, reject: Reject, advance: Advance = lambda position: None
) -> Outcome:
    """Write every row of `source` with the model's answers to `target`, which appears whole or not at all.

    `reject` hears of each row that cannot be read (numbered as a spreadsheet does, the header being row 1)
    and the rest goes on; `advance` hears the position in bytes. Input columns that bear the name of an answer
    are kept as `input_<name>`. Raises ModelMissing, NoTextColumn, OSError.
    """
    model_in_use(directory)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with (
            source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as rows,
            beside.open("w", encoding="utf-8", newline="") as written,
            _processes(source) as pool,
        ):
            outcome = _copy(rows, written, partial(_chunk, directory), pool, reject, advance)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return outcome


def _processes(source: Path) -> "ProcessPoolExecutor | nullcontext[None]":
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or source.stat().st_size < SMALL_FILE:
        return nullcontext()
    return ProcessPoolExecutor(cores, mp_context=get_context("spawn"))


def _copy(
    rows: TextIO,
    written: TextIO,
    classify: Callable[[list[str]], list[Row]],
    pool: Executor | None,
    reject: Reject,
    advance: Advance,
) -> Outcome:
    csv.field_size_limit(LONGEST_CELL)
    rejected: list[int] = []

    def refuse(number: int, why: str) -> None:
        rejected.append(number)
        reject(number, why)

    reader = csv.reader(rows)
    header = next(reader, [])
    if header.count("text") != 1:
        raise NoTextColumn(f"the first row must name one column 'text'; it names: {', '.join(header)[:200]}")
    at = header.index("text")
    writer = csv.writer(written)
    writer.writerow([*(f"input_{name}" if name in COLUMNS else name for name in header), *COLUMNS])
    done = 0
    for chunk, answers in _answered(_chunks(_readable(reader, len(header), at, refuse)), at, classify, pool):
        writer.writerows([*row, *answer] for row, answer in zip(chunk, answers, strict=True))
        done += len(chunk)
        advance(rows.buffer.tell())
    return Outcome(done, len(rejected))


def _readable(reader: Iterator[Row], width: int, at: int, refuse: Reject) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            refuse(number, str(error))
            continue
        fault = _fault(row, width, at)
        if fault:
            refuse(number, fault)
        elif row:
            yield [*row, *[""] * (width - len(row))]


def _fault(row: Row, width: int, at: int) -> str:
    if not row:
        return ""
    if len(row) > width:
        return f"{len(row)} cells for {width} columns"
    if len(row) <= at:
        return "no text"
    if any("\udc80" <= character <= "\udcff" for cell in row if not cell.isascii() for character in cell):
        return "not valid UTF-8"
    return ""


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _answered(
    chunks: Iterable[list[Row]], at: int, classify: Callable[[list[str]], list[Row]], pool: Executor | None
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Chunks with their answers, in order; never more than a few chunks are held at a time."""
    if pool is None:
        for chunk in chunks:
            yield chunk, classify([row[at] for row in chunk])
        return
    waiting: deque[tuple[list[Row], Future[list[Row]]]] = deque()
    for chunk in chunks:
        waiting.append((chunk, pool.submit(classify, [row[at] for row in chunk])))
        if len(waiting) > 8:
            oldest, answer = waiting.popleft()
            yield oldest, answer.result()
    for oldest, answer in waiting:
        yield oldest, answer.result()


def _chunk(directory: Path, texts: list[str]) -> list[Row]:
    return [_cells(suggestion) for suggestion in suggest_many(texts, directory, with_evidence=False)]


def _cells(said: Suggestion) -> Row:
    return [
        said.industry,
        f"{said.confidence:.4f}",
        said.second,
        said.issue,
        said.urgency,
        f"{said.emergency_probability:.4f}",
        said.language,
        said.reason,
    ]
