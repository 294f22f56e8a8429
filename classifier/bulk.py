"""A CSV of any size through the model, a chunk at a time over several processes, in the order of its rows."""

import csv
import fcntl
import glob
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TextIO

from classifier import Suggestion, model_in_use, suggest_many
from classifier.rows import NotATable, Reject, Row, Table

CHUNK = 512
CHUNK_CHARACTERS = 1_000_000  # long texts make shorter chunks, so that memory does not grow with them
READ = 20_000  # characters of a text that are handed on; the model reads fewer
SMALL_FILE = 1_000_000  # bytes; below this starting more processes takes longer than they save
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

Advance = Callable[[int], None]

__all__ = ["COLUMNS", "Interrupted", "NotATable", "Outcome", "classify_file"]


class Interrupted(RuntimeError):
    """A process that classified was ended from outside; nothing was written."""


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
    are kept as `input_<name>`. What was in `target` before is replaced at the end. Raises ModelMissing, NotATable,
    Interrupted, OSError.
    """
    model_in_use(directory)
    if target.exists() and target.samefile(source):
        raise FileExistsError(f"{target} is the file to read; name another to write")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {target.parent}")
    try:
        with Table(source, reject) as table, _beside(target) as written, _processes(source) as pool:
            done = _copy(table, written, partial(_chunk, directory), pool, advance)
    except BrokenProcessPool as error:
        raise Interrupted("A process that classified was ended from outside. Nothing was written.") from error
    return Outcome(done, table.rejected)


@contextmanager
def _beside(target: Path) -> Iterator[TextIO]:
    """A file that takes the place of `target` once it is written, and is gone if it is not.

    Whoever writes holds a lock on theirs, which goes with the process: what killed runs left is told by that.
    """
    _take_leftovers_away(target)
    path = target.with_name(f".{target.name}.{os.getpid()}.part")
    with _locked(path) as written:
        try:
            yield written
            written.flush()
            path.replace(target)
        finally:
            path.unlink(missing_ok=True)


def _take_leftovers_away(target: Path) -> None:
    for left in target.parent.glob(f".{glob.escape(target.name)}.[0-9]*.part"):
        with left.open("rb") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink(missing_ok=True)


def _locked(path: Path) -> TextIO:
    """`path` open and locked; opened anew where another run took it for a leftover before it was locked."""
    while True:
        written = path.open("w", encoding="utf-8", newline="")
        fcntl.flock(written, fcntl.LOCK_EX)
        if path.exists():
            return written
        written.close()


def _processes(source: Path) -> "ProcessPoolExecutor | nullcontext[None]":
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or source.stat().st_size < SMALL_FILE:
        return nullcontext()
    return ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A parent that is killed cannot tell its children: they look for themselves."""

    def wait() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _copy(
    table: Table,
    written: TextIO,
    classify: Callable[[list[str]], list[Row]],
    pool: Executor | None,
    advance: Advance,
) -> int:
    writer = csv.writer(written)
    writer.writerow([*(f"input_{name}" if name in COLUMNS else name for name in table.header), *COLUMNS])
    done = 0
    for chunk, answers in _answered(_chunks(table.rows()), table.at, classify, pool):
        writer.writerows([*row, *answer] for row, answer in zip(chunk, answers, strict=True))
        done += len(chunk)
        advance(table.position)
    return done


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += sum(map(len, row))
        if len(chunk) >= CHUNK or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _answered(
    chunks: Iterable[list[Row]], at: int, classify: Callable[[list[str]], list[Row]], pool: Executor | None
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Chunks with their answers, in order; never more than a few chunks are held at a time."""
    if pool is None:
        for chunk in chunks:
            yield chunk, classify(_texts(chunk, at))
        return
    waiting: deque[tuple[list[Row], Future[list[Row]]]] = deque()
    for chunk in chunks:
        waiting.append((chunk, pool.submit(classify, _texts(chunk, at))))
        if len(waiting) > 8:
            oldest, answer = waiting.popleft()
            yield oldest, answer.result()
    for oldest, answer in waiting:
        yield oldest, answer.result()


def _texts(chunk: list[Row], at: int) -> list[str]:
    return [row[at][:READ] for row in chunk]


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
