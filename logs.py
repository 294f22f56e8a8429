"""What the service says of itself: one JSON object a line in production, plain lines elsewhere. No personal data."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor

from models.faults import without_values
from settings import Settings

SHARED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def configure(settings: Settings) -> None:
    """Send every logger of the process to standard error, in the form the environment wants. Repeatable."""
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=False)
    # Traces as text everywhere: the picture structlog draws of one shows what each variable held.
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _keep_values,
    ]
    if settings.in_production:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=list(SHARED), processors=[*last, renderer])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _keep_values(logger: object, name: str, line: EventDict) -> EventDict:
    """What the database said of a fault, without the row it said it of."""
    for part in ("event", "exception"):
        if isinstance(line.get(part), str):
            line[part] = without_values(line[part])
    return line
