"""s7: what three answers for a text cost, against the classifier that one would write first."""

import random
import time
from collections.abc import Callable

import jieba

import classifier
from bench import meter
from bench.report import Report
from bench.rulers.plain_text import PlainClassifier
from bench.stage import Stage
from classifier import corpus

SLICE = 1.0
LENGTH = 200
BATCH = 512
SINGLES = 32  # single texts are asked so many at a time, or the clock would be half of what is measured
MUST = {"one at a time, with evidence": "≤ 0.125", f"{BATCH} at once, no evidence": "≤ 0.125"}


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    """The size of a database means nothing here; it says how many texts there are, within bounds."""
    bodies = _bodies(min(max(size, BATCH + 1), 2_000))
    plain = PlainClassifier(stage.home)
    classifier.suggest_many(bodies[:100], stage.model)
    figures = meter.take_turns(_contestants(bodies, plain, stage), rounds)
    report.add("s7", "jieba.lcut: CPU-ms a text", figures.series("jieba", "cpu"), 3)
    for how in ("one at a time", f"{BATCH} at once"):
        ruler = f"plain, {how}"
        report.add("s7", f"{ruler}: CPU-ms a text", figures.series(ruler, "cpu"), 3)
        for evidence in ("with evidence", "no evidence"):
            name = f"{how}, {evidence}"
            report.add("s7", f"{name}: CPU-ms a text", figures.series(name, "cpu"), 3)
            report.add("s7", f"{name}: CPU ÷ plain", figures.ratio(name, ruler, "cpu"), 3, MUST.get(name, ""))


def _bodies(count: int) -> list[str]:
    """Chinese texts of 200 characters, of which neither classifier has learnt."""
    told = [one.text for one in corpus.read(corpus.VALIDATION) if one.language.startswith("zh")]
    dice = random.Random(7)
    found: list[str] = []
    while len(found) < count:
        dice.shuffle(told)
        whole = "".join(told)
        found += [whole[at : at + LENGTH] for at in range(0, len(whole) - LENGTH, LENGTH)]
    return found[:count]


def _contestants(bodies: list[str], plain: PlainClassifier, stage: Stage) -> dict[str, meter.Slice]:
    found: dict[str, meter.Slice] = {
        "jieba": lambda: _slice(bodies, SINGLES, lambda some: list(map(jieba.lcut, some))),
        "plain, one at a time": lambda: _slice(
            bodies, SINGLES, lambda some: [plain.answer([one]) for one in some]
        ),
        f"plain, {BATCH} at once": lambda: _slice(bodies, BATCH, plain.answer),
    }
    for evidence, why in (("with evidence", True), ("no evidence", False)):
        found[f"one at a time, {evidence}"] = lambda why=why: _slice(  # type: ignore[misc]
            bodies,
            SINGLES,
            lambda some: [classifier.suggest_many([one], stage.model, with_evidence=why) for one in some],
        )
        found[f"{BATCH} at once, {evidence}"] = lambda why=why: _slice(  # type: ignore[misc]
            bodies, BATCH, lambda some: classifier.suggest_many(some, stage.model, with_evidence=why)
        )
    return found


def _slice(bodies: list[str], batch: int, once: Callable[[list[str]], object]) -> dict[str, float]:
    start, end, count = time.process_time(), time.perf_counter() + SLICE, 0
    while time.perf_counter() < end:
        at = count % max(1, len(bodies) - batch)
        once(bodies[at : at + batch])
        count += batch
    return {"cpu": 1_000 * (time.process_time() - start) / count}
