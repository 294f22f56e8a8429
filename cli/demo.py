"""The demonstration town: a city to click through, made of invented people."""

import random
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

import demo.compensation
import demo.merchants
import demo.people
import demo.town
from cli import reference
from demo.people import SignIn
from jobs.reading import row_of
from models import db
from models.codes import Role
from models.people import User
from web import passwords, suggestions


@click.group("demo")
def demo_cli() -> None:
    """The demonstration town."""


@demo_cli.command()
@with_appcontext
def load() -> None:
    """Build the town where there is none yet. Refused in production."""
    settings = current_app.config["SETTINGS"]
    if settings.in_production or not settings.demonstration:
        raise click.ClickException("The demonstration town is for DEMONSTRATION=yes outside production.")
    if db.session.scalar(select(User.id).limit(1)) is not None:
        click.echo("There are people here already; nothing was changed.")
        return
    reference.load()
    doors = _settle()
    click.echo("\n".join(sign_ins(doors)))


def _settle() -> list[SignIn]:
    session, now, dice = db.session(), datetime.now(UTC), random.Random(demo.town.SEED)
    password_hash = passwords.hashed(passwords.OF_THE_DEMONSTRATION)
    doors = demo.people.staff(session, password_hash, dice, now=now)
    shops = demo.merchants.open_shops(session, dice, now=now)
    session.flush()
    doors += demo.people.merchants_people(session, shops, password_hash, dice, now=now)
    centre = demo.compensation.open_centre(session, shops, demo.merchants.licence(random.Random(1)), now=now)
    session.flush()
    doors.append(demo.people.centres_manager(session, centre, password_hash, now=now))
    demo.merchants.ask_to_join(session, shops, dice, now=now)
    consumers, more = demo.people.consumers(session, password_hash, dice, now=now)
    session.commit()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("The town lives through six weeks", total=None)
        most = 1
        for left in demo.town.build(session, shops, consumers, _read, demo.compensation.plan):
            most = max(most, left)
            progress.update(bar, total=most, completed=most - left)
    return doors + more


def _read(text: str):  # type: ignore[no-untyped-def]
    return row_of(suggestions.of(text), datetime.now(UTC))


def sign_ins(doors: list[SignIn]) -> list[str]:
    """A door for each role, to try."""
    lines = [f"Sign in with the password {passwords.OF_THE_DEMONSTRATION} as"]
    for role in Role:
        door = next((door for door in doors if door.role is role), None)
        special = [one for one in doors if one.role is role and one.is_special]
        lines += [f"  {role:<12} {one.email}  {one.of}" for one in [door, *special] if one is not None]
    return lines
