"""PostgreSQL on a socket of its own.

It refuses to run as root. Where we are root it runs as another existing user, with its data still in `home`,
even if that user could not walk there, and with a copy of its programs if it could not read those.
"""

import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from embedded import accounts, sockets
from embedded.accounts import Account
from embedded.server import CannotStart, Server, plain_environment
from tether import tether

DATABASE = "green_channel"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "io_method": "sync",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    program = "postgres"
    farewell = signal.SIGINT  # its fast shutdown: sessions are ended, nothing committed is lost

    def start(self) -> None:
        super().start()
        with psycopg.connect(self._address, autocommit=True) as session:
            known = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                session.execute(f"CREATE DATABASE {DATABASE}")

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://{DATABASE}@/{database}?host={self._sockets}&port=5432"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def answers(self) -> bool:
        try:
            psycopg.connect(self._address, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def launch(self) -> psutil.Process:
        account = self._account()
        if not self.data.exists():
            self._initialise(account)
        self._forget_stranger()
        settings = SETTINGS | ({} if self.durable else THROW_AWAY)
        settings["unix_socket_directories"] = str(account.own(self._sockets))
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self.open([account.program("postgres"), "-D", here(self.data, account), *options], account)

    def tidy(self) -> None:
        with suppress(OSError):
            self._sockets.rmdir()
        sockets.give_up(self.home)
        accounts.forget_copy(self.home)

    @property
    def _sockets(self) -> Path:
        return sockets.folder(self.home) / "postgres"

    @property
    def _address(self) -> str:
        return f"host={self._sockets} port=5432 user={DATABASE} dbname=postgres"

    def _account(self) -> Account:
        """Who may run it on this data. Raises CannotStart where nobody can."""
        account = accounts.owner_of(self.data, self.home)
        if account is None:
            raise CannotStart(
                "PostgreSQL refuses to run as root, and it could not be started as any other user here. "
                "Start as an ordinary user, or name a server of your own in DATABASE_URL."
            )
        if self.data.exists() and account.uid != self.data.stat().st_uid:
            raise CannotStart(
                f"{self.data} belongs to another user. Start as that user or as root, or name another "
                "folder in INSTANCE_DIR."
            )
        return account

    def _initialise(self, account: Account) -> None:
        """Make the cluster beside its place and move it there when whole: we may be killed meanwhile."""
        unfinished = self.home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [account.program("initdb"), "-D", here(account.own(unfinished), account), "-U", DATABASE]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        made = subprocess.run(
            command,
            cwd=unfinished,
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            preexec_fn=tether(signal.SIGKILL),
            **account.run_as(),
        )
        if made.returncode:
            raise CannotStart(f"initdb could not make a database in {self.home}:\n{made.stderr.strip()}")
        unfinished.rename(self.data)

    def _forget_stranger(self) -> None:
        """Drop a pid file whose number now belongs to a process that is not ours; PostgreSQL would refuse."""
        with suppress(OSError, ValueError, IndexError):
            if psutil.pid_exists(int(self.pid_file.read_text().split()[0])):
                self.pid_file.unlink()


def here(folder: Path, account: Account) -> str:
    """The folder as PostgreSQL may name it: a user who cannot walk there still stands in it."""
    return "/proc/self/cwd" if sys.platform == "linux" and not account.is_ours else str(folder)
