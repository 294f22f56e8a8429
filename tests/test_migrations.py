"""The migrations make what the models say, and can be taken back. On a real database, as PostgreSQL itself reports it."""

import re
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import create_app
from models import db
from tests.conftest import forget
from tests.factories import lodged

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.py")

SHAPE = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, regexp_replace(prosrc, '\\s+', ' ', 'g') FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace""",
}


@pytest.fixture
def empty(servers, settings):
    """An application on a database with nothing in it."""
    servers.administer("DROP DATABASE IF EXISTS shapes WITH (FORCE)")
    servers.administer("CREATE DATABASE shapes")
    app = create_app(replace(settings, database_url=servers.postgres.url_of("shapes")))
    with app.app_context():
        yield app
    forget(app)


def shape():
    with db.engine.connect() as connection:
        return {
            name: sorted(
                tuple(str(value) for value in row)
                for row in connection.execute(text(query))
                if "alembic_version" not in str(row[0])
            )
            for name, query in SHAPE.items()
        }


def test_upgrading_from_nothing_gives_the_models(empty):
    flask_migrate.upgrade()
    migrated = shape()
    flask_migrate.downgrade(revision="base")
    assert not any(shape().values())

    db.create_all()

    made = shape()
    for part in SHAPE:
        assert migrated[part] == made[part], part


def test_every_step_can_be_taken_back_and_taken_again(empty):
    for number in numbers():
        flask_migrate.upgrade(revision=number)
        there = shape()
        flask_migrate.downgrade(revision="-1")
        flask_migrate.upgrade(revision=number)
        assert shape() == there


def numbers():
    return sorted(NAME.fullmatch(path.name).group(1) for path in (MIGRATIONS / "versions").glob("*.py"))


def test_the_migrations_stand_in_one_line_with_its_end_written_down():
    assert numbers() == [f"{number:04d}" for number in range(1, len(numbers()) + 1)]
    assert (MIGRATIONS / ".head").read_text().strip() == numbers()[-1]


def test_no_migration_needs_our_code():
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert not re.search(r"^(from|import) (models|complaints|web|jobs)", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("change", ["UPDATE events SET reason = 'other'", "DELETE FROM events"])
def test_what_happened_cannot_be_changed(session, change):
    lodged(session)

    with pytest.raises(ProgrammingError, match="append-only"), session.begin_nested():
        session.execute(text(change))
