"""Commands for operators. A command is an edge like a view: parse, call one function, say one line."""

from flask import Flask

COMMANDS: list = []


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
