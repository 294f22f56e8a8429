"""What PostgreSQL plans by is renewed where much of a table has just changed, and nowhere else."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, text

import classifier
from jobs import reclassification, statistics
from models import db
from models.complaint import Complaint
from models.reclassification import Doubt
from models.suggestion import Suggestion
from tests.factories import a_suggestion, lodged
from tests.jobs.test_reclassification import Reader

DOUBTFUL = 60


@pytest.fixture
def doubted(committed):
    """Many complaints in doubt, and statistics that know it."""
    with committed.app_context():
        session, now = db.session(), datetime.now(UTC)
        for number in range(DOUBTFUL):
            body = f"[catering] 第{number}碗面里有钢丝球。"
            lodged(session, now=now, body=body, industry=None, opts_in=False, suggestion=a_suggestion())
        session.flush()
        doubt = {"disputes": True, "suspects_danger": False, "at": now}
        ids = session.scalars(select(Complaint.id)).all()
        session.execute(insert(Doubt), [{"complaint_id": id_, **doubt} for id_ in ids])
        # Otherwise what was inserted may be counted only after the tables were looked through.
        session.execute(text("SELECT pg_stat_force_next_flush()"))
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
        yield session


def rows_planned_for():
    """How many rows PostgreSQL believes there are of doubts."""
    db.session.rollback()
    return db.session.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'doubts'"))


def test_after_a_mass_clearing_it_is_renewed_and_then_left_alone(doubted):
    assert statistics.renew(Doubt) == []
    doubted.execute(delete(Doubt))
    doubted.commit()

    assert statistics.renew(Doubt, Suggestion) == ["doubts"]

    assert rows_planned_for() == 0
    assert statistics.renew(Doubt) == []


def test_a_little_that_changed_is_left_to_postgresql(doubted):
    few = select(Doubt.complaint_id).limit(DOUBTFUL // 20)
    doubted.execute(delete(Doubt).where(Doubt.complaint_id.in_(few)))
    doubted.commit()

    assert statistics.renew(Doubt) == []


def test_a_run_that_clears_doubts_ends_with_it(doubted, monkeypatch):
    reader = Reader()
    monkeypatch.setattr(classifier, "model_in_use", lambda directory: reader)
    monkeypatch.setattr(classifier, "model_of", lambda version, directory: reader)
    assert rows_planned_for() == DOUBTFUL

    reclassification.begin(open_only=False, actor_id=None)
    doubted.commit()
    while reclassification.work():
        pass

    assert doubted.scalar(select(Doubt.complaint_id).limit(1)) is None
    assert rows_planned_for() == 0
