"""Rows of a CSV file as other programs write it, one at a time. A row that is broken costs no other its place."""

import codecs
import csv
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, TextIO

LONGEST_CELL = 1_000_000  # characters
MOST_LINES = 10_000  # of one row; a quotation mark that is never closed must not swallow the whole file
ENOUGH = 6_000  # bytes beyond ASCII by which an encoding is told
PIECE = 1 << 16
BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

Row = list[str]
Reject = Callable[[int, str], None]


class NotATable(ValueError):
    """The file is no CSV with one column named `text`; the message says what it is instead."""


class Lines:
    """Physical lines that can be put back, so that what an unclosed quotation mark swallowed is read once more."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.is_at_end = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error(f"more than {MOST_LINES} lines")
        try:
            line = self._again.popleft() if self._again else next(self._lines)
        except StopIteration:
            self.is_at_end = True
            raise
        self.taken.append(line)
        return line

    def put_back_all_but_first(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))
        self.is_at_end = False


class Table:
    """A CSV file that is open, its header, and its rows. `rejected` counts those that `reject` was told of."""

    def __init__(self, source: Path, reject: Reject) -> None:
        csv.field_size_limit(LONGEST_CELL)
        encoding = encoding_of(source)
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        self._file: TextIO = source.open(encoding=encoding, errors=errors, newline="")
        self._lines = Lines(iter(self._file))
        self._reader = csv.reader(self._lines)
        self._reject = reject
        self._fault = "not valid UTF-8" if encoding == "utf-8-sig" else f"not valid {encoding.upper()}"
        self.rejected = 0
        try:
            self.header = next(self._reader, [])
            self.at = _place_of_text(self.header)
        except (csv.Error, NotATable) as error:
            self._file.close()
            raise NotATable(str(error)) from error

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def position(self) -> int:
        """How far the file has been read, in bytes."""
        return self._file.buffer.tell()

    def rows(self) -> Iterator[Row]:
        """Every row that can be read, filled up to the width of the header; blank lines are left out."""
        number, width = 1, len(self.header)
        while True:
            number += 1
            self._lines.taken.clear()
            try:
                row = next(self._reader)
                fault = self._fault_in(row)
            except StopIteration:
                return
            except csv.Error as error:
                row, fault = [], self._broken(str(error))
            if fault:
                self.rejected += 1
                self._reject(number, fault)
            elif row:
                yield [*row, *[""] * (width - len(row))]

    def _fault_in(self, row: Row) -> str:
        if (len(self._lines.taken) > 1 or self._lines.is_at_end) and not self._is_closed():
            return self._broken("a quotation mark is never closed")
        if not row:
            return ""
        if len(row) > len(self.header):
            why = f"{len(row)} cells for {len(self.header)} columns"
            return self._broken(why) if len(self._lines.taken) > 1 else why
        if len(row) <= self.at:
            return "no text"
        if any("\udc80" <= sign <= "\udcff" for cell in row if not cell.isascii() for sign in cell):
            return self._fault
        return ""

    def _is_closed(self) -> bool:
        """Whether quotation marks come in pairs and around whole cells, in a row of several lines or at the end."""
        try:
            return len(list(csv.reader(self._lines.taken, strict=True))) <= 1
        except csv.Error:
            return False

    def _broken(self, why: str) -> str:
        """Only the first line is lost: what came after it is read again, by a reader that knows nothing of it."""
        self._lines.put_back_all_but_first()
        self._reader = csv.reader(self._lines)
        return why


def encoding_of(source: Path) -> str:
    """UTF-8 unless the file says or shows otherwise: UTF-16 by its mark, GB 18030 by what it does not have in common.

    Single rows of another encoding do not decide: most of what is beyond ASCII has to fit. Raises NotATable for a
    workbook.
    """
    with source.open("rb") as file:
        start = file.read(4)
        if start.startswith(WORKBOOKS):
            raise NotATable("This is a workbook, not a CSV file. Save it as CSV first.")
        for mark, name in BOMS.items():
            if start.startswith(mark):
                return name
        file.seek(0)
        fits, faults = _evidence(file, "utf-8")
        if faults <= fits:
            return "utf-8-sig"
        file.seek(0)
        fits, faults = _evidence(file, "gb18030")
        return "gb18030" if 10 * faults < fits else "utf-8-sig"


def _evidence(file: BinaryIO, encoding: str) -> tuple[int, int]:
    """How many bytes beyond ASCII make sense in `encoding` and how many do not, among the first ENOUGH of them."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    fits = faults = 0
    while fits + faults < ENOUGH and (piece := file.read(PIECE)):
        for sign in decoder.decode(piece):
            if "\udc80" <= sign <= "\udcff":
                faults += 1
            elif sign > "\x7f":
                fits += len(sign.encode(encoding))
    return fits, faults


def _place_of_text(header: Row) -> int:
    names = [name.strip().lower() for name in header]
    if names.count("text") != 1:
        raise NotATable(f"the first row must name one column 'text'; it names: {', '.join(header)[:200]}")
    return names.index("text")
