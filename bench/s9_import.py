"""s9: a CSV of a hotline against the batch classification of the same texts."""

import csv
import time
from pathlib import Path

from sqlalchemy import text

import classifier
from bench import meter
from bench.report import Report
from bench.stage import Stage
from bench.texts import texts
from cli import imports
from models import db
from web import districts

HEADER = ("ref", "text", "merchant_name", "district", "name", "phone", "amount", "happened_on", "order_no")
SLICE = 20_000
CHUNK = 1_000


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    """`size` rows on top of 1,000 complaints, in files of 20,000."""
    bodies = texts(min(size, SLICE))
    url = stage.database(1_000)
    turns = iter(range(1_000_000))
    path = stage.home / "export.csv"

    def taking_in() -> dict[str, float]:
        _write(path, bodies, next(turns))
        database, own = stage.database_cpu(), time.process_time()
        with meter.stopwatch() as watch:
            outcome = imports.run(path, "figures", stage.home / "rejects.csv")
            seconds = watch()
        assert outcome.taken == len(bodies), outcome
        own = time.process_time() - own
        return {
            "rate": len(bodies) / seconds,
            "own": len(bodies) / own,
            "all": len(bodies) / (own + stage.database_cpu() - database),
        }

    def reading() -> dict[str, float]:
        return _classify(stage.model, bodies, with_evidence=True)

    def glancing() -> dict[str, float]:
        return _classify(stage.model, bodies, with_evidence=False)

    try:
        with stage.application(url):
            taking_in()
            repeat = max(rounds, size // SLICE) if size >= SLICE else rounds
            before = _count()
            figures = meter.take_turns(
                {"import": taking_in, "reading": reading, "glancing": glancing}, repeat
            )
            lost = before + repeat * len(bodies) - _count()
    finally:
        stage.drop(url)
    what = f"{repeat} files of {len(bodies)}"
    report.add("s9", f"{what}: complaints a second", figures.series("import", "rate"), 0)
    report.add("s9", f"{what}: classified a second, with evidence", figures.series("reading", "rate"), 0)
    report.add("s9", f"{what}: wall ÷ classification", figures.ratio("import", "reading", "rate"), 2, "≥ 0.6")
    report.add(
        "s9", f"{what}: application's CPU ÷ classification", figures.ratio("import", "reading", "own"), 2
    )
    report.add("s9", f"{what}: all CPU ÷ classification", figures.ratio("import", "reading", "all"), 2)
    report.add(
        "s9",
        f"{what}: wall ÷ classification without evidence",
        figures.ratio("import", "glancing", "rate"),
        2,
    )
    report.add("s9", f"{what}: rows lost or doubled", [abs(lost)], 0, "0")


def _classify(model: Path, bodies: list[str], *, with_evidence: bool) -> dict[str, float]:
    own = time.process_time()
    with meter.stopwatch() as watch:
        for start in range(0, len(bodies), CHUNK):
            classifier.suggest_many(bodies[start : start + CHUNK], model, with_evidence=with_evidence)
        seconds = watch()
    cpu = time.process_time() - own
    return {"rate": len(bodies) / seconds, "own": len(bodies) / cpu, "all": len(bodies) / cpu}


def _count() -> int:
    db.session.rollback()
    return int(db.session.scalar(text("SELECT count(*) FROM complaints")) or 0)


def _write(path: Path, bodies: list[str], turn: int) -> None:
    names = list(districts.NAMES)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, body in enumerate(bodies):
            row = (
                f"{turn}-{number}",
                body,
                f"第{number % 400}号商家",
                names[number % 16],
                "张三",
                "13800138000",
            )
            writer.writerow((*row, "128.00", "2026-01-05", f"JD{number}"))
