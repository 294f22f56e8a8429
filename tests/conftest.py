"""A real PostgreSQL and a real Valkey for every test process, and an application on them.

`session` and `client` share one connection whose transaction is rolled back after the test: quick, and good
for all that one connection can show. `committed` gives a database of its own, for tests where several
connections, threads or processes meet; it is thrown away afterwards.
"""

import base64
import contextlib
import random
import socket
import threading
from dataclasses import dataclass, replace

import flask_migrate
import psycopg
import pytest
from flask import Flask, g, request_started
from flask import session as kept
from flask_login import login_user
from redis import Redis
from sqlalchemy.engine import make_url
from werkzeug.serving import make_server

import embedded
from app import create_app
from cli import reference
from extensions import limiter
from models import db
from settings import Settings

TEMPLATE, DATABASE = "migrated", "tests"


@dataclass
class Servers:
    postgres: embedded.Postgres
    valkey: embedded.Valkey

    def administer(self, statement):
        """Run one statement beside all transactions, such as making a database."""
        url = make_url(self.postgres.url)
        address = {"host": url.query["host"], "port": 5432, "user": url.username, "dbname": url.database}
        with psycopg.connect(**address, autocommit=True) as connection:
            connection.execute(statement)

    def make(self, database):
        self.administer(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.administer(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE}")
        return self.postgres.url_of(database)


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """Both servers, with a database to take copies of: made by the migrations, holding the reference data."""
    home = tmp_path_factory.mktemp("servers")
    with embedded.running(home, durable=False) as (postgres, valkey):
        both = Servers(postgres, valkey)
        both.administer(f"CREATE DATABASE {TEMPLATE}")
        app = create_app(settings_for(both, home, postgres.url_of(TEMPLATE)))
        with app.app_context():
            flask_migrate.upgrade()
            reference.load()
            db.session.commit()
        forget(app)
        yield both


def settings_for(servers, folder, database_url):
    return Settings(
        database_url=database_url,
        redis_url=servers.valkey.url,
        secret_key="a secret that only tests know, of no use elsewhere",
        data_key=base64.b64decode("dGVzdHMgc2VhbCB0aGVpciBkYXRhIHdpdGggdGhpcyE="),
        environment="test",
        base_url="http://localhost",
        mail_from="service@complaints.example",
        operator_name="Consumer Rights Centre of Tests",
        instance_dir=folder,
        files_dir=folder / "files",
        outbox_dir=folder / "outbox",
    )


@pytest.fixture
def limits(monkeypatch):
    """For a test that makes an application with rate limits: without this they would count in every test after it."""
    monkeypatch.setattr(limiter, "enabled", limiter.enabled)


def forget(app: Flask):
    """Give the application's connections back."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    app.extensions["redis"].close()


@pytest.fixture(scope="session")
def settings(servers, tmp_path_factory):
    return settings_for(servers, tmp_path_factory.mktemp("instance"), servers.make(DATABASE))


@pytest.fixture(scope="session")
def app(settings):
    """The application in its test environment, without the check of form tokens."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    request_started.connect(begin_anew, app)
    yield app
    forget(app)


def begin_anew(app):
    """One application context spans a test; each request in it still begins with an empty `g`, as elsewhere."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def session(app):
    """A session in an application context. Whatever is committed, here or by `client`, is gone afterwards."""
    with app.app_context():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        engines[None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session()
        finally:
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            engines[None] = engine
            transaction.rollback()
            connection.close()


@pytest.fixture
def client(app, session):
    """A visitor. Pages see what `session` committed, and the other way round."""
    return app.test_client()


@pytest.fixture
def sign_in(app, client, session):
    """Make `client` the browser of a person, without the cost of a password: sign_in(a_user(session))."""

    def sign_in_as(person):
        session.commit()
        browser = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": client.environ_base["HTTP_USER_AGENT"]}
        with app.test_request_context(environ_base=browser):
            login_user(person)
            marks = {**kept, "epoch": person.session_epoch}
        with client.session_transaction() as browsers:
            browsers.update(marks)
        return person

    return sign_in_as


@pytest.fixture
def committed(servers, settings):
    """An application with a database of its own where commits are real; form tokens are checked.

    Push `committed.app_context()` to work in it; threads and processes may do so too.
    """
    name = f"committed_{random.randrange(10**9)}"  # a name not used before: nothing waits for the last one
    app = create_app(replace(settings, database_url=servers.make(name)))
    yield app
    forget(app)
    servers.administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis(servers):
    """The queue's server, empty."""
    with Redis.from_url(servers.valkey.url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def live_server(committed, redis):
    """The address of `committed` served over HTTP to anybody on this machine, such as a browser."""
    server = make_server("127.0.0.1", free_port(), committed, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def free_port():
    """A port below those the system gives out by itself."""
    for port in random.sample(range(20000, 32000), 50):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")
