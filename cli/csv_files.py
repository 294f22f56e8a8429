"""CSV as other people's programs write it: in any of their encodings, and whole even where one row is broken."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

ENCODINGS = ("utf-8-sig", "gb18030")
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
CHUNK = 1 << 20
DELIMITERS = ",\t;，"
# The longest row: a quotation mark that is never closed must not swallow the whole file into memory.
MOST_LINES = 2_000
LONGEST_CELL = 200_000
# A spreadsheet takes what begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
SHIELD = "'"
REMARKS = ("行号", "问题")  # what a file of rejects adds: the row's number and what is wrong with it
NO_SENSE = re.compile(r"[\udc80-\udcff]")


class Unreadable(ValueError):
    """The file is no CSV that can be read; the message says why."""


@dataclass(frozen=True)
class Record:
    """One row: its number as a spreadsheet counts, the header being row 1, and its cells or what is wrong with it."""

    number: int
    cells: list[str]
    problem: str = ""  # "", "columns", "quotes" or "encoding"


def encoding_of(path: Path) -> str:
    """The encoding of a file: by its first bytes, else the one in which fewest bytes make no sense."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(WORKBOOKS):
            raise Unreadable("This is a workbook, not a CSV file. Save it as CSV first.")
        for bom, name in BOMS.items():
            if start.startswith(bom):
                return name
        faults = {}
        for name in ENCODINGS:
            file.seek(0)
            faults[name] = _faults(file, name)
            if not faults[name]:
                return name
    return min(faults, key=faults.__getitem__)


def _faults(file: IO[bytes], encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    found = 0
    while chunk := file.read(CHUNK):
        found += len(NO_SENSE.findall(decoder.decode(chunk)))
    return found + len(NO_SENSE.findall(decoder.decode(b"", final=True)))


def open_rows(path: Path, encoding: str) -> TextIO:
    """The text of a file; bytes that make no sense in `encoding` are kept as marks that `records` knows."""
    return path.open(
        encoding=encoding, errors="replace" if encoding == "utf-16" else "surrogateescape", newline=""
    )


class Lines:
    """Physical lines that can be put back: what an unclosed quotation mark swallowed is read again, line by line."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error("too many lines")
        taken = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(taken)
        return taken

    def put_back(self) -> str:
        """Keep the first line of what was taken and give the others back."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        return first


def header_of(lines: Lines) -> tuple[list[str], str]:
    """The names of the columns, and what stands between them most often. Raises Unreadable."""
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return next(csv.reader([first], delimiter=delimiter), []), delimiter
    except csv.Error as error:
        raise Unreadable("The first row cannot be read as names of columns.") from error


def records(lines: Lines, delimiter: str, width: int) -> Iterator[Record]:
    """Every row that follows the header, blank ones left out. A broken one costs nobody else their place."""
    csv.field_size_limit(LONGEST_CELL)
    number = 1
    while True:
        number += 1
        lines.taken.clear()
        record = _next(lines, delimiter, number, width)
        if record is None:
            return
        if any(record.cells):
            yield record


def _next(lines: Lines, delimiter: str, number: int, width: int) -> Record | None:
    try:
        cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
    except StopIteration:
        return None
    except csv.Error:
        return Record(number, [lines.put_back().strip()], "quotes")
    if len(cells) > width and any(cells[width:]):
        is_swollen = len(lines.taken) > 1
        return Record(number, [lines.put_back().strip()] if is_swollen else cells, "columns")
    if any(NO_SENSE.search(line) for line in lines.taken):
        return Record(number, cells, "encoding")
    return Record(number, [*cells[:width], *[""] * (width - len(cells))])


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return SHIELD + cell if cell.startswith(FORMULA) else cell


def bare(cell: str) -> str:
    """A cell as it was before `inert`."""
    return cell[1:] if cell.startswith(SHIELD) and cell[1:].startswith(FORMULA) else cell


class Rejects:
    """The rows that were refused, in a file that a spreadsheet opens and an import takes again. Made at the first one."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._header = [*header, *REMARKS]
        self._file: TextIO | None = None

    def add(self, cells: Sequence[str], number: int, why: str) -> None:
        self.count += 1
        width = len(self._header) - len(REMARKS)
        row = [inert(cell) for cell in [*cells[:width], *[""] * (width - len(cells))]]
        if self._file is None:
            self._file = self._open()
        csv.writer(self._file).writerow([*row, number, inert(why)])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _open(self) -> TextIO:
        file = self.path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        csv.writer(file).writerow(inert(name) for name in self._header)
        return file
