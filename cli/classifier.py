"""Commands for the classifier. Those here need no database; `retrain` does, and stands in cli/retraining.py."""

import csv
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from flask import current_app, has_app_context
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

import classifier
from classifier import DEFAULT_DIRECTORY, INDUSTRIES, ModelMissing, bulk
from classifier import pictures as drawings

if TYPE_CHECKING:
    from classifier.evaluation import Report

PROGRESS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())


def model_directory() -> Path:
    """Where models lie: the application's MODEL_DIR, else the default beside the code."""
    configured = current_app.config.get("MODEL_DIR") if has_app_context() else None
    return Path(configured or DEFAULT_DIRECTORY)


@click.group("classifier")
def classifier_cli() -> None:
    """Train, measure and use the complaint classifier."""


@classifier_cli.command()
def train() -> None:
    """Train a model on the corpus and put it to use. Running web processes pick it up."""
    directory = model_directory()
    with Progress(*PROGRESS, console=Console(stderr=True)) as bar:
        task = bar.add_task("Training")
        version = classifier.train(
            directory,
            now=datetime.now(UTC),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    click.echo(f"Model {version} is in use")


@classifier_cli.command()
@click.option(
    "--examples", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of JSONL files."
)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also draw the figures into this folder.",
)
def evaluate(examples: Path | None, pictures: Path | None) -> None:
    """Measure the model in use on the validation set, or on another folder of labelled texts."""
    try:
        reports = classifier.evaluate(model_directory(), examples)
    except ModelMissing as error:
        raise click.ClickException(str(error)) from error
    console = Console()
    for name, report in reports.items():
        console.print(_figures(name, report))
        console.print(_classes(report))
        console.print(_confusion(report))
        if pictures:
            _draw(pictures, name, report)


@classifier_cli.command()
@click.option(
    "--pictures", type=click.Path(file_okay=False, path_type=Path), help="Also draw the learning curve there."
)
def compare(pictures: Path | None) -> None:
    """Train other machines and features too, and measure each on the validation set. Takes some minutes."""
    points = []
    table = Table("industry classifier", "macro-F1", "macro-F1, second label allowed", "accuracy")
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Comparing")
        for result in classifier.compare():
            bar.update(task, description=result.name)
            figures = (result.macro_f1, result.lenient_macro_f1, result.accuracy)
            table.add_row(result.name, *(f"{figure:.3f}" for figure in figures))
            points += [(result.share, result.macro_f1)] if result.share else []
    Console().print(table)
    if pictures:
        curve = drawings.learning(sorted(points), "Industry by share of the corpus, Chinese")
        _keep(pictures / "learning_zh.svg", curve)


@classifier_cli.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", "target", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Also write refused row numbers here."
)
def predict(source: Path, target: Path, rejects: Path | None) -> None:
    """Classify the `text` column of a CSV file of any size; every input column is kept.

    The file may be UTF-8 or GB 18030 (GBK); what is written is UTF-8. Rows that cannot be read are named on the error
    stream and left out; all others are written.
    """
    with (
        _tidily_ended(),
        Progress(*PROGRESS, console=Console(stderr=True)) as bar,
        Refusals(rejects, bar.console) as refusals,
    ):
        task = bar.add_task("Classifying", total=source.stat().st_size)
        try:
            outcome = bulk.classify_file(
                source,
                target,
                model_directory(),
                reject=refusals.add,
                advance=lambda position: bar.update(task, completed=position),
            )
        except (ModelMissing, bulk.NotATable, bulk.Interrupted, OSError) as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{outcome.done} classified, {outcome.rejected} refused")


@contextmanager
def _tidily_ended() -> Iterator[None]:
    """Let whoever is asked to end (SIGTERM) put things away first, as Ctrl-C does by itself."""

    def end(number: int, frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Refusals:
    """The rows that could not be read: the first ones on the terminal, all of them in a file if one is given."""

    MOST_SHOWN = 50

    def __init__(self, path: Path | None, console: Console) -> None:
        self._file = path.open("w", encoding="utf-8", newline="") if path else None
        self._console = console
        self._count = 0
        self._write("row", "why")

    def __enter__(self) -> "Refusals":
        return self

    def __exit__(self, *reason: object) -> None:
        if self._count > self.MOST_SHOWN:
            self._say(f"and {self._count - self.MOST_SHOWN} more; --rejects FILE lists them all")
        if self._file is not None:
            self._file.close()

    def add(self, number: int, why: str) -> None:
        self._count += 1
        self._write(str(number), why)
        if self._count <= self.MOST_SHOWN:
            self._say(f"row {number}: {why}")

    def _write(self, *cells: str) -> None:
        if self._file is not None:
            csv.writer(self._file, lineterminator="\n").writerow(cells)

    def _say(self, words: str) -> None:
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)


@classifier_cli.command()
def versions() -> None:
    """List the models on disk, oldest first; the one in use is marked."""
    table = Table("", Column("version", no_wrap=True), "examples", "taught", "languages", "scikit-learn")
    for record in classifier.versions(model_directory()):
        table.add_row(
            "in use" if record["in_use"] else "",
            record["version"],
            str(record["examples"]),
            str(record.get("lessons", {}).get("taught", 0)),
            " ".join(record["languages"]),
            record["libraries"]["scikit-learn"],
        )
    Console().print(table)


@classifier_cli.command()
@click.argument("version")
def promote(version: str) -> None:
    """Put another version to use. Running web processes pick it up."""
    try:
        classifier.promote(version, model_directory())
    except ModelMissing as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Model {version} is in use")


@classifier_cli.command()
def revert() -> None:
    """Go back to the version that was in use before the last promotion."""
    try:
        version = classifier.revert(model_directory())
    except ModelMissing as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Model {version} is in use again")


def _draw(folder: Path, name: str, report: "Report") -> None:
    confusion = drawings.confusion(INDUSTRIES, report.confusion, f"Industry, {name}: {report.count} texts")
    _keep(folder / f"confusion_{name}.svg", confusion)
    _keep(
        folder / f"reliability_{name}.svg",
        drawings.reliability(report.bins, f"Confidence of industry, {name}"),
    )


def _keep(path: Path, picture: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture, encoding="utf-8")


def _figures(name: str, report: "Report") -> Table:
    table = Table(title=f"{name}: {report.count} texts")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for figure, value in report.figures().items():
        table.add_row(figure, f"{value:.3f}")
    return table


def _classes(report: "Report") -> Table:
    table = Table("industry", "precision", "recall", "F1", "texts")
    for score in report.classes:
        table.add_row(
            score.name, f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}", str(score.count)
        )
    return table


def _confusion(report: "Report") -> Table:
    table = Table("true \\ suggested", *INDUSTRIES)
    for name, row in zip(INDUSTRIES, report.confusion, strict=True):
        table.add_row(name, *map(str, row))
    return table
