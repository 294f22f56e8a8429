"""Keeps several processes going in one terminal: honcho, which also starts again what ended by itself.

Everything is tethered: when the supervisor dies, even by `kill -9`, its children end in good order.
"""

import multiprocessing
import os
import queue
import signal
import subprocess
import threading
import time
from contextlib import suppress
from functools import partial
from multiprocessing.synchronize import Event
from types import FrameType
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message
from honcho.process import Popen, Process

from tether import hold_to_parent, tether

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 8.0
"""Seconds to end in before being killed: jobs and requests are safe to repeat."""
PAUSE = 1.0
SHORT_LIFE = 5.0
SHORT_LIVES = 3
"""What ends so often within so many seconds will not be helped by another start."""


class Supervisor(Manager):
    """honcho's manager, with processes that are kept. Signals are noted and seen to between two lines."""

    def __init__(self) -> None:
        # Relays inherit what is below; Python 3.14 would start them from scratch.
        multiprocessing.set_start_method("fork", force=True)
        super().__init__()
        self.ending = multiprocessing.Event()
        self._process_ctor = partial(Kept, self.ending)
        for number in SIGNALS:
            signal.signal(number, self._note)

    def say(self, text: str) -> None:
        """Lines of our own between those of the processes."""
        for line in text.splitlines():
            self._system_print(f"{line}\n")

    def loop(self) -> None:
        """Run everything until a signal comes, or one of them cannot be kept; then see all of them out.

        Leaves 128 and the signal's number in `returncode`, or what the process ended with.
        """
        self._start()
        try:
            while not self._all_stopped():
                if self.returncode is not None:
                    self.ending.set()
                try:
                    self._heed(self.events.get(timeout=0.1))
                except queue.Empty:
                    self._miss()
        finally:  # also when the terminal has gone and nothing can be printed any more
            self.ending.set()
            for process in multiprocessing.active_children():
                process.join(GRACE + PAUSE)
                process.kill()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.returncode = 128 + number

    def _heed(self, message: Message) -> None:
        if message.type == "line":
            self._printer.write(message)
            return
        self._processes[message.name].update(message.data)
        told = ", ".join(f"{name} {value}" for name, value in message.data.items())
        self.say(f"{message.name} {message.type}: {told}")
        if message.type == "stop" and self.returncode is None:
            self.returncode = message.data["returncode"]

    def _miss(self) -> None:
        """Note the relays that were killed and so cannot say it. Their processes have gone with them."""
        for process in self._processes.values():
            if "returncode" not in process and not process["process"].is_alive():
                process["returncode"] = process["process"].exitcode
                self.returncode = process["returncode"] if self.returncode is None else self.returncode


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
        for number in SIGNALS:
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
