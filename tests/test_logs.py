"""Log lines: JSON in production, with what was said beside the sentence, and the trace of a fault."""

import json
import logging
from dataclasses import replace

import pytest

import logs


@pytest.fixture
def root():
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    before = (logger.handlers[:], logger.level)
    yield logger
    logger.handlers, logger.level = before


def test_a_line_in_production_is_one_json_object(settings, root, capsys):
    logs.configure(replace(settings, environment="production"))

    try:
        raise ValueError("odd")
    except ValueError:
        logging.getLogger("jobs.notices").exception("a letter could not be written", extra={"notice_id": 7})

    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "a letter could not be written"
    assert (line["notice_id"], line["level"], line["logger"]) == (7, "error", "jobs.notices")
    assert "ValueError: odd" in line["exception"]


def test_a_line_elsewhere_is_for_people(settings, root, capsys):
    logs.configure(replace(settings, environment="development"))

    logging.getLogger("jobs.beat").warning("the queue is away", extra={"job": "sweep"})

    assert "the queue is away" in capsys.readouterr().err
