"""Teach the classifier what officers have decided. The one command of its group that needs a database."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import classifier
from classifier import Lesson
from cli.classifier import PROGRESS, classifier_cli, model_directory
from complaints import lessons
from models import db

if TYPE_CHECKING:
    from classifier.evaluation import Report
    from classifier.retraining import Comparison, Fault, Retrained

FIGURES = {
    "macro_f1": "industry, macro-F1",
    "lenient_macro_f1": "the same, second label allowed",
    "accuracy": "industry, accuracy",
    "routed": "routed without a person",
    "routed_right": "right among those routed",
    "calibration_error": "expected calibration error",
    "issue_accuracy": "issue, accuracy",
    "urgency_accuracy": "urgency, accuracy",
    "emergency_recall": "emergencies found",
    "emergency_precision": "right when an emergency is said",
}


@classifier_cli.command()
@click.option("--force", is_flag=True, help="Put the new model to use even where it is worse.")
@with_appcontext
def retrain(force: bool) -> None:
    """Train on the corpus and on what officers decided; use the model unless it is worse than the one in use.

    Worse is, on the validation set: macro-F1 lower by more than 0.005, an industry's F1 lower by more than 0.03 (and
    each by more than two texts make), or fewer than 0.95 of the emergencies found, unless the old model found no
    more; and on the newest fifth of the corrections, which neither model learnt from, an accuracy lower by more than
    0.02 where there are 30 and more.
    """
    said = [_lesson(taught) for taught in lessons.newest(db.session())]
    db.session.rollback()
    if not said:
        raise click.ClickException(
            "No officer has sorted or corrected a complaint yet: nothing to learn from."
        )
    with Progress(*PROGRESS, console=Console(stderr=True)) as bar:
        task = bar.add_task("Retraining")
        outcome = classifier.retrain(
            said,
            model_directory(),
            now=datetime.now(UTC),
            is_forced=force,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _report(outcome)
    if not outcome.is_promoted:
        raise click.ClickException(
            f"Model {outcome.version} is worse and is not in use; {outcome.before} stays. To use it all the same: "
            f"flask classifier promote {outcome.version}"
        )
    click.echo(f"Model {outcome.version} is in use" + (", though worse" if outcome.faults else ""))


def _lesson(taught: lessons.Taught) -> Lesson:
    return Lesson(
        text=taught.text,
        industry=str(taught.industry),
        issue=str(taught.issue),
        urgency=str(taught.urgency),
        at=taught.at,
        is_confirmation=taught.is_confirmation,
        known=taught.known,
    )


def _report(outcome: "Retrained") -> None:
    settled, console = outcome.settled, Console()
    click.echo(
        f"{settled.given} texts were decided by officers: {len(settled.taught)} taught, "
        f"{len(settled.held_out)} newest held out, {settled.repeated} repeated, "
        f"{settled.in_validation} of the validation set, {settled.unreadable} in other languages"
    )
    click.echo(f"in use: {outcome.before or 'no model'}; new: {outcome.version}")
    for comparison in outcome.comparisons:
        console.print(_table(comparison))
    for fault in outcome.faults:
        click.echo(f"worse: {_words(fault)}")


def _table(comparison: "Comparison") -> Table:
    old, new = comparison.old, comparison.new
    few = "" if comparison.decides else ", too few to decide"
    table = Table(title=f"{comparison.texts}: {new.count} texts{few}")
    table.add_column("figure")
    for title in ("in use", "new", "change"):
        table.add_column(title, justify="right")
    before = _figures(old) if old else {}
    for name, after in _figures(new).items():
        was = before.get(name)
        change = f"{after - was:+.3f}" if was is not None else ""
        table.add_row(name, "–" if was is None else f"{was:.3f}", f"{after:.3f}", change)
    return table


def _figures(report: "Report") -> dict[str, float]:
    plain = {words: getattr(report, name) for name, words in FIGURES.items()}
    return plain | {f"F1 {score.name}": score.f1 for score in report.classes}


def _words(fault: "Fault") -> str:
    figure = FIGURES.get(fault.figure, fault.figure)
    return f"{fault.texts}: {figure} is {fault.new:.3f}, and had to be {fault.bound:.3f} at least"
