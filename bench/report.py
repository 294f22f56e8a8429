"""The figures of a run: a table for people, and a file beside it."""

import json
import os
import platform
import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.meter import spread

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass
class Report:
    """Lines of figures, in the order in which they were measured."""

    lines: list[dict[str, object]] = field(default_factory=list)
    console: Console = field(default_factory=lambda: Console(width=150, highlight=False))

    def add(self, scenario: str, what: str, values: list[float], digits: int = 2, must: str = "") -> None:
        """Note a figure with its rounds; `must` is what benchmarks.md asks of it."""
        line: dict[str, object] = {"scenario": scenario, "what": what, "must": must, "values": values}
        if values:
            line["median"] = statistics.median(values)
        self.lines.append(
            line | {"shown": spread(values, digits) if len(values) > 1 else f"{values[0]:.{digits}f}"}
        )
        self.console.print(
            f"{scenario}  {what}: {self.lines[-1]['shown']}{f'  (must {must})' if must else ''}"
        )

    def finish(self, **about: object) -> Path:
        """Print the table, and write everything to bench/results."""
        table = Table("scenario", "figure", "median [least..most]", "must")
        for line in self.lines:
            table.add_row(*(str(line[name]) for name in ("scenario", "what", "shown", "must")))
        self.console.print(table)
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
        machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()}
        path.write_text(
            json.dumps({**machine, **about, "lines": self.lines}, ensure_ascii=False, indent=1),
            encoding="utf-8",
        )
        return path
