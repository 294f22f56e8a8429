"""Runs of reading anew: once a complaint, whatever is in the way, and never past what a person decided."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

import classifier
from classifier.errors import ModelMissing
from classifier.suggestion import abstention
from complaints import categories, doubts, lists, rulebook, workflow
from complaints import reclassification as runs
from complaints.actors import Actor
from complaints.categories import Category
from complaints.errors import Conflict, Unknown
from complaints.lists import Filters, Tab
from jobs import reclassification as jobs
from jobs.reading import row_of
from models.codes import Industry, Issue, Role, Status
from models.complaint import Complaint
from models.notice import Notice
from models.reclassification import Doubt, Reclassification, ReclassificationChunk
from models.suggestion import Suggestion
from tests.factories import NOW, a_suggestion, a_user, lodged
from web import suggestions

SURE = {"confidence": 0.93, "abstained": False, "reason": "", "model_version": "newer"}


class Reader:
    """A model that says of a text what its words name: "[ecommerce]", "[danger]"; "[unreadable]" breaks it."""

    version = "newer"

    def suggest_many(self, texts, *, with_evidence=True):
        for text in texts:
            if "[unreadable]" in text:
                raise ValueError("cannot read")
            industry = next((code for code in Industry if f"[{code}]" in text), None)
            urgency = "emergency" if "[danger]" in text else "normal"
            said = abstention("no_evidence", model_version="newer")
            yield replace(said, urgency=urgency, **({"industry": industry, **SURE} if industry else {}))


@pytest.fixture
def reader(monkeypatch):
    reader = Reader()
    monkeypatch.setattr(classifier, "model_in_use", lambda directory: reader)
    monkeypatch.setattr(classifier, "model_of", lambda version, directory: reader)
    return reader


@pytest.fixture
def few(monkeypatch):
    """Chunks of two."""
    monkeypatch.setattr(runs, "CHUNK", 2)


def read(session, *, open_only=False):
    """A run from its beginning to its end."""
    run = jobs.begin(open_only=open_only, actor_id=None)
    session.commit()
    while jobs.work():
        pass
    return session.get_one(Reclassification, run.id)


def filed(session, body, *, said=None, **values):
    """A complaint that went the way the first model said, unless `industry` names what the consumer chose."""
    first = a_suggestion(**(said or {}))
    complaint = lodged(session, body=body, suggestion=first, **{"industry": None, **values}).complaint
    session.commit()
    return complaint


def an_officer_of(session, complaint):
    office = complaint.department_id
    person = a_user(session, Role.OFFICER, department_id=office)
    return Actor(Role.OFFICER, user_id=person.id, department_id=office, departments=frozenset({office}))


def progress(session, run):
    return runs.progress(session, run, now=NOW)


def drawers(session, actor):
    counts = lists.counts(session, actor, now=NOW)
    return counts[Tab.DANGER], counts[Tab.DOUBTED]


def test_each_complaint_is_read_once_in_a_run(session, reader, few):
    ids = [filed(session, f"面里有虫 {number}").id for number in range(5)]

    run = read(session)

    readings = select(Suggestion.complaint_id).where(Suggestion.model_version == "newer")
    assert Counter(session.scalars(readings)) == Counter(ids)
    assert run.ended_at is not None
    assert (run.total, progress(session, run).counts["read"]) == (5, 5)
    sizes = select(ReclassificationChunk.size).order_by(ReclassificationChunk.id)
    assert list(session.scalars(sizes)) == [2, 2, 1]


def test_the_same_is_kept_as_when_a_complaint_is_filed():
    said = classifier.Suggestion(
        **{name: getattr(abstention("close_call"), name) for name in abstention("x").__slots__}
    )

    filed_row, read_row = row_of(said, NOW), jobs._row(7, said, NOW)

    names = set(Suggestion.__table__.columns.keys()) - {"id", "complaint_id"}
    assert {name: getattr(filed_row, name) for name in names} == {
        name: getattr(read_row, name) for name in names
    }
    assert jobs.LONGEST_READ == suggestions.LONGEST_READ


def test_nothing_about_the_complaint_changes_by_itself(session, reader):
    complaint = filed(session, "[ecommerce] [danger]")
    before = {
        column.key: getattr(complaint, column.key)
        for column in Complaint.__table__.columns
        if column.key != "search"
    }

    read(session)

    session.refresh(complaint)
    assert {name: getattr(complaint, name) for name in before} == before


def test_where_the_model_disagrees_with_the_first_one_the_officer_is_asked(session, reader):
    complaint = filed(session, "[ecommerce]")
    officer = an_officer_of(session, complaint)

    run = read(session)

    session.refresh(complaint)
    assert doubts.of(complaint).disputes
    assert drawers(session, officer) == (0, 1)
    page = lists.page(session, officer, Tab.DOUBTED, Filters(), None, now=NOW)
    assert [row.id for row in page.rows] == [complaint.id]
    assert progress(session, run).pairs == [(Industry.CATERING, Industry.ECOMMERCE, 1)]


def test_what_an_officer_decides_settles_the_doubt_for_good(session, reader):
    complaint = filed(session, "[ecommerce] [danger]")
    officer = an_officer_of(session, complaint)
    read(session)
    session.refresh(complaint)

    decide(session, complaint, officer)
    session.commit()
    run = read(session)

    session.refresh(complaint)
    assert not doubts.of(complaint).is_doubt
    assert drawers(session, officer) == (0, 0)
    counts = progress(session, run).counts
    assert (counts["differs"], counts["settled"], counts["disputed"], counts["suspected"]) == (1, 1, 0, 0)


def test_who_decides_while_the_texts_are_being_read_has_the_last_word(session, reader, monkeypatch):
    complaint = filed(session, "[ecommerce] [danger]")
    officer = an_officer_of(session, complaint)
    read_texts = reader.suggest_many

    def decide_meanwhile(texts):
        decide(session, complaint, officer)
        return read_texts(texts)

    monkeypatch.setattr(reader, "suggest_many", decide_meanwhile)

    read(session)

    assert drawers(session, officer) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [{"industry": Industry.PREPAID_CARD}, {"industry": Industry.PREPAID_CARD, "abstained": True}],
    ids=["against the model", "where the model abstained"],
)
def test_what_the_consumer_chose_is_not_disputed(session, reader, said):
    complaint = filed(session, "[ecommerce]", said=said, industry=Industry.CATERING)

    run = read(session)

    session.refresh(complaint)
    assert not doubts.of(complaint).is_doubt
    assert progress(session, run).counts["settled"] == 1
    assert session.scalar(select(func.count(Doubt.complaint_id))) == 0


def test_what_waits_to_be_sorted_is_not_disputed_for_whoever_sorts_it_sees_the_reading(session, reader):
    complaint = filed(session, "[ecommerce]", said={"abstained": True})
    assert complaint.status is Status.TRIAGE

    read(session)

    session.refresh(complaint)
    assert not doubts.of(complaint).is_doubt
    assert complaint.suggestions[-1].industry is Industry.ECOMMERCE


def test_danger_newly_suspected_reaches_the_office_by_one_letter_and_a_drawer(session, reader, few):
    complaints = [filed(session, f"[danger] {number}") for number in range(5)]
    officer = an_officer_of(session, complaints[0])

    run = read(session)

    assert drawers(session, officer) == (5, 0)
    letters = session.scalars(select(Notice).where(Notice.template == doubts.LETTER)).all()
    assert [letter.department_id for letter in letters] == [complaints[0].department_id]
    assert letters[0].complaint_id is None
    assert progress(session, run).counts["suspected"] == 5


def test_a_suspicion_of_danger_is_not_taken_back_by_another_model(session, reader):
    complaint = filed(session, "[danger]")
    officer = an_officer_of(session, complaint)
    for body, found in (("[ecommerce] [danger]", (1, 1)), ("[prepaid_card]", (1, 1)), ("[catering]", (1, 0))):
        complaint.body = body
        session.commit()

        read(session)

        session.refresh(complaint)
        assert drawers(session, officer) == found
        assert doubts.of(complaint).suspects_danger


def test_a_doubt_goes_when_the_next_model_agrees(session, reader):
    complaint = filed(session, "[ecommerce]")
    officer = an_officer_of(session, complaint)
    read(session)
    complaint.body = "[catering]"
    session.commit()

    read(session)

    assert drawers(session, officer) == (0, 0)


def test_what_has_ended_is_read_and_leaves_nobody_anything_to_do(session, reader):
    complaint = filed(session, "[ecommerce] [danger]")
    end(session, complaint)

    run = read(session)

    counts = progress(session, run).counts
    assert (counts["read"], counts["settled"], counts["suspected"]) == (1, 1, 0)
    assert session.scalar(select(func.count(Doubt.complaint_id))) == 0


def test_a_run_over_what_is_under_way_leaves_the_rest_alone(session, reader, few):
    complaints = [filed(session, f"[ecommerce] {number}") for number in range(3)]
    end(session, complaints[1])
    assert (runs.count(session, open_only=True), runs.count(session, open_only=False)) == (2, 3)

    run = read(session, open_only=True)

    assert (run.total, progress(session, run).counts["read"]) == (2, 2)


def test_one_text_that_cannot_be_read_keeps_no_other_back(session, reader, caplog):
    filed(session, "[ecommerce]")
    broken = filed(session, "机密 [unreadable]")
    filed(session, "[catering]")

    run = read(session)

    assert run.ended_at is not None
    counts = progress(session, run).counts
    assert (counts["read"], counts["failed"]) == (2, 1)
    assert [record.complaint_id for record in caplog.records if hasattr(record, "complaint_id")] == [
        broken.id
    ]
    assert "机密" not in caplog.text


def test_there_is_one_run_at_a_time(session, reader):
    filed(session, "[ecommerce]")
    run = jobs.begin(open_only=False, actor_id=None)
    session.commit()

    with pytest.raises(Conflict, match="reclassification_under_way"):
        jobs.begin(open_only=True, actor_id=None)
    session.rollback()

    assert runs.under_way(session).id == run.id


def test_a_cancelled_run_is_not_gone_on_with_and_makes_room_for_the_next(session, reader, few):
    for number in range(4):
        filed(session, f"[ecommerce] {number}")
    admin = a_user(session, Role.ADMIN)
    run = jobs.begin(open_only=False, actor_id=admin.id)
    session.commit()
    assert jobs.work()

    runs.cancel(session, run.id, admin.id, now=NOW)
    runs.cancel(session, run.id, None, now=NOW)
    session.commit()

    assert not jobs.work()
    run = session.get_one(Reclassification, run.id)
    assert (run.cancelled_at, run.cancelled_by_id) == (NOW, admin.id)
    assert progress(session, run).done == 2
    assert read(session).ended_at is not None


def test_there_is_nothing_to_cancel_where_no_run_is(session):
    with pytest.raises(Unknown):
        runs.cancel(session, 99, None, now=NOW)
    with pytest.raises(Unknown):
        runs.one(session, 99)


def test_without_a_model_no_run_begins(session, monkeypatch, tmp_path):
    def missing(directory):
        raise ModelMissing(tmp_path)

    monkeypatch.setattr(classifier, "model_in_use", missing)

    with pytest.raises(Conflict, match="no_model"):
        jobs.begin(open_only=False, actor_id=None)


def test_a_machine_without_the_runs_model_leaves_the_chunks_to_others(session, reader, monkeypatch, tmp_path):
    def missing(version, directory):
        raise ModelMissing(tmp_path)

    filed(session, "[ecommerce]")
    run = jobs.begin(open_only=False, actor_id=None)
    session.commit()
    monkeypatch.setattr(classifier, "model_of", missing)

    assert not jobs.work()

    assert runs.under_way(session).id == run.id
    assert session.scalars(select(ReclassificationChunk.tries)).all() == [0]


def test_a_run_over_nothing_ends_at_once(session, reader):
    run = read(session)

    assert run.ended_at is not None
    assert run.total == 0


def test_a_chunk_on_which_workers_die_is_given_up_and_the_run_ends(session, reader, few):
    for number in range(4):
        filed(session, f"[ecommerce] {number}")
    run = jobs.begin(open_only=False, actor_id=None)
    session.commit()
    deadly = runs.claim(session, run)
    for chunk in session.scalars(select(ReclassificationChunk).where(ReclassificationChunk.id == deadly)):
        chunk.tries = runs.MOST_TRIES
    session.commit()

    while jobs.work():
        pass

    counts = progress(session, session.get_one(Reclassification, run.id)).counts
    assert (counts["read"], counts["failed"]) == (2, 2)


def test_a_turn_ends_when_its_time_is_up_and_stands_in_line_again(
    session, reader, few, monkeypatch, app, redis
):
    for number in range(4):
        filed(session, f"[ecommerce] {number}")
    jobs.begin(open_only=False, actor_id=None)
    session.commit()
    app.extensions["hurried"].clear()
    times = iter([0.0, 0.0, jobs.TURN])
    monkeypatch.setattr(jobs, "monotonic", lambda: next(times))

    assert jobs.resume() == 1

    waiting = app.extensions["queues"]["bulk"].jobs
    assert [(job.func_name, job.args) for job in waiting] == [("jobs.reclassification.turn", [0])]


def test_without_a_run_there_is_nothing_to_resume(session, redis):
    assert jobs.resume() == 0


def decide(session, complaint, officer):
    """The officer confirms the category there is."""
    given = (Category(Industry.CATERING, Issue.QUALITY), rulebook.routes(session))
    categories.change(session, complaint, officer, *given, now=NOW, clock=rulebook.current(session))


def end(session, complaint):
    workflow.perform(
        complaint,
        workflow.Action.WITHDRAW,
        Actor(Role.CONSUMER, complaint_id=complaint.id),
        now=NOW,
        clock=rulebook.current(session),
        reason="已经解决",
    )
    session.commit()
