"""The two servers on real folders: awkward paths, other users, crashes. Each test has servers of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from sqlalchemy.engine import make_url

import embedded
from embedded import accounts, server, sockets
from embedded.server import CannotStart, is_alive, wait_until

ROOT = Path(__file__).resolve().parent.parent
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def home(tmp_path):
    """A folder for one installation. A killed supervisor cannot clear its sockets away; this does."""
    folder = tmp_path / "instance"
    yield folder
    if (folder / "sockets").is_symlink():
        shutil.rmtree((folder / "sockets").readlink())


def session(postgres):
    url = make_url(postgres.url)
    return psycopg.connect(
        host=url.query["host"], port=5432, user=url.username, dbname=url.database, autocommit=True
    )


def remember(postgres, valkey):
    with session(postgres) as db, redis.Redis.from_url(valkey.url) as queue:
        db.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        db.execute("INSERT INTO kept VALUES ('绿色通道')")
        queue.set("kept", "绿色通道")
        queue.bgrewriteaof()


def remembered(postgres, valkey):
    with session(postgres) as db, redis.Redis.from_url(valkey.url) as queue:
        return db.execute("SELECT word FROM kept").fetchall(), queue.get("kept").decode()


def supervisor(home):
    """A process of its own that runs both servers and says their numbers."""
    code = """
        import sys, time
        from pathlib import Path
        import embedded
        with embedded.running(Path(sys.argv[1])) as (postgres, valkey):
            print(postgres.process.pid, valkey.process.pid, flush=True)
            time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(home)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    servers = [psutil.Process(int(number)) for number in process.stdout.readline().split()]
    return process, servers


def test_what_was_written_is_there_on_the_second_start(home):
    with embedded.running(home) as servers:
        remember(*servers)

    with embedded.running(home) as servers:
        assert remembered(*servers) == ([("绿色通道",)], "绿色通道")


def test_nothing_is_left_outside_the_folder(home):
    with embedded.running(home):
        outside = (home / "sockets").readlink()
        assert outside.is_dir()

    assert not outside.exists()
    assert not (home / "sockets").is_symlink()
    assert not (home / "programs").is_symlink()


def test_a_killed_supervisor_takes_its_servers_along(home):
    process, servers = supervisor(home)

    process.kill()
    process.communicate()
    wait_until(lambda: not any(is_alive(each) for each in servers))

    assert not any(is_alive(each) for each in servers)


def test_a_start_right_after_a_killed_supervisor_succeeds(home):
    process, _ = supervisor(home)
    process.kill()
    process.communicate()

    with embedded.running(home) as servers:
        remember(*servers)
        assert remembered(*servers) == ([("绿色通道",)], "绿色通道")


@pytest.mark.parametrize("killed", [0, 1], ids=["postgres", "valkey"])
def test_a_server_that_was_killed_comes_back_with_its_data(home, killed):
    with embedded.running(home) as servers:
        remember(*servers)
        servers[killed].process.kill()
        servers[killed].process.wait(10)
        assert not servers[killed].answers()

        servers[killed].start()

        assert remembered(*servers) == ([("绿色通道",)], "绿色通道")


@pytest.mark.parametrize("kind", [embedded.Postgres, embedded.Valkey])
def test_a_server_left_running_is_taken_over_and_stopped(home, kind):
    home.mkdir()
    left, taken = kind(home, durable=False), kind(home, durable=False)
    left.start()

    taken.start()

    assert taken.process.pid == left.process.pid
    taken.stop()
    assert left.process.poll() is not None


def test_a_server_that_lost_its_socket_is_replaced(home, monkeypatch):
    monkeypatch.setattr(server, "HEARING", 0.2)
    home.mkdir()
    deaf, heard = embedded.Valkey(home, durable=False), embedded.Valkey(home, durable=False)
    deaf.start()
    (sockets.folder(home) / "valkey.sock").unlink()

    heard.start()

    assert deaf.process.poll() is not None
    assert heard.answers()
    heard.stop()


def test_a_path_longer_than_any_socket_may_have_will_do(tmp_path):
    home = tmp_path / ("深 folder with spaces " * 4) / ("another one that is long " * 4)

    with embedded.running(home, durable=False) as (postgres, valkey):
        assert len(bytes(home)) > 200
        assert postgres.answers()
        assert valkey.answers()


def test_a_folder_closed_to_other_users_keeps_the_data(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with embedded.running(closed / "instance", durable=False) as servers:
        remember(*servers)

    assert (closed / "instance" / "postgres" / "PG_VERSION").exists()
    with embedded.running(closed / "instance", durable=False) as servers:
        assert remembered(*servers)[0] == [("绿色通道",)]


def test_programs_closed_to_other_users_are_copied_and_the_copy_removed(home, tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    home.mkdir()
    readable = accounts._copied(home, tmp_path)
    readable.rename(closed)
    closed.chmod(0o700)
    accounts.forget_copy(home)
    monkeypatch.setattr(accounts, "installed", lambda: closed)

    with embedded.running(home, durable=False) as (postgres, _):
        assert postgres.answers()
        assert (home / "programs").is_symlink() == AS_ROOT
        copy = (home / "programs").readlink() if AS_ROOT else tmp_path / "none"

    assert not copy.exists()


@pytest.fixture
def reachable_home():
    """A folder that other users can walk to, as those below pytest's own cannot."""
    with tempfile.TemporaryDirectory(prefix="green-channel-test-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "instance"
        home.mkdir()
        yield home


def test_an_ordinary_user_needs_nobody_else(reachable_home, monkeypatch):
    home = reachable_home
    if AS_ROOT:  # become one, in a process of its own, with packages that it can read
        copy = accounts._copied(home, home.parent)
        (home / "programs").unlink()
        monkeypatch.setattr(accounts, "installed", lambda: copy)
        os.chown(home, 65534, 65534)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if AS_ROOT:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            with embedded.running(home, durable=False) as servers:
                remember(*servers)
            with embedded.running(home, durable=False) as servers:
                code = 0 if remembered(*servers)[0] else 2
        finally:
            os._exit(code)

    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


def test_a_pid_file_naming_a_stranger_is_not_believed(home):
    home.mkdir()
    postgres = embedded.Postgres(home, durable=False)
    postgres.start()
    owner = postgres.data.stat()
    stranger = subprocess.Popen(
        ["sleep", "600"], **accounts.Account(owner.st_uid, owner.st_gid).run_as(), cwd="/"
    )
    pid_lines = postgres.pid_file.read_text().splitlines()
    postgres.process.kill()
    postgres.process.wait(10)
    postgres.pid_file.write_text("\n".join([str(stranger.pid), *pid_lines[1:]]) + "\n")

    postgres.start()

    assert postgres.answers()
    assert stranger.poll() is None
    postgres.stop()
    stranger.kill()
    stranger.wait()


def test_a_socket_folder_others_can_write_in_is_not_used(home, tmp_path):
    home.mkdir()
    trap = tmp_path / "trap"
    trap.mkdir()
    trap.chmod(0o777)
    (home / "sockets").symlink_to(trap)

    chosen = sockets.folder(home)

    assert chosen != trap
    assert sockets.is_private(chosen)
    sockets.give_up(home)
    assert not chosen.exists()


def test_a_server_that_cannot_start_tells_why(home):
    with embedded.running(home, durable=False) as (postgres, _):
        configuration = postgres.data / "postgresql.conf"
    configuration.write_text("no_such_setting = on\n")

    with pytest.raises(CannotStart, match="no_such_setting"), embedded.running(home, durable=False):
        pass


def test_an_interrupted_first_start_is_begun_again(home):
    unfinished = home / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    with embedded.running(home, durable=False) as (postgres, _):
        assert postgres.answers()

    assert not unfinished.exists()


def test_the_data_of_another_user_are_refused_by_name(home, monkeypatch):
    (home / "postgres").mkdir(parents=True)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)

    with pytest.raises(CannotStart, match="INSTANCE_DIR"):
        embedded.Postgres(home)._account()


def test_root_with_nobody_to_hand_over_to_is_told_what_to_do(home, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts.pwd, "getpwall", list)

    with pytest.raises(CannotStart, match="DATABASE_URL"):
        embedded.Postgres(home)._account()


def test_the_servers_leave_on_a_signal_meant_for_them(home):
    process, servers = supervisor(home)

    for each in servers:
        each.send_signal(signal.SIGTERM)
    wait_until(lambda: not any(is_alive(each) for each in servers))

    assert not any(is_alive(each) for each in servers)
    process.kill()
    process.communicate()
