"""Connections that died unseen, and callers who come too often."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import app
from app import create_app
from models import db
from tests.conftest import forget


def numbers(app):
    with app.app_context():
        first = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.remove()
    return first


def test_a_connection_that_died_while_idle_is_replaced_unseen(committed, servers):
    before = numbers(committed)
    servers.administer(f"SELECT pg_terminate_backend({before}, 5000)")

    assert numbers(committed) not in {None, before}


def test_a_connection_that_lives_is_used_again_without_asking(committed):
    assert numbers(committed) == numbers(committed)


def test_one_that_dies_in_use_fails_once_and_not_again(committed, servers):
    with committed.app_context():
        used = db.session.scalar(text("SELECT pg_backend_pid()"))
        servers.administer(f"SELECT pg_terminate_backend({used}, 5000)")
        with pytest.raises(OperationalError):
            db.session.scalar(text("SELECT 1"))
        db.session.rollback()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()


@pytest.mark.usefixtures("limits")
def test_whoever_comes_too_often_is_told_when_to_come_back(servers, settings, redis, monkeypatch):
    monkeypatch.setattr("logs.configure", lambda settings: None)
    app = create_app(
        replace(settings, environment="development", database_url=servers.postgres.url_of("tests"))
    )
    visitor = app.test_client()

    answers = [
        visitor.get("/api/v1/complaints", headers={"Authorization": "Bearer gck_x_y"}) for _ in range(1_201)
    ]
    forget(app)

    assert {answer.status_code for answer in answers[:-1]} == {401}
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_a_web_process_has_read_the_model_before_the_first_visitor_comes(committed, monkeypatch):
    read = []
    monkeypatch.setattr(app, "create_app", lambda: committed)
    monkeypatch.setattr("web.suggestions.of", read.append)
    monkeypatch.setattr("jobs.queue.settle", lambda: read.append("settled"))

    assert app.serve() is committed
    assert len(read) == 2
    assert read[-1] == "settled"
