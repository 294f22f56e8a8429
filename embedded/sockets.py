"""A private folder with a short path: the system limits a socket's path to about a hundred bytes."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

SHORT = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it


def folder(home: Path) -> Path:
    """Where `home/sockets` points; made anew if it is gone, or is no longer ours alone."""
    link = home / "sockets"
    if link.is_symlink() and is_private(target := link.readlink()):
        return target
    link.unlink(missing_ok=True)
    target = Path(tempfile.mkdtemp(prefix="green-channel-", dir=SHORT if os.access(SHORT, os.W_OK) else None))
    target.chmod(0o711)  # PostgreSQL's own user walks through to the folder inside
    link.symlink_to(target)
    return target


def give_up(home: Path) -> None:
    """Remove the folder once the last server has left it."""
    link = home / "sockets"
    with suppress(OSError):
        link.readlink().rmdir()
        link.unlink()


def is_private(place: Path) -> bool:
    """A real folder of ours that nobody else can write in: anybody may put things under /tmp."""
    try:
        found = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
