"""The processes beside the web: worker and beat, and the sweep by hand."""

import signal
from types import FrameType

import click
from flask import current_app
from flask.cli import ScriptInfo, pass_script_info, with_appcontext

from jobs import beat as beats
from jobs import escalation, notices
from jobs.queue import QUEUES, AppWorker, settle
from tether import hold_forks


@click.command()
@click.option("--burst", is_flag=True, help="Stop once the queues are empty.")
@click.option(
    "--queue", "names", multiple=True, type=click.Choice(QUEUES), help="Only this queue; may be repeated."
)
@pass_script_info
def worker(info: ScriptInfo, burst: bool, names: tuple[str, ...]) -> None:
    """Work the queues, the urgent one first."""
    hold_forks()  # a job ends with its worker, and is found again by the next sweep
    app = info.load_app()
    settle()
    AppWorker(app, names or QUEUES).work(burst=burst, logging_level="WARNING")


@click.command()
@pass_script_info
def beat(info: ScriptInfo) -> None:
    """Put the repeating jobs on the queue. Two or more beats at once are safe."""
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    beats.run(info.load_app(), lambda: not stopping)


@click.command()
@with_appcontext
def sweep() -> None:
    """Act on whatever is due, now, and send what is owed. Safe at any time, on any number of machines."""
    done = escalation.sweep()
    click.echo(f"{done['acted']} deadlines, {done['offers']} offers, {done['failed']} failed")
    sent = notices.send_due()
    click.echo(f"{sent['sent']} notices ({current_app.config['SETTINGS'].environment})")
