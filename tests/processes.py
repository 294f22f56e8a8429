"""Our commands and the web server as processes of their own, on the database and the queue of a test."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120


def until(condition, patience=PATIENCE):
    """Wait for a condition rather than for a time."""
    end = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.05)
    return found


def environment(app):
    settings = app.config["SETTINGS"]
    return {
        **os.environ,
        "ENVIRONMENT": "test",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "DATA_KEY": "dGVzdHMgc2VhbCB0aGVpciBkYXRhIHdpdGggdGhpcyE=",
        "BASE_URL": settings.base_url,
        "MAIL_FROM": settings.mail_from,
        "OPERATOR_NAME": settings.operator_name,
        "INSTANCE_DIR": str(settings.instance_dir),
        "TZ": "UTC",
    }


def running(app, *command):
    """A command of ours: running(app, "worker")."""
    return _process(app, sys.executable, "-m", "flask", "--app", "app", *command)


def served(app, port):
    """The web server as it runs in a city, with two processes."""
    granian = str(Path(sys.executable).parent / "granian")
    where = ("--host", "127.0.0.1", "--port", str(port), "--workers", "2")
    return _process(
        app,
        granian,
        "--interface",
        "wsgi",
        "--factory",
        "app:create_app",
        *where,
        "--no-ws",
        "--log-level",
        "error",
    )


@contextmanager
def _process(app, *command):
    """Whatever is left of it and its children at the end is killed."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(app),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
