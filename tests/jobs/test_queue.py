"""The worker: what it keeps of a job that failed."""

import pytest
from rq import SimpleWorker

from jobs import notices, watch
from jobs.queue import AppWorker, enqueue
from models import db
from models.organisations import Merchant
from tests.factories import a_merchant

PRIVATE = "张小明住在和平路8号"


class OneProcess(AppWorker):
    """Our worker without its fork."""

    execute_job = SimpleWorker.execute_job


@pytest.fixture
def app(committed, redis):
    with committed.app_context():
        yield committed


def test_a_failed_job_is_kept_without_the_row_the_database_would_not_take(app, monkeypatch):
    def fail():
        db.session.add(a_merchant(name=PRIVATE, id=None, instant_pay_limit=-1))
        db.session.flush()

    monkeypatch.setattr(notices, "send_due", fail)
    enqueue("jobs.notices.send_due")
    OneProcess(app).work(burst=True, logging_level="CRITICAL")
    failure = watch.queues().failures[0]
    assert "instant_pay_limit_not_negative" in failure.error
    assert PRIVATE not in failure.error
    assert db.session.query(Merchant).count() == 0


def test_so_is_one_that_fails_past_sqlalchemy(app, monkeypatch):
    def fail():
        with db.session.connection().connection.cursor().copy("COPY merchants (id) FROM STDIN") as copy:
            copy.write(PRIVATE)

    monkeypatch.setattr(notices, "send_due", fail)
    enqueue("jobs.notices.send_due")
    OneProcess(app).work(burst=True, logging_level="CRITICAL")
    failure = watch.queues().failures[0]
    assert "InvalidTextRepresentation" in failure.error
    assert PRIVATE not in failure.error
