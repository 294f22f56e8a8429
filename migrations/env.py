"""Runs migrations on the application's database. Gives up on a lock rather than queueing everybody behind it."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import text

from models.base import UTCDateTime
from models.columns import Sealed

database = current_app.extensions["migrate"].db


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that no migration needs our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    with database.engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.execute(text("SET statement_timeout = '30s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=plain_type,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("RESET statement_timeout"))
        connection.commit()


run()
