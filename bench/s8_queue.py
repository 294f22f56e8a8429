"""s8: what the queue costs: jobs and commands for each complaint taken in, and the background's share of CPU."""

import sys
import time

from redis import Redis

from bench.meter import tree_cpu
from bench.report import Report
from bench.s1_intake import Api, _keys
from bench.serving import busy, serving
from bench.stage import Stage

SLICE = 2.5
PATIENCE = 60


def run(stage: Stage, size: int, rounds: int, report: Report) -> None:
    url = stage.database(size)
    redis = Redis.from_url(stage.valkey.url)
    redis.flushall()
    try:
        with stage.application(url):
            tokens = _keys()
        worker = stage.start(sys.executable, "-m", "flask", "--app", "app", "worker", url=url)
        try:
            with serving(stage, url) as served:
                _measure(stage, served, Api(tokens), worker.pid, redis, rounds, report)
        finally:
            worker.terminate()
            worker.wait(30)
    finally:
        stage.drop(url)


def _measure(stage, served, api, worker, redis, rounds, report):  # type: ignore[no-untyped-def]
    busy(stage, served, 2, 1.0, api)
    jobs, commands, shares, drained = [], [], [], []
    for _ in range(rounds):
        _until_idle(redis)
        before, used = _counted(redis), tree_cpu(worker)
        taken = busy(stage, served, 4, SLICE, api)
        with_start = time.perf_counter()
        _until_idle(redis)
        drained.append(time.perf_counter() - with_start)
        after = _counted(redis)
        count = taken["count"]
        jobs.append((after["jobs"] - before["jobs"]) / count)
        commands.append((after["commands"] - before["commands"]) / count)
        shares.append(1_000 * (tree_cpu(worker) - used) / count / taken["cpu"])
    report.add("s8", "jobs for each complaint", jobs, 3, "≤ 0.1")
    report.add("s8", "commands of Valkey for each complaint, limits and worker included", commands, 1)
    report.add("s8", "worker's CPU ÷ intake's CPU", shares, 2, "≤ 0.5")
    report.add("s8", "seconds until the queue was empty", drained, 2)


def _counted(redis: Redis) -> dict[str, float]:
    enqueued = redis.info("commandstats").get("cmdstat_lpush", {}).get("calls", 0)
    enqueued += redis.info("commandstats").get("cmdstat_rpush", {}).get("calls", 0)
    return {"jobs": enqueued, "commands": redis.info("stats")["total_commands_processed"]}


def _until_idle(redis: Redis) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        waiting = sum(redis.llen(f"rq:queue:{name}") for name in ("sweep", "notices", "bulk"))
        running = sum(redis.zcard(f"rq:wip:{name}") for name in ("sweep", "notices", "bulk"))
        if not waiting and not running:
            return
        time.sleep(0.05)
