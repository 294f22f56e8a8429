"""Servers and databases to measure on: our own, on sockets and loopback, gone with us."""

import base64
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import psutil
import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

import classifier
import embedded
import settings
from app import create_app
from bench import loader
from cli import reference
from jobs.queue import settle
from models import db
from tether import tether

ROOT = Path(__file__).resolve().parent.parent
EMPTY = "empty"
KEY = base64.b64encode(b"figures seal nothing of anybody.").decode()


@dataclass
class Stage:
    """What every scenario gets: two servers and databases of the sizes it asks for."""

    home: Path
    postgres: embedded.Postgres
    valkey: embedded.Valkey
    model: Path

    def database(self, size: int, *, mixed: bool = False) -> str:
        """The address of a fresh copy of a database with `size` complaints, analysed; `mixed` for lists."""
        name = f"copy_{random.randrange(10**9)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {self._template(size, mixed)}")
        return self.postgres.url_of(name)

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def run(self, statement: str, database: str = "postgres") -> None:
        with self.connect(self.postgres.url_of(database)) as connection:
            connection.autocommit = True
            connection.execute(statement)

    def connect(self, url: str) -> psycopg.Connection:
        parts = make_url(url)
        return psycopg.connect(
            host=str(parts.query["host"]), port=5432, user=parts.username, dbname=parts.database
        )

    def environment(self, url: str) -> dict[str, str]:
        return settings.environment_with(
            ENVIRONMENT="development",
            DATABASE_URL=url,
            REDIS_URL=self.valkey.url,
            SECRET_KEY="a secret of no use outside of figures",
            DATA_KEY=KEY,
            BASE_URL="http://localhost",
            MAIL_FROM="figures@complaints.example",
            OPERATOR_NAME="Figures",
            INSTANCE_DIR=str(self.home),
            MODEL_DIR=str(self.model),
            PROXY_HOPS="1",
            TZ="UTC",
        )

    @contextmanager
    def application(self, url: str) -> Iterator[Flask]:
        """The application on a database, with its context pushed."""
        app = create_app(settings.Settings.from_env(self.environment(url)))
        settle()  # as every process of ours that lives long
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                for engine in db.engines.values():
                    engine.dispose()
                app.extensions["redis"].close()

    def start(self, *command: str, url: str, **options: object) -> subprocess.Popen:
        """A process of ours on a database; it ends when we end."""
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment(url),
            preexec_fn=tether(signal.SIGKILL),
            **options,  # type: ignore[call-overload]
        )

    def database_cpu(self) -> float:
        """CPU seconds the database server used so far, ended sessions included."""
        root = self.postgres.process
        if root is None:
            return 0.0
        used = sum(root.cpu_times()[2:4])
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.Error):
                used += sum(process.cpu_times()[:2])
        return used

    def _template(self, size: int, mixed: bool = False) -> str:
        name = f"{'mixed' if mixed else 'size'}_{size}" if size else EMPTY
        with self.connect(self.postgres.url) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
        if size:
            self.run(f"CREATE DATABASE {name} TEMPLATE {self._template(0)}")
            with self.application(self.postgres.url_of(name)):
                loader.load(db.session(), size, datetime.now(UTC), mixed=mixed)
        else:
            self.run(f"CREATE DATABASE {name}")
            with self.application(self.postgres.url_of(name)):
                flask_migrate.upgrade()
                reference.load()
                db.session.commit()
        self.run("VACUUM ANALYZE", name)
        self.run("CHECKPOINT", name)
        return name


def free_port() -> int:
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


def _model(otherwise: Path) -> Path:
    """The model in use here, or a new one."""
    try:
        classifier.model_in_use()
    except classifier.ModelMissing:
        classifier.train(otherwise, now=datetime.now(UTC))
        return otherwise
    return classifier.DEFAULT_DIRECTORY


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything set up, and taken down again whatever happens."""
    home = Path(tempfile.mkdtemp(prefix="green-channel-bench-"))
    try:
        with embedded.running(home / "servers") as (postgres, valkey):
            yield Stage(home, postgres, valkey, _model(home / "model"))
    finally:
        shutil.rmtree(home, ignore_errors=True)
