"""The yearly announcement of holidays, read in from a file, and a look at how far the calendar reaches."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from complaints import calendar_days, rulebook
from complaints.calendar_days import Change
from complaints.deadlines import LAW_ZONE
from jobs import deadlines
from jobs.queue import BULK, enqueue
from models import db
from models.codes import AdminAction

ENCODINGS = ("utf-8-sig", "gb18030")  # what spreadsheets in China write


@click.group("calendar")
def calendar_cli() -> None:
    """Holidays and make-up days."""


@calendar_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_appcontext
def import_days(file: Path, dry_run: bool) -> None:
    """Read in a year's announcement: FILE has the columns date, kind (holiday, day_off, make_up) and name.

    The years in FILE are replaced as a whole, and are no longer provisional. Reading the same file again changes nothing.
    """
    clock = rulebook.current(db.session())
    change, problems = calendar_days.from_csv(_text(file).splitlines(), clock.calendar.special_days)
    if problems:
        raise click.ClickException("Nothing was read in.\n" + "\n".join(problems))
    if change.first is None:
        click.echo("Nothing in it is new.")
        return
    _say(change)
    moving = deadlines.would_move(calendar_days.changed(clock, change), change.first)
    click.echo(f"{moving} open deadlines {'would move' if dry_run else 'are to move'}")
    if dry_run:
        return
    calendar_days.apply(
        db.session(),
        change,
        None,
        f"read in from {file.name}",
        now=datetime.now(UTC),
        action=AdminAction.IMPORT_CALENDAR,
    )
    db.session.commit()
    enqueue("jobs.deadlines.recompute_open", queue=BULK)
    click.echo("The calendar is changed; a worker reckons open deadlines anew.")


@calendar_cli.command()
@with_appcontext
def check() -> None:
    """Fail when fewer than sixty days are announced: for a monitor, or a reminder in the autumn."""
    calendar = rulebook.current(db.session()).calendar
    until = calendar_days.announced_until(calendar)
    if calendar_days.is_running_out(calendar, datetime.now(LAW_ZONE).date()):
        raise click.ClickException(
            f"The calendar is announced until {until} only: read the announcement of the next year in."
        )
    click.echo(f"The calendar is announced until {until}.")


def _say(change: Change) -> None:
    for on in sorted(change.cleared):
        click.echo(f"- {on}")
    for day in change.days:
        click.echo(f"+ {day.on} {calendar_days.kind_of(day)} {day.name}".rstrip())


def _text(file: Path) -> str:
    content = file.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.ClickException("This file is neither UTF-8 nor GB 18030 text.")
