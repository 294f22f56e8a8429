"""What is read of a complaint for its page."""

import pytest

from complaints import case_file, doubts
from complaints.actors import Actor
from complaints.errors import Unknown
from models.codes import Industry, Role
from tests.factories import a_suggestion, an_officer, lodged


def test_of_many_readings_the_first_the_newest_and_the_last_that_suspects_danger_are_read(session):
    complaint = lodged(session, suggestion=a_suggestion()).complaint
    alarming = a_suggestion(complaint_id=complaint.id, urgency="emergency")
    newest = a_suggestion(complaint_id=complaint.id, industry=Industry.ECOMMERCE)
    for said in (
        a_suggestion(complaint_id=complaint.id, urgency="emergency"),
        alarming,
        a_suggestion(complaint_id=complaint.id),
        newest,
    ):
        session.add(said)
        session.flush()
    first = complaint.suggestions[0]
    officer = an_officer(complaint)
    session.commit()
    session.expire_all()

    read = case_file.read(session, officer, complaint.receipt)

    assert read.suggestions == [first, alarming, newest]
    assert doubts.of(read).disputes
    assert doubts.of(read).suspects_danger


def test_for_a_stranger_there_is_none(session):
    complaint = lodged(session).complaint

    with pytest.raises(Unknown):
        case_file.read(session, Actor(Role.CONSUMER), complaint.receipt)
