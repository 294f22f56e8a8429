"""The whole service in one terminal: servers, tables, model, demonstration; then web, worker and beat.

`make run` starts it. Whatever it started ends with it, also after `kill -9`.
"""

import argparse
import base64
import fcntl
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from types import FrameType

import psycopg

import classifier
import settings
from embedded import CannotStart, Postgres, Valkey
from embedded.server import Server
from supervisor import SIGNALS, Supervisor
from tether import hold_to_parent, tether

ROOT = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
FLASK = str(BIN / "flask")
MOST_WEB_WORKERS = 4
WATCH = 1.0
# Stands in the settings until `make run` has started servers of its own.
NOT_STARTED = {
    "DATABASE_URL": "postgresql+psycopg://localhost/not-started",
    "REDIS_URL": "redis://localhost/0",
}
# glibc keeps for each thread what it has freed: left to itself a web process holds a hundred megabytes more.
THRIFT = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "262144"}


class Stop(Exception):
    """The end, with a sentence for the operator."""


class Stopped(Exception):
    """The end that was asked for."""


def main() -> None:
    options = arguments()
    if options.settings:
        leave_settings(settings.instance_dir(), options.host, options.port)
        return
    if options.with_parent:
        hold_to_parent(signal.SIGTERM)
    try:
        run(settings.instance_dir(), options.host, options.port)
    except Stopped:
        say("Stopped.")
    except (Stop, CannotStart) as error:
        raise SystemExit(f"\n{error}") from None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=settings.given("PORT", "8000"))
    parser.add_argument("--settings", action="store_true", help="only leave settings for commands")
    parser.add_argument("--with-parent", action="store_true", help="stop when the parent process dies")
    return parser.parse_args()


def run(home: Path, host: str, port: int) -> None:
    """Until a signal comes. Raises Stopped then, and Stop or CannotStart where something stands in the way."""
    preparation = Preparation()
    with held(home):
        refuse_taken(host, port)
        servers = own_servers(home)
        try:
            for server in servers.values():
                say(f"Starting {server.program}")
                server.start()
                preparation.go_on()
            env = environment(
                home, address(host, port), {name: server.url for name, server in servers.items()}
            )
            prepare(preparation, home, env)
            supervisor = Supervisor()
            preparation.go_on()  # from here on signals are the supervisor's
            supervise(supervisor, home, host, port, env, list(servers.values()))
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)  # stopping takes a moment and is not to be cut short
            for server in reversed(servers.values()):
                server.stop()


class Preparation:
    """What comes before the supervisor. A signal ends the step at hand, and the next one does not begin.

    Nothing is raised where the signal comes: Python loses what is raised in the wrong moment.
    """

    def __init__(self) -> None:
        self.is_over = False
        self.child: subprocess.Popen[str] | None = None
        for number in SIGNALS:
            signal.signal(number, self._end)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_over = True
        if self.child is not None:
            self.child.terminate()

    def go_on(self) -> None:
        """Raises Stopped when a signal has come."""
        if self.is_over:
            raise Stopped

    def step(self, what: str, command: list[str], env: Mapping[str, str]) -> str:
        """Run one of our commands; what it said. Complaints and progress go to the terminal."""
        say(what)
        with subprocess.Popen(
            [FLASK, *command],
            cwd=ROOT,
            env=dict(env),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for us
            preexec_fn=tether(signal.SIGTERM),  # noqa: PLW1509 - there are no threads yet
        ) as self.child:
            if self.is_over:
                self.child.terminate()
            said, _ = self.child.communicate()
        self.go_on()
        if self.child.returncode:
            raise Stop(f"{said}{what} did not succeed; the lines above say why.")
        return said


@contextmanager
def held(home: Path) -> Iterator[None]:
    """The folder is ours alone while this lasts: two supervisors would start two servers on the same data."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("w")
    except OSError as error:
        raise Stop(f"{home} cannot be used: {error.strerror}. Name another folder in INSTANCE_DIR.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(f"The service is running already from {home}. Stop it first.") from None
        yield


def refuse_taken(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        another = 8000 if port != 8000 else 8080
        raise Stop(
            f"Port {port} on {host} cannot be used: {reason}. Choose another: make run PORT={another}"
        ) from None


def own_servers(home: Path) -> dict[str, Server]:
    """The servers to start ourselves: those that no setting names an address for."""
    if settings.given("ENVIRONMENT") == "production":
        return {}
    servers: dict[str, Server] = {}
    if not settings.given("DATABASE_URL"):
        servers["DATABASE_URL"] = Postgres(home)
    if not settings.given("REDIS_URL"):
        servers["REDIS_URL"] = Valkey(home)
    return servers


def leave_settings(home: Path, host: str, port: int) -> None:
    """Settings for commands that need no server, such as the classifier's, before anything was run. Changes no file."""
    if settings.given("ENVIRONMENT") != "production" and not settings.development_file(home).exists():
        home.mkdir(parents=True, exist_ok=True)
        environment(home, address(host, port), NOT_STARTED)


def environment(home: Path, base_url: str, servers: Mapping[str, str]) -> dict[str, str]:
    """What our processes are told. Outside production also left in a file, for commands typed by hand."""
    if settings.given("ENVIRONMENT") == "production":
        return settings.environment_with(TZ="UTC")
    kept = settings.read_file(settings.development_file(home))
    values = {
        "ENVIRONMENT": "development",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SECRET_KEY": kept.get("SECRET_KEY") or secrets.token_urlsafe(48),
        "DATA_KEY": kept.get("DATA_KEY") or base64.b64encode(secrets.token_bytes(32)).decode(),
        "BASE_URL": base_url,
        "MAIL_FROM": "service@green-channel.example",
        "OPERATOR_NAME": "示范市消费者权益保护委员会",
        "DEMONSTRATION": "1",
        **servers,
    }
    values = {name: settings.given(name, value) for name, value in values.items()}
    write_secret(settings.development_file(home), values)
    return settings.environment_with(**values, INSTANCE_DIR=str(home), TZ="UTC")


def write_secret(path: Path, values: Mapping[str, str]) -> None:
    """All of it or nothing, and for our own eyes."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    unfinished.replace(path)


def prepare(preparation: Preparation, home: Path, env: Mapping[str, str]) -> None:
    """Tables, reference data, model, and on the first start the demonstration. Each step may be repeated."""
    step = preparation.step
    step("Bringing the tables up to date", ["db", "upgrade"], env)
    step("Adding reference data", ["load-reference"], env)
    models = Path(env.get("MODEL_DIR") or ROOT / "classifier" / "model")
    if not (models / "current").exists() or classifier.is_of_another_release(models):
        step("Training the classifier, once", ["classifier", "train"], env)
    if env.get("DEMONSTRATION", "").lower() in settings.TRUE and not sign_ins(home).exists():
        told = step("Loading the demonstration town, once", ["demo", "load"], env)
        sign_ins(home).write_text(told, encoding="utf-8")


def sign_ins(home: Path) -> Path:
    """What the demonstration said when it was loaded: who may sign in, and how."""
    return home / "demonstration"


def supervise(
    supervisor: Supervisor, home: Path, host: str, port: int, env: dict[str, str], servers: list[Server]
) -> None:
    supervisor.add_process("web", web(host, port, env), env=THRIFT | env)
    supervisor.add_process("worker", [FLASK, "worker"], env=env)
    supervisor.add_process("beat", [FLASK, "beat"], env=env)
    for target, arguments in ((keep, (servers, supervisor)), (welcome, (home, host, port, supervisor))):
        threading.Thread(target=target, args=arguments, daemon=True).start()
    supervisor.loop()
    if supervisor.returncode in {128 + number for number in SIGNALS}:
        raise Stopped
    raise Stop("One of the processes could not be kept running; the lines above say why.")


def web(host: str, port: int, env: Mapping[str, str]) -> list[str]:
    workers = env.get("WEB_WORKERS") or str(min(os.cpu_count() or 1, MOST_WEB_WORKERS))
    return [
        *(str(BIN / "granian"), "--interface", "wsgi", "--factory", "app:serve"),
        *("--host", host, "--port", str(port), "--workers", workers, "--blocking-threads", "4"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"),
    ]


def keep(servers: list[Server], supervisor: Supervisor) -> None:
    """Bring a server back that has gone, with its data. The others wait for it meanwhile."""
    while not supervisor.ending.wait(WATCH):
        for server in servers:
            if not server.is_running():
                supervisor.say(f"{server.program} has gone; starting it again")
                try:
                    server.start()
                except (CannotStart, OSError, psycopg.Error) as error:
                    supervisor.say(str(error))


def welcome(home: Path, host: str, port: int, supervisor: Supervisor) -> None:
    """Say where to go, once there is something to see."""
    while not serves(host, port):
        if supervisor.ending.wait(0.2):
            return
    people = sign_ins(home).read_text(encoding="utf-8") if sign_ins(home).exists() else ""
    supervisor.say(f"\n{people}\nThe service is ready: {address(host, port)}\nCtrl-C stops it.\n")


def serves(host: str, port: int) -> bool:
    with closing(http.client.HTTPConnection(nearest(host), port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def nearest(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not listened on


def address(host: str, port: int) -> str:
    return f"http://{nearest(host)}:{port}"


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
