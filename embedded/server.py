"""What our two servers have in common: a folder, a log, a pid file, a start and a stop."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import psutil

from embedded.accounts import Account
from tether import tether

PATIENCE = 60
"""Seconds a server may take to come up, recovery after a crash included, or to go away."""
HEARING = 10
"""Seconds in which one that was left running shows that it still answers."""


class CannotStart(Exception):
    """A server did not come up; the message says what an operator can do about it."""


@dataclass
class Server(ABC):
    """A server that keeps its data in `home`. It runs until `stop`, or until we die, however we die.

    Start it from a thread that lives as long as the server should. With `durable` off it is quicker and
    its data need not survive a crash of the machine: for tests.
    """

    home: Path
    durable: bool = True
    process: psutil.Process | None = field(default=None, init=False)

    program: ClassVar[str]
    farewell: ClassVar[signal.Signals]

    @property
    @abstractmethod
    def url(self) -> str:
        """Where to connect, in the form the settings want."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Where the server itself writes its process number."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes connections now."""

    @abstractmethod
    def launch(self) -> psutil.Process:
        """Start a new process of it, which need not answer yet."""

    @abstractmethod
    def tidy(self) -> None:
        """Clear away what it left outside `home`."""

    @property
    def data(self) -> Path:
        return self.home / self.program

    @property
    def log(self) -> Path:
        return self.home / "log" / f"{self.program}.log"

    def start(self) -> None:
        """Come up, or take over the one that a killed predecessor left running. May be repeated.

        Returns once the server answers. Raises CannotStart with the end of its log.
        """
        if self.is_running():
            return
        self.process = self._left_behind() or self.launch()
        wait_until(lambda: self.answers() or not self.is_running())
        if not self.answers():
            self.stop()
            raise CannotStart(f"{self.program} did not start. The end of its log:\n{self._last_words()}")

    def stop(self) -> None:
        """Go away in good order, keeping the data. May be repeated."""
        if self.process is not None:
            with suppress(psutil.NoSuchProcess):
                self.process.send_signal(self.farewell)
                try:
                    self.process.wait(PATIENCE)
                except psutil.TimeoutExpired:
                    self.process.kill()
                    self.process.wait(PATIENCE)
            is_alive(self.process)
        self.process = None
        self.tidy()

    def is_running(self) -> bool:
        return self.process is not None and is_alive(self.process)

    def _left_behind(self) -> psutil.Process | None:
        """The predecessor that still answers. One about to leave is waited for; a deaf one is stopped."""
        self.process = self._previous()
        if self.process is not None:
            wait_until(lambda: self.answers() or not self.is_running(), seconds=HEARING)
            if not self.answers():
                self.stop()
        return self.process

    def _previous(self) -> psutil.Process | None:
        """The process in the pid file, if it really is ours: numbers are given out again after a crash."""
        try:
            found = psutil.Process(int(self.pid_file.read_text().split()[0]))
            ours = self.program in found.name() and Path(found.cwd()) == self.data.resolve()
            return found if ours and is_alive(found) else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def open(self, command: list[str], account: Account) -> psutil.Process:
        """Run the command in the data folder, tethered to us, with a new log; the last one is kept."""
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            return psutil.Popen(
                command,
                cwd=self.data,
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop it when everybody else has gone
                preexec_fn=tether(self.farewell),
                **account.run_as(),
            )

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-12:])


def plain_environment() -> dict[str, str]:
    """Nothing of ours reaches a server: no PGPORT, no locale, no secrets."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs. A child of ours that has ended is laid to rest by asking."""
    if isinstance(process, psutil.Popen):
        return process.poll() is None
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Look every few milliseconds until it holds or the time is over."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
