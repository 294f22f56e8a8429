"""Ties a process to the one that started it, so that not even `kill -9` of the parent leaves it behind.

Linux only (PR_SET_PDEATHSIG); elsewhere a tether does nothing and the next start cleans up instead.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def tether(on_parents_death: signal.Signals) -> Callable[[], None]:
    """Give a function for the child to call first thing: it then gets this signal when its parent dies.

    Make it in the parent and pass it as `preexec_fn`: there it runs after any change of user, which
    would undo it. The kernel watches the parent's thread, not its process, so start tethered children
    from a thread that lives as long as they should.
    """
    parent = os.getpid()

    def hold() -> None:
        hold_to_parent(on_parents_death)
        if _libc is not None and os.getppid() != parent:  # it died before we could hold on to it
            os._exit(1)

    return hold


def hold_to_parent(on_parents_death: signal.Signals) -> None:
    """Tether the calling process itself."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(on_parents_death), 0, 0, 0)


def hold_forks() -> None:
    """Kill whatever this process forks from now on as soon as this process dies, however it dies."""
    if _libc is not None:
        os.register_at_fork(after_in_child=lambda: hold_to_parent(signal.SIGKILL))
