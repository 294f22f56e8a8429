"""A web server under measure, and callers that keep it busy for a slice of time."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.meter import percentile, tree_cpu
from bench.stage import Stage, free_port

PATIENCE = 60
BIN = Path(sys.executable).parent


@dataclass
class Caller:
    """One connection that is kept, as a browser or a program keeps it."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """One request and its whole answer, which is left in `content`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        self.content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass
class Served:
    """A server that answers on a port."""

    port: int
    process: subprocess.Popen


@contextmanager
def serving(stage: Stage, url: str, target: str = "app:serve") -> Iterator[Served]:
    """granian with one worker, as `make run` starts it, until the block ends."""
    port = free_port()
    process = stage.start(
        *(str(BIN / "granian"), "--interface", "wsgi", "--factory", target, "--host", "127.0.0.1"),
        *(
            "--port",
            str(port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--no-ws",
            "--log-level",
            "warning",
        ),
        url=url,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield Served(port, process)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            Caller(port).ask("GET", "/")
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def busy(
    stage: Stage, served: Served, concurrency: int, seconds: float, once: Callable[[Caller], None]
) -> dict[str, float]:
    """Let `concurrency` callers do `once` again and again; what each time cost, and how long it took."""
    took: list[float] = []

    def keep_on(caller: Caller) -> None:
        while time.perf_counter() < end:
            start = time.perf_counter()
            once(caller)
            took.append(time.perf_counter() - start)

    callers = [Caller(served.port) for _ in range(concurrency)]
    cpu, database = tree_cpu(served.process.pid), stage.database_cpu()
    begun = time.perf_counter()
    end = begun + seconds
    with ThreadPoolExecutor(concurrency) as threads:
        list(threads.map(keep_on, callers))
    elapsed = time.perf_counter() - begun
    count = len(took)
    application = tree_cpu(served.process.pid) - cpu
    return {
        "count": count,
        "rate": count / elapsed,
        "application": 1_000 * application / count,
        "database": 1_000 * (stage.database_cpu() - database) / count,
        "cpu": 1_000 * (application + stage.database_cpu() - database) / count,
        **{f"p{part}": 1_000 * percentile(took, part / 100) for part in (50, 95, 99)},
    }
