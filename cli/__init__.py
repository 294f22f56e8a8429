"""Commands for operators. A command is an edge like a view: parse, call one function, say one line."""

from click import Command
from flask import Flask

from cli.calendar import calendar_cli
from cli.deadlines import deadlines_cli
from cli.demo import demo_cli
from cli.diagram import workflow_diagram
from cli.imports import complaints_cli
from cli.keys import keys_cli
from cli.reclassification import reclassify
from cli.reference import load_reference
from cli.retraining import classifier_cli
from cli.service import beat, sweep, worker

COMMANDS: tuple[Command, ...] = (
    worker,
    beat,
    sweep,
    load_reference,
    workflow_diagram,
    demo_cli,
    classifier_cli,
    complaints_cli,
    keys_cli,
    deadlines_cli,
    calendar_cli,
)


def init_app(app: Flask) -> None:
    classifier_cli.add_command(reclassify)
    for command in COMMANDS:
        app.cli.add_command(command)
