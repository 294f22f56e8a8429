"""Reading complaints anew from the terminal: begin a run, lend a hand with it, or leave it to the workers."""

import time
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from complaints import reclassification as runs
from complaints.errors import Conflict
from jobs import reclassification as jobs
from jobs.queue import BULK, enqueue
from models import db
from models.reclassification import Reclassification

BAR = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
PAUSE = 1.0  # seconds between two looks at what others do
REFUSALS = {
    "no_model": "There is no model to read with. Make one with: flask classifier train",
    "reclassification_under_way": "A run has just been begun by somebody else. Try again to join it.",
}


@click.command()
@click.option("--open", "open_only", is_flag=True, help="Only complaints under way.")
@click.option("--dry-run", is_flag=True, help="Only say how many it would be.")
@click.option("--detach", is_flag=True, help="Begin the run, and leave it to the workers.")
@click.option("--cancel", is_flag=True, help="End the run under way where it is.")
@with_appcontext
def reclassify(open_only: bool, dry_run: bool, detach: bool, cancel: bool) -> None:
    """Read complaints anew with the model in use, or go on with the run under way, whoever began it.

    Nothing about a complaint changes: readings are kept beside it, and an officer is asked to look where they differ.
    May be stopped and called again at any time, and works beside workers or without any.
    """
    if dry_run:
        click.echo(f"{runs.count(db.session(), open_only=open_only)} complaints")
    elif cancel:
        _cancel()
    else:
        run = _join(open_only)
        enqueue("jobs.reclassification.resume", queue=BULK)
        if not detach:
            _follow(run)


def _join(open_only: bool) -> Reclassification:
    run = runs.under_way(db.session())
    if run is not None:
        click.echo(f"Run {run.id} with model {run.model_version} is under way: going on with it")
        return run
    try:
        run = jobs.begin(open_only=open_only, actor_id=None)
    except Conflict as error:
        raise click.ClickException(REFUSALS[error.code]) from error
    db.session.commit()
    click.echo(f"Run {run.id} reads {run.total} complaints with model {run.model_version}")
    return run


def _cancel() -> None:
    run = runs.under_way(db.session())
    if run is None:
        click.echo("No run is under way")
        return
    runs.cancel(db.session(), run.id, None, now=datetime.now(UTC))
    db.session.commit()
    click.echo(f"Run {run.id} is cancelled; what was read stays")


def _follow(run: Reclassification) -> None:
    """Read chunk after chunk until the run has ended; where nothing is free, look on."""
    run_id = run.id
    with Progress(*BAR, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=run.total)
        while (far := _progress(run_id)) is not None:
            bar.update(task, completed=far.done)
            if not jobs.work():
                time.sleep(PAUSE)
        ended = db.session.get_one(Reclassification, run_id)
        far = runs.progress(db.session(), ended, now=datetime.now(UTC))
        bar.update(task, completed=far.done)
    said = far.counts
    click.echo(
        f"{said['read']} read, {said['differs']} differently, {said['disputed']} of these shown to an officer,"
        f" {said['suspected']} with danger suspected, {said['failed']} could not be read"
        + (", cancelled" if ended.cancelled_at else "")
    )


def _progress(run_id: int) -> runs.Progress | None:
    """How far the run is, or None when it has ended."""
    db.session.rollback()
    run = db.session.get_one(Reclassification, run_id, populate_existing=True)
    return runs.progress(db.session(), run, now=datetime.now(UTC)) if run.ended_at is None else None
