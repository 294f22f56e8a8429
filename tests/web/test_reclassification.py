"""The page of runs that read anew: counted first, begun once, watched, cancelled, and looked back on."""

import re

import pytest
from sqlalchemy import func, select

import classifier
from classifier.errors import ModelMissing
from complaints import reclassification as runs
from jobs import reclassification as jobs
from models.admin_event import AdminEvent
from models.codes import AdminAction, Role
from models.reclassification import Doubt, Reclassification
from tests.factories import a_department, a_suggestion, a_user, lodged
from tests.jobs.test_reclassification import Reader, end

PAGE = "/admin/reclassification"


@pytest.fixture
def reader(monkeypatch):
    reader = Reader()
    monkeypatch.setattr(classifier, "model_in_use", lambda directory: reader)
    monkeypatch.setattr(classifier, "model_of", lambda version, directory: reader)
    monkeypatch.setattr(runs, "CHUNK", 2)
    return reader


@pytest.fixture
def admin(session, sign_in, redis):
    return sign_in(a_user(session, Role.ADMIN, password_hash="set", name="系统管理员", locale="en"))


@pytest.fixture
def complaints(session):
    """Three complaints under way and one that has ended; the newer model reads all but one differently."""
    bodies = ["[ecommerce] 一", "[ecommerce] [danger] 二", "[catering] 三", "[ecommerce] 四"]
    made = [lodged(session, body=body, industry=None, suggestion=a_suggestion()).complaint for body in bodies]
    end(session, made[-1])
    return made


def work():
    while jobs.work():
        pass


def the_run(session):
    return session.scalars(select(Reclassification).order_by(Reclassification.id.desc())).first()


def test_without_complaints_there_is_nothing_to_begin(client, admin, reader):
    page = client.get(PAGE).text

    assert "There is nothing to read yet" in page
    assert "Nothing has been read anew yet." in page
    assert client.get(f"{PAGE}/progress").status_code == 404


def test_without_a_model_the_page_names_the_command(client, admin, complaints, monkeypatch, tmp_path):
    def missing(directory):
        raise ModelMissing(tmp_path)

    monkeypatch.setattr(classifier, "model_in_use", missing)

    assert "flask classifier train" in client.get(PAGE).text
    answer = client.post(PAGE, data={"which": "all"})
    assert answer.status_code == 409
    assert "flask classifier train" in answer.text


def test_first_one_sees_how_many_it_would_be(client, admin, session, complaints, reader):
    page = client.get(PAGE).text

    assert "4 complaints" in page
    assert "3 complaints" in page
    assert "newer" in page
    assert the_run(session) is None


def test_a_run_is_begun_watched_and_looked_back_on(client, admin, session, complaints, reader):
    answer = client.post(PAGE, data={"which": "all"}, follow_redirects=True)
    assert "0 of 4 read" in answer.text
    assert 'hx-get="/admin/reclassification/progress"' in answer.text
    assert "Begin a run" not in answer.text
    run = the_run(session)
    assert (run.actor_id, run.model_version, run.open_only, run.total) == (admin.id, "newer", False, 4)

    jobs.work()
    part = client.get(f"{PAGE}/progress")
    assert re.search(r'<progress value="2" max="4" aria-label="[^"]+"', part.text)
    assert "HX-Refresh" not in part.headers

    work()
    part = client.get(f"{PAGE}/progress")
    assert part.headers["HX-Refresh"] == "true"
    assert "hx-get" not in part.text
    page = client.get(PAGE).text
    assert "Read to the end" in page
    assert "Begin a run" in page
    assert "系统管理员" in page
    summary = client.get(f"{PAGE}/{run.id}").text
    assert re.search(
        r"Catering[^<]*</td><td>Online shopping</td><td class=\"number\">3<", summary, re.IGNORECASE
    )


def test_only_those_under_way_can_be_chosen(client, admin, session, complaints, reader):
    client.post(PAGE, data={"which": "open"})

    assert (the_run(session).open_only, the_run(session).total) == (True, 3)


def test_pressing_twice_begins_one_run(client, admin, session, complaints, reader):
    form = {"which": "all", "once": "the same form"}

    first, second = client.post(PAGE, data=form), client.post(PAGE, data=form)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert session.scalar(select(func.count(Reclassification.id))) == 1


def test_a_second_administrator_is_told_that_one_is_under_way(client, admin, session, complaints, reader):
    client.post(PAGE, data={"which": "all", "once": "mine"})
    session.commit()

    answer = client.post(PAGE, data={"which": "all", "once": "another"})

    assert answer.status_code == 409
    assert "under way already" in answer.text


def test_a_run_is_cancelled_where_it_is(client, admin, session, complaints, reader):
    client.post(PAGE, data={"which": "all"})
    jobs.work()
    run = the_run(session)

    for _ in range(2):
        page = client.post(f"{PAGE}/{run.id}/cancel", follow_redirects=True).text
        assert "Cancelled" in page

    work()
    session.refresh(run)
    assert run.cancelled_by_id == admin.id
    assert session.scalar(select(func.count(Doubt.complaint_id))) == 2


def test_who_began_and_who_cancelled_it_stands_in_the_record_of_changes(
    client, admin, session, complaints, reader
):
    client.post(PAGE, data={"which": "open"})
    for _ in range(2):
        client.post(f"{PAGE}/{the_run(session).id}/cancel")

    noted = session.scalars(select(AdminEvent).order_by(AdminEvent.id)).all()
    assert [event.action for event in noted] == [
        AdminAction.BEGIN_RECLASSIFICATION,
        AdminAction.CANCEL_RECLASSIFICATION,
    ]
    assert {event.actor_id for event in noted} == {admin.id}
    assert {event.subject for event in noted} == {f"reclassification:{the_run(session).id}"}
    assert noted[0].after == {"model_version": reader.version, "open_only": True, "total": 3}
    assert "Reading anew begun" in client.get("/admin/log").text


def test_what_is_not_there_is_not_found(client, admin):
    assert client.get(f"{PAGE}/99").status_code == 404
    assert client.post(f"{PAGE}/99/cancel").status_code == 404


def test_the_officer_sees_what_is_in_doubt_until_it_is_decided(
    client, session, sign_in, complaints, reader, redis
):
    jobs.begin(open_only=False, actor_id=None)
    session.commit()
    work()
    office = complaints[1].department_id
    sign_in(a_user(session, Role.OFFICER, department_id=office, locale="en"))

    desk = client.get("/desk").text
    assert "Danger suspected" in desk
    assert complaints[1].receipt in client.get("/desk?tab=danger").text
    case = client.get(f"/desk/complaints/{complaints[1].receipt}").text
    assert "Perhaps an emergency" in case
    assert "The classifier sees it differently now" in case
    client.post(
        f"/desk/complaints/{complaints[1].receipt}/category",
        data={"industry": "catering", "issue": "quality", "urgency": "normal"},
    )
    case = client.get(f"/desk/complaints/{complaints[1].receipt}").text
    assert "The classifier sees it differently now" not in case
    assert "Danger suspected" not in client.get("/desk").text


def test_drawers_of_doubt_are_not_shown_where_there_is_none(client, session, sign_in, redis):
    sign_in(a_user(session, Role.OFFICER, department=a_department(session, "desk-city"), locale="en"))

    assert "Read differently" not in client.get("/desk").text
    assert "Nothing is in doubt" in client.get("/desk?tab=doubted").text
