"""Commands for operators. A command is an edge like a view: parse, call one function, say one line."""

from click import Command
from flask import Flask

from cli.classifier import classifier_cli
from cli.demo import demo_cli
from cli.reference import load_reference
from cli.service import beat, sweep, worker

COMMANDS: tuple[Command, ...] = (worker, beat, sweep, load_reference, demo_cli, classifier_cli)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
