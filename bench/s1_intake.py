"""s1: intake by JSON and by the form, against Flask that takes JSON and gives JSON under the same server."""

import itertools
import json
import random
import re
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from sqlalchemy import select, text

from bench import meter
from bench.report import Report
from bench.serving import Caller, busy, serving
from bench.stage import Stage
from bench.texts import texts
from complaints import keys
from models import db
from models.codes import Role
from models.people import User

KEYS = 100  # each may call 1,200 times a minute
TEXTS = texts(5_000)
SLICE = 2.5
STEPS = 5  # of the form, each looked at and sent
CONCURRENCY = (1, 4, 16)
TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    url = stage.database(size)
    try:
        with stage.application(url):
            tokens = _keys()
        with serving(stage, url) as ours, serving(stage, url, "bench.rulers.bare:create_app") as bare:
            api, form, ruler = Api(tokens), Form(), Bare()
            before = _count(stage, url)
            for once, served in ((api, ours), (form, ours), (ruler, bare)):
                busy(stage, served, 4, 1.0, once)  # first requests load what later ones have
            for concurrency in CONCURRENCY:
                contestants: dict[str, meter.Slice] = {
                    "API": partial(busy, stage, ours, concurrency, SLICE, api),
                    "bare": partial(busy, stage, bare, concurrency, SLICE, ruler),
                }
                if concurrency == CONCURRENCY[1]:
                    contestants["form"] = partial(busy, stage, ours, concurrency, SLICE, form)
                figures = meter.take_turns(contestants, rounds)
                _tell(f"{size} stored, {concurrency} at once", figures, report)
            lost = api.done + form.done - (_count(stage, url) - before)
            report.add(
                "s1", f"{size} stored: answers without a row, or rows without an answer", [abs(lost)], 0, "0"
            )
    finally:
        stage.drop(url)


def _tell(what: str, figures: meter.Figures, report: Report) -> None:
    for who in ("API", "form"):
        if who not in figures.rounds:
            continue
        report.add("s1", f"{who}, {what}: accepted a second", figures.series(who, "rate"), 1)
        for part in ("p50", "p95", "p99"):
            report.add("s1", f"{who}, {what}: {part} in ms", figures.series(who, part), 1)
        report.add("s1", f"{who}, {what}: CPU-ms, application", figures.series(who, "application"))
        report.add("s1", f"{who}, {what}: CPU-ms, database", figures.series(who, "database"))
        must = {"API": "≤ 9", "form": "≤ 16"}[who]
        report.add("s1", f"{who}, {what}: CPU ÷ bare Flask", figures.ratio(who, "bare", "cpu"), 1, must)
        if who == "form":
            each = [value / STEPS for value in figures.series(who, "cpu")]
            report.add("s1", f"form, {what}: CPU-ms for each step, shown and sent", each)
    report.add("s1", f"bare, {what}: CPU-ms", figures.series("bare", "cpu"), 3)


def _keys() -> list[str]:
    officer = db.session.scalars(select(User).where(User.role == Role.OFFICER)).first()
    assert officer is not None
    issued = [keys.issue(db.session(), officer, f"figures {n}", now=datetime.now(UTC)) for n in range(KEYS)]
    db.session.commit()
    return issued


def _count(stage: Stage, url: str) -> int:
    with stage.application(url):
        return int(db.session.scalar(text("SELECT count(*) FROM complaints")) or 0)


def complaint(number: int) -> dict[str, object]:
    return {
        "text": TEXTS[number % len(TEXTS)],
        "merchant_name": "一家小店",
        "person": {"name": "张三", "phone": "13800138000", "email": "someone@figures.example"},
        "district": "haidian",
        "amount": 12_800,
        "happened_on": "2026-01-05",
    }


class Api:
    """Files complaints by JSON."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.numbers, self.done = tokens, itertools.count(), 0

    def __call__(self, caller: Caller) -> None:
        number = next(self.numbers)
        answer = caller.ask(
            "POST",
            "/api/v1/complaints",
            json.dumps(complaint(number)).encode(),
            Content_Type="application/json",
            Authorization=f"Bearer {self.tokens[number % KEYS]}",
            Idempotency_Key=f"figure-{number}-{random.random()}",
        )
        assert answer.status == 201, (answer.status, caller.content[:300])
        self.done += 1


class Bare:
    """The same content to the ruler."""

    def __init__(self) -> None:
        self.numbers = itertools.count()

    def __call__(self, caller: Caller) -> None:
        body = json.dumps(complaint(next(self.numbers))).encode()
        answer = caller.ask("POST", "/", body, Content_Type="application/json")
        assert answer.status == 201


class Form:
    """Goes through the whole form as a browser does: each step is looked at, filled in and sent."""

    def __init__(self) -> None:
        self.numbers, self.done = itertools.count(), 0

    def __call__(self, caller: Caller) -> None:
        number = next(self.numbers)
        caller.cookies.clear()
        self.address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"
        for step, fields in self.steps(number).items():
            self._fill(caller, f"/complaints/new/{step}", fields)
        self.done += 1

    def steps(self, number: int) -> dict[str, dict[str, str]]:
        given = complaint(number)
        return {
            "what": {"body": str(given["text"])},
            "whom": {"merchant_name": "一家小店", "merchant_id": "", "district": "haidian"},
            "ask": {"remedies": "refund", "amount": "128", "currency": "CNY", "happened_on": "2026-01-05"},
            "contact": {
                "name": "张三",
                "phone": "13800138000",
                "email": "someone@figures.example",
                "is_honest": "y",
            },
            "check": {},
        }

    def _fill(self, caller: Caller, path: str, fields: dict[str, str]) -> None:
        headers = {"X_Forwarded_For": self.address}
        shown = caller.ask("GET", path, None, **headers)
        found = TOKEN.search(caller.content)
        assert shown.status == 200, (path, shown.status)
        assert found, path
        body = urlencode({"csrf_token": found[1].decode(), **fields}).encode()
        sent = caller.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", **headers)
        assert sent.status in {302, 303}, (path, sent.status, caller.content[-1500:].decode())
