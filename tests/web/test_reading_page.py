"""What an officer sees of the classifier's three answers: how sure, what else, and which words."""

from dataclasses import replace

import pytest

from classifier import Evidence
from models.codes import Role
from tests.factories import a_department, a_suggestion, a_user, lodged, said
from web import suggestions

SAID = said(
    issue_confidence=0.71,
    urgency="high",
    urgency_confidence=0.64,
    evidence=(Evidence(0, 2, "面里", 1.0),),
    issue_second="quality",
    issue_second_confidence=0.22,
    urgency_second="emergency",
    urgency_second_confidence=0.2,
    issue_evidence=(Evidence(2, 5, "钢丝球", 2.0), Evidence(9, 12, "钢丝球", 1.0), Evidence(5, 6, " ", 0.5)),
    urgency_evidence=(Evidence(6, 8, "划伤", 2.0),),
)


@pytest.fixture
def page(session, client, sign_in, monkeypatch):
    """The page of a complaint that model "test" read, while `said` is what the model in use says."""

    def of(said):
        monkeypatch.setattr(suggestions.classifier, "suggest", lambda text, directory: said)
        complaint = lodged(session, district="haidian", opts_in=False, suggestion=a_suggestion()).complaint
        office = a_department(session, "desk-haidian")
        sign_in(
            a_user(session, Role.OFFICER, department_id=complaint.department_id or office.id, locale="en")
        )
        return client.get(f"/desk/complaints/{complaint.receipt}").text

    return of


def test_trouble_and_urgency_come_with_their_second_choice_and_their_words(page):
    shown = page(SAID)

    assert "Trouble and urgency" in shown
    for figure in ("71%", "22%", "64%", "20%"):
        assert figure in shown
    assert shown.count("<mark>钢丝球</mark>") == 1
    assert "<mark>划伤</mark>" in shown
    assert "reads it today" not in shown


def test_a_later_model_is_named(page):
    assert "As model newer reads it today." in page(replace(SAID, model_version="newer"))


def test_where_the_model_says_nothing_nothing_is_shown(page):
    assert "Trouble and urgency" not in page(suggestions.classifier.suggestion.abstention("no_model"))
