"""Deadlines by hand: why one is due when it is, and reckoning all that run anew."""

from datetime import timedelta

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from complaints import clock, deadlines, receipts, rulebook
from complaints.clock import Interval
from complaints.deadlines import LAW_ZONE, Clock
from jobs import deadlines as jobs
from models import db
from models.complaint import Complaint
from models.deadline import Deadline

WRITTEN = "%Y-%m-%d %H:%M"


@click.group("deadlines")
def deadlines_cli() -> None:
    """Explain and recompute deadlines. Instants are those of the zone where the law counts."""


@deadlines_cli.command()
@click.argument("receipt")
@with_appcontext
def explain(receipt: str) -> None:
    """Every deadline of the complaint RECEIPT, with each stretch that was counted or skipped."""
    query = select(Deadline).join(Deadline.complaint).where(Complaint.receipt == receipts.normalised(receipt))
    found = db.session.scalars(query.order_by(Deadline.id)).all()
    if not found:
        raise click.ClickException(f"There is no complaint {receipt}, or no clock of it ever ran.")
    kept, console = rulebook.current(db.session()), Console()
    for deadline in found:
        console.print(_table(deadline, kept))


@deadlines_cli.command()
@with_appcontext
def recompute() -> None:
    """Reckon every running deadline anew, after a change made outside the service. Safe to repeat."""
    moved = jobs.recompute_all("recomputed by hand")
    click.echo(f"{moved} deadlines moved")


def _table(deadline: Deadline, kept: Clock) -> Table:
    rule = deadline.rule
    due = deadline.due_at.astimezone(LAW_ZONE).strftime(WRITTEN) if deadline.due_at else "standing still"
    table = Table(
        title=f"{rule.code} version {rule.version}: {rule.duration} {rule.unit}, due {due}{_ending(deadline)}",
        caption=f"{rule.title_en} ({rule.instrument} {rule.article})",
        title_justify="left",
        caption_justify="left",
    )
    for heading in ("from", "to", "", "why"):
        table.add_column(heading, no_wrap=True)
    table.add_column("amount", justify="right")
    reckoned = (kept.rule(deadline).target, deadline.started_at, deadlines.pauses_of(deadline), kept.calendar)
    for interval in clock.explain(*reckoned):
        table.add_row(*_row(interval))
    return table


def _row(interval: Interval) -> tuple[str, ...]:
    end = interval.end.astimezone(LAW_ZONE).strftime(WRITTEN) if interval.end else "open"
    return (
        interval.start.astimezone(LAW_ZONE).strftime(WRITTEN),
        end,
        "counted" if interval.counted else "skipped",
        f"{interval.why.replace('_', ' ')} {interval.name}".strip(),
        _amount(interval.amount) if interval.counted else "",
    )


def _amount(span: timedelta) -> str:
    """Days are whole, whatever their kind; hours and minutes are written as a clock shows them."""
    days, rest = divmod(span, timedelta(days=1))
    return f"{days} d" if not rest else f"{days} d {rest}" if days else str(rest)


def _ending(deadline: Deadline) -> str:
    if deadline.breached_at is not None:
        return ", missed"
    if deadline.met_at is not None:
        return ", met"
    return "" if deadline.ended_at is None else ", no longer owed"
