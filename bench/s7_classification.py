"""s7: what a text costs to classify, against what it costs to cut it into words."""

import time
from collections.abc import Callable

import jieba

import classifier
from bench import meter
from bench.report import Report
from bench.stage import Stage
from bench.texts import texts

SLICE = 1.0
BATCHES = (1, 32, 500)


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    """The size of a database means nothing here; `size` texts at most are read."""
    bodies = texts(min(size, 2_000))
    jieba.setLogLevel("ERROR")
    jieba.dt.tmp_dir = str(stage.home)
    jieba.initialize()
    classifier.suggest_many(bodies[:100], stage.model)
    contestants: dict[str, meter.Slice] = {
        "jieba": lambda: _slice(bodies, 1, lambda some: jieba.lcut(some[0]))
    }
    for batch in BATCHES:
        for with_evidence in (True, False):
            name = f"batches of {batch}{'' if with_evidence else ', no evidence'}"
            contestants[name] = lambda b=batch, e=with_evidence: _slice(  # type: ignore[misc]
                bodies, b, lambda some: classifier.suggest_many(some, stage.model, with_evidence=e)
            )
    figures = meter.take_turns(contestants, rounds)
    report.add("s7", "jieba.lcut: CPU-ms a text", figures.series("jieba", "cpu"), 3)
    for name in contestants:
        if name != "jieba":
            report.add("s7", f"{name}: CPU-ms a text", figures.series(name, "cpu"), 3)
            report.add("s7", f"{name}: CPU ÷ jieba.lcut", figures.ratio(name, "jieba", "cpu"), 2)


def _slice(bodies: list[str], batch: int, once: Callable[[list[str]], object]) -> dict[str, float]:
    start, end, count = time.process_time(), time.perf_counter() + SLICE, 0
    while time.perf_counter() < end:
        at = count % max(1, len(bodies) - batch)
        once(bodies[at : at + batch])
        count += batch
    return {"cpu": 1_000 * (time.process_time() - start) / count}
