"""The supervisor as an operator meets it: real processes, started, broken and stopped."""

import http.client
import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

import run
from embedded.server import is_alive, wait_until
from tests.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent


class Service:
    """A running supervisor, and what it says."""

    def __init__(self, home, port=None, **env):
        self.home, self.port, self.log = home, port or free_port(), home / "said"
        home.mkdir(exist_ok=True)
        model = home / "model"
        model.mkdir(exist_ok=True)
        (model / "current").touch()  # names no model, so that nobody waits for one to be trained
        env = {
            "DEMONSTRATION": "0",
            "MODEL_DIR": str(model),
            "INSTANCE_DIR": str(home),
            "WEB_WORKERS": "1",
            **env,
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.log.open("w") as log:
            self.process = psutil.Popen(
                [sys.executable, "run.py", "--port", str(self.port)],
                cwd=ROOT,
                env=kept | env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self):
        return self.log.read_text()

    def ready(self):
        wait_until(lambda: "is ready" in self.said() or not is_alive(self.process))
        assert "is ready" in self.said(), self.said()
        return self

    def family(self):
        return self.process.children(recursive=True)

    def main_processes(self):
        """The outermost process of each of the five kinds."""
        lines = [(each, " ".join(each.cmdline())) for each in self.family()]
        kinds = ("bin/postgres", "valkey-server", "granian", "flask worker", "flask beat")
        return [next(each for each, line in lines if kind in line) for kind in kinds]

    def status(self, path="/readyz"):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            try:
                connection.request("GET", path)
                return connection.getresponse().status
            except OSError:
                return None


@contextmanager
def service(home, **options):
    running = Service(home, **options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
        running.process.wait(60)


def gone(processes):
    wait_until(lambda: not any(is_alive(each) for each in processes), seconds=30)
    return [each for each in processes if is_alive(each)] == []


def test_it_serves_survives_what_it_lost_and_leaves_nothing_behind_when_killed(tmp_path):
    with service(tmp_path / "instance") as first:
        first.ready()
        assert first.status() == 200
        assert "Traceback" not in first.said()
        assert any(each.environ().get("MALLOC_ARENA_MAX") == "1" for each in first.main_processes())

        for each in first.main_processes():
            each.kill()
        wait_until(lambda: first.said().count("starting it again") >= 5)
        wait_until(lambda: first.status() == 200)
        assert first.status() == 200

        family = first.family()
        assert len(family) > 10
        first.process.kill()
        assert gone(family)

    with service(tmp_path / "instance", port=first.port) as second:
        second.ready()
        assert "Training" not in second.said()

        third = Service(tmp_path / "instance")
        assert third.process.wait(30) == 1
        assert "running already" in third.said()

        other = Service(tmp_path / "other", port=second.port)
        assert other.process.wait(30) == 1
        assert "make run PORT=" in other.said()

        family = second.family()
        second.process.send_signal(signal.SIGINT)
        assert second.process.wait(60) == 0
        assert gone(family)
        assert second.said().endswith("Stopped.\n")
        assert not (second.home / "sockets").is_symlink()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_can_be_stopped_before_it_is_ready(tmp_path, number):
    with service(tmp_path / "instance") as starting:
        wait_until(lambda: "Bringing the tables" in starting.said())
        family = starting.family()

        starting.process.send_signal(number)

        starting.process.wait(60)
        assert gone(family)


def test_servers_named_by_the_operator_are_used_and_none_started(tmp_path, servers):
    database = servers.make("named_by_the_operator")
    named = {"DATABASE_URL": database, "REDIS_URL": servers.valkey.url}

    with service(tmp_path / "instance", **named) as running:
        running.ready()

        assert running.status() == 200
        assert not any(each.name() in {"postgres", "valkey-server"} for each in running.family())


def test_in_production_nothing_is_made_up(tmp_path):
    with service(tmp_path / "instance", ENVIRONMENT="production") as running:
        assert running.process.wait(60) == 1
        said = running.said()

    assert "DATABASE_URL is missing" in said
    assert "SECRET_KEY is missing" in said
    assert not (running.home / "development.env").exists()


def test_the_keys_of_development_are_made_once_and_for_our_eyes(tmp_path):
    secrets = tmp_path / "instance" / "development.env"
    texts = []
    for _ in range(2):
        with service(tmp_path / "instance") as running:
            wait_until(lambda said=running.said: "Bringing the tables" in said())
            texts.append(secrets.read_text())
            assert secrets.stat().st_mode & 0o077 == 0

    keys = [[line for line in text.splitlines() if "_KEY=" in line] for text in texts]
    assert len(keys[0]) == 2
    assert keys[0] == keys[1]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    run = subprocess.run(
        [sys.executable, "run.py", "--port", str(free_port())],
        cwd=ROOT,
        env={"PATH": os.defpath, "INSTANCE_DIR": str(tmp_path / "file" / "instance")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "INSTANCE_DIR" in run.stderr


class Steps(list):
    """A preparation that only notes what it would do."""

    def step(self, told, command, env):
        self.append(command)
        return ""


@pytest.mark.parametrize(
    ("record", "is_trained"), [({"format": 0}, True), (None, False)], ids=["another", "none"]
)
def test_a_model_of_another_release_is_trained_anew(tmp_path, record, is_trained):
    (tmp_path / "current").write_text("first")
    if record is not None:
        (tmp_path / "first").mkdir()
        (tmp_path / "first" / "model.json").write_text(json.dumps(record))
    steps = Steps()

    run.prepare(steps, tmp_path, {"MODEL_DIR": str(tmp_path)})

    assert (["classifier", "train"] in steps) is is_trained
