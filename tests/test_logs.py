"""Log lines: JSON in production, with what was said beside the sentence, and the trace of a fault."""

import json
import logging
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import logs
from tests.factories import a_shop

PRIVATE = "张小明住在和平路8号\n\n电话13800138000"
LICENCE = "private-licence"


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


def a_merchant_that_breaks_a_rule(session):
    a_shop(session, name=PRIVATE, instant_pay_limit=-1)


def a_licence_taken_twice(session):
    a_shop(session, licence_no=LICENCE)
    a_shop(session, licence_no=LICENCE)


def a_value_that_is_no_number(session):
    session.execute(text("SELECT CAST(:private AS integer)"), {"private": PRIVATE})


def a_row_copied_past_sqlalchemy(session):
    session.flush()
    with session.connection().connection.cursor().copy("COPY merchants (id) FROM STDIN") as copy:
        copy.write(PRIVATE.replace("\n", " "))


@pytest.mark.parametrize("environment", ["production", "development"])
@pytest.mark.parametrize(
    ("provoke", "kept"),
    [
        (a_merchant_that_breaks_a_rule, "instant_pay_limit_not_negative"),
        (a_licence_taken_twice, "uq_merchants_licence_no"),
        (a_value_that_is_no_number, "22P02"),
        (a_row_copied_past_sqlalchemy, "Traceback"),
    ],
)
def test_a_fault_of_the_database_is_told_without_what_people_wrote(
    settings, root, session, capsys, environment, provoke, kept
):
    logs.configure(replace(settings, environment=environment))
    with pytest.raises((SQLAlchemyError, psycopg.Error)) as fault:
        provoke(session)
    logging.getLogger("jobs.notices").error("it failed: %s", fault.value, exc_info=fault.value)
    said = capsys.readouterr().err
    assert kept in said
    for word in ("张小明", "13800138000", "private-licence"):
        assert word not in said
