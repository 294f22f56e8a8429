"""Faults of the database, told without what people wrote.

PostgreSQL adds the values of a row to what it says of it ("Failing row contains ..."), and they would travel with the
exception into logs and into the queue's list of failed jobs. The first line, which names table and constraint, is kept.
"""

import re

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.event import listen

OF_VALUES = "22"  # the class of faults whose first line quotes the value
ADDED = re.compile(
    r"\n(?:DETAIL|CONTEXT|HINT|QUERY|WHERE|LINE \d+):.*?"
    r"(?=\n\(Background on this error|\n\[SQL|\nThe above exception was|\nDuring handling of|\nTraceback \(most|\Z)",
    re.DOTALL,
)
QUOTED = re.compile(r'(invalid input \w+ for [\w ]+): ".*?"(?=\n|\Z)', re.DOTALL)


def watch(engine: Engine) -> None:
    """Let faults that `engine` raises keep the values of rows to themselves."""
    listen(engine, "handle_error", _keep_values)


def without_values(text: str) -> str:
    """A message or a trace, of whatever faults, without what PostgreSQL added to them."""
    return QUOTED.sub(r"\1", ADDED.sub("", text))


def _keep_values(context: ExceptionContext) -> None:
    fault = context.original_exception
    if not isinstance(fault, psycopg.Error) or fault.diag.sqlstate is None:
        return
    before, said = str(fault), _said(fault)
    fault.args = (said,)
    wrapped = context.sqlalchemy_exception
    if wrapped is not None:
        wrapped.args = tuple(
            arg.replace(before, said) if isinstance(arg, str) else arg for arg in wrapped.args
        )


def _said(fault: psycopg.Error) -> str:
    state = fault.diag.sqlstate or ""
    return f"fault {state} in a value" if state.startswith(OF_VALUES) else fault.diag.message_primary or state
