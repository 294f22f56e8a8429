"""Draws the life of a complaint from its table, for docs/workflow.md."""

from pathlib import Path

import click

from complaints.workflow import TRANSITIONS, Transition
from models.codes import ENDED, OPEN, Action, Status

PAGE = Path(__file__).resolve().parent.parent / "docs" / "workflow.md"
BEGIN, END = (
    "<!-- drawn from complaints/workflow.py by `flask workflow-diagram` -->\n",
    "<!-- end of the drawing -->\n",
)


@click.command("workflow-diagram")
def workflow_diagram() -> None:
    """Bring the drawing in docs/workflow.md up to date with the table of transitions."""
    PAGE.write_text(redrawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    click.echo(f"{PAGE.name} is current")


def redrawn(page: str) -> str:
    """The page with the drawing and the table as the code has them now; the text around them stays."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{drawing()}\n{table()}{END}{after}"


def drawing() -> str:
    """The moves as a Mermaid state diagram. What is possible in every open status is drawn once, from `open`."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> submitted: submit"]
    for action, transition in TRANSITIONS.items():
        if transition.target is not None:
            lines += _arrows(action, transition)
    lines += [f"    {status} --> [*]" for status in Status if status in ENDED]
    return "\n".join([*lines, "```", ""])


def table() -> str:
    """Every action with where it leads, who may, and what it needs."""
    rows = ["| action | from | to | who | needs |", "|---|---|---|---|---|"]
    for action, transition in TRANSITIONS.items():
        target = transition.target or "stays"
        needs = ", ".join(["a reason"] * transition.needs_reason + _guard(transition))
        rows.append(f"| {action} | {_sources(transition)} | {target} | {_roles(transition)} | {needs} |")
    return "\n".join([*rows, ""])


def _arrows(action: Action, transition: Transition) -> list[str]:
    sources = ["open"] if transition.sources == OPEN else sorted(transition.sources)
    return [f"    {source} --> {transition.target}: {action}" for source in sources]


def _sources(transition: Transition) -> str:
    if transition.sources == OPEN:
        return "any open"
    if transition.sources == frozenset(Status):
        return "any"
    return ", ".join(sorted(transition.sources))


def _roles(transition: Transition) -> str:
    return ", ".join(sorted(transition.roles))


def _guard(transition: Transition) -> list[str]:
    return [transition.guard.__name__.strip("_").replace("_", " ")] if transition.guard else []
