"""Keeps several processes going in one terminal: honcho, which also starts again what ended by itself.

Everything is tethered: when the supervisor dies, even by `kill -9`, its children end in good order.
"""

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any

from honcho.manager import Manager
from honcho.process import Popen, Process

from tether import hold_to_parent, tether

GRACE = 8.0
"""Seconds to end in before being killed: jobs and requests are safe to repeat."""
PAUSE = 1.0
SHORT_LIFE = 5.0
SHORT_LIVES = 3
"""What ends so often within so many seconds will not be helped by another start."""


class Supervisor(Manager):
    """honcho's manager, with processes that are kept."""

    def __init__(self) -> None:
        # Relays inherit what is below; Python 3.14 would start them from scratch.
        multiprocessing.set_start_method("fork", force=True)
        super().__init__()
        self.ending = multiprocessing.Event()
        self._process_ctor = partial(Kept, self.ending)

    def say(self, text: str) -> None:
        """Lines of our own between those of the processes."""
        for line in text.splitlines():
            self._system_print(f"{line}\n")

    def loop(self) -> None:
        """Run everything until a signal comes, or one of them cannot be kept; then see all of them out."""
        signal.signal(signal.SIGHUP, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
        try:
            super().loop()
        finally:  # also when the terminal has gone and nothing can be printed any more
            self.ending.set()
            for process in multiprocessing.active_children():
                process.join(GRACE + PAUSE)
                process.kill()

    def terminate(self) -> None:
        """Tell the relays. Each ends its own, which it knows better than we do."""
        self._terminating = True
        self.ending.set()

    def kill(self) -> None:
        """The relays do that as well."""


class Kept(Process):
    """A process that is started again when it ends by itself. Each has a relay, a process of its own."""

    def __init__(self, ending: Event, cmd: list[str], **options: Any) -> None:
        super().__init__(cmd, **options)
        self.ending = ending
        self.supervisor = os.getpid()

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """The relay: passes lines on until the supervisor ends, or the process will not live."""
        self._events = events
        self._hold()
        code = short_lives = 0
        while not self.ending.is_set() and short_lives < SHORT_LIVES:
            began = time.monotonic()
            code = self._live()
            short_lives = short_lives + 1 if time.monotonic() - began < SHORT_LIFE else 0
            if not self.ending.is_set() and short_lives < SHORT_LIVES:
                self._send_message(f"{self.name} ended with {code}; starting it again\n".encode())
                self.ending.wait(PAUSE)
        self._send_message({"returncode": code}, type="stop")

    def _hold(self) -> None:
        """Die with the supervisor; leave Ctrl-C and the like to it, without the child inheriting that."""
        hold_to_parent(signal.SIGKILL)
        if os.getppid() != self.supervisor:
            os._exit(1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame: None)

    def _live(self) -> int:
        child = Popen(
            self.cmd, env=self.env, shell=False, stdin=subprocess.DEVNULL, preexec_fn=tether(signal.SIGTERM)
        )
        self._send_message({"pid": child.pid}, type="start")
        end = threading.Thread(target=self._see_out, args=(child,))
        end.start()
        for line in iter(child.stdout.readline, b""):
            self._send_message(line)
        child.stdout.close()
        end.join()
        return int(child.wait())

    def _see_out(self, child: Popen) -> None:
        """Wait for the child's end, or bring it about, and leave nothing of its process group."""
        while child.poll() is None and not self.ending.wait(0.2):
            pass
        with suppress(ProcessLookupError):
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    child.wait(GRACE)
            os.killpg(child.pid, signal.SIGKILL)
