"""s5: search for what is common, rare, never together, and nowhere; against the first page of a list."""

import time
from datetime import UTC, datetime

from bench.report import Report
from bench.s4_lists import people
from bench.stage import Stage
from complaints import lists, search
from complaints.lists import Filters, Tab
from models import db

ASKED = {
    "common": "退款",
    "two Han characters": "商家",
    "one Han character": "卡",
    "rare": "合同编号1357",
    "never together": "合同编号17 合同编号1801",
    "no hit": "量子纠缠冰箱",
    "mixed": "合同编号88 refund",
    "phrase": "“不予退款”",
}


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    url = stage.database(size)
    try:
        with stage.application(url):
            for who, actor in [(who, people()[who]) for who in ("officer", "city")]:
                first = _times(
                    rounds,
                    lambda a=actor: lists.page(
                        db.session(), a, Tab.ALL, Filters(), None, now=datetime.now(UTC)
                    ),
                )
                report.add("s5", f"{size}: {who}: first page of all, ms", first)
                ruler = sorted(first)[len(first) // 2]
                for what, words in ASKED.items():
                    took = _times(rounds, lambda a=actor, w=words: search.page(db.session(), a, w, [], None))
                    report.add("s5", f"{size}: {who}: {what}, ms", took)
                    report.add(
                        "s5", f"{size}: {who}: {what} ÷ first page", [t / ruler for t in took], 1, "≤ 25"
                    )
    finally:
        stage.drop(url)


def _times(rounds: int, once: object) -> list[float]:
    took = []
    once()  # type: ignore[operator]
    for _ in range(rounds):
        start = time.perf_counter()
        once()  # type: ignore[operator]
        took.append(1_000 * (time.perf_counter() - start))
        db.session.rollback()
    return took
