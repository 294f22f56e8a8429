"""Without a model, or with a damaged one: the service starts and says so, and every complaint goes to a person."""

import logging

import pytest
from click import Command, Context
from flask.cli import ScriptInfo
from sqlalchemy import select

from models.codes import Industry, Role, Status
from models.complaint import Complaint
from tests.factories import a_department, a_user
from tests.web.filing_steps import fill_all, send
from tests.web.test_api import BODY, URL, key_for
from web import suggestions


def nothing(folder):
    pass


def names_what_is_not_there(folder):
    (folder / "current").write_text("gone", encoding="utf-8")


def is_damaged(folder):
    names_what_is_not_there(folder)
    (folder / "gone").mkdir()
    (folder / "gone" / "model.json").write_text("{]", encoding="utf-8")


def is_no_text(folder):
    (folder / "current").write_bytes(b"\xff\xfe\x00")


@pytest.fixture(
    params=[nothing, names_what_is_not_there, is_damaged, is_no_text], ids=lambda how: how.__name__
)
def without_model(request, app, monkeypatch, tmp_path):
    request.param(tmp_path)
    monkeypatch.setitem(app.config, "MODEL_DIR", str(tmp_path))
    return request.param


def the_complaint(session):
    session.expire_all()
    return session.scalars(select(Complaint)).one()


def test_a_complaint_filed_by_the_page_goes_to_a_person(client, session, without_model):
    fill_all(client, what={"industry": None})
    assert client.get("/complaints/new/check").status_code == 200

    assert send(client).status_code == 303

    complaint = the_complaint(session)
    assert complaint.status is Status.TRIAGE
    assert complaint.department_id is not None
    assert [(said.abstained, said.reason) for said in complaint.suggestions] == [(True, "no_model")]


def test_a_complaint_filed_by_a_program_goes_to_a_person(client, session, without_model):
    hotline = key_for(session, a_user(session, Role.OFFICER, department=a_department(session, "market-city")))
    body = {name: value for name, value in BODY.items() if name != "industry"}

    assert client.post(URL, json=body, headers=hotline).status_code == 201

    assert the_complaint(session).status is Status.TRIAGE


def test_what_the_consumer_chose_is_routed_all_the_same(client, session, without_model):
    fill_all(client, what={"industry": "catering"})
    send(client)

    complaint = the_complaint(session)
    assert complaint.industry is Industry.CATERING
    assert complaint.status is not Status.TRIAGE


def test_the_start_names_the_command_that_makes_a_model(app, session, without_model, caplog):
    with caplog.at_level(logging.ERROR):
        suggestions.init_app(app)
        suggestions.of("外卖洒了")  # a damaged one shows when it is read

    assert "flask classifier train" in caplog.text


def test_commands_are_spared_the_warning(app, monkeypatch, tmp_path, caplog):
    monkeypatch.setitem(app.config, "MODEL_DIR", str(tmp_path))
    with Context(Command("train"), obj=ScriptInfo()):
        suggestions.init_app(app)

    assert caplog.text == ""
