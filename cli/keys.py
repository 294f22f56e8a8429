"""Keys for programs that file or read in an organisation's name."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from complaints import accounts, keys
from models import db
from models.people import ApiKey


@click.group("keys")
def keys_cli() -> None:
    """Keys of the API."""


@keys_cli.command()
@click.argument("email")
@click.argument("name")
@with_appcontext
def issue(email: str, name: str) -> None:
    """Make a key for the organisation of the person with EMAIL, in whose name its program acts. It is shown once."""
    user = accounts.by_email(db.session(), email)
    if user is None or not (user.merchant_id or user.department_id):
        raise click.ClickException("Nobody with this address belongs to a department or a merchant.")
    key = keys.issue(db.session(), user, name, now=datetime.now(UTC))
    db.session.commit()
    click.echo(key)


@keys_cli.command()
@click.argument("prefix")
@with_appcontext
def revoke(prefix: str) -> None:
    """Lock out whatever uses the key gck_PREFIX_… Repeatable."""
    key = db.session.scalar(select(ApiKey).where(ApiKey.prefix == prefix.removeprefix("gck_")[:8]))
    if key is None:
        raise click.ClickException("There is no such key.")
    key.revoked_at = key.revoked_at or datetime.now(UTC)
    db.session.commit()
    click.echo(f"gck_{key.prefix}_… opens nothing any more")
