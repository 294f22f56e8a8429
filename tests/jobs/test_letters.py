"""What stands in a letter beside its sentence."""

import pytest

from complaints import acceptance, rulebook
from complaints.acceptance import Refusal
from jobs import letters
from models.codes import Action, Recipient, RefusalGround
from tests.factories import NOW, an_officer, lodged

REASON = "双方的争议已由人民法院受理，案件正在审理中。"
WAYS = "您可以等待法院的判决，\n也可以与经营者协商和解。"


@pytest.fixture
def refused(session):
    complaint = lodged(session).complaint
    refusal = Refusal(RefusalGround.HANDLED_ELSEWHERE, REASON, WAYS)
    acceptance.refuse(complaint, an_officer(complaint), refusal, now=NOW, clock=rulebook.current(session))
    session.commit()
    return complaint


def the_notice(complaint, action):
    return next(
        notice
        for notice in complaint.notices
        if notice.template == action and notice.recipient is Recipient.CONTACT
    )


def written(app, complaint, action, locale="zh_Hans_CN"):
    with app.test_request_context():
        return letters.write(the_notice(complaint, action), locale, app.config["SETTINGS"]).text


def test_a_refusal_says_ground_reason_and_the_ways_that_remain(app, refused):
    text = written(app, refused, Action.REFUSE)
    assert REASON in text
    assert WAYS in text
    assert "不予受理的情形：" in text
    assert refused.receipt in text
    assert refused.body not in text


def test_its_ground_is_in_the_language_of_the_reader(app, refused):
    text = written(app, refused, Action.REFUSE, "en")
    assert "Already handled by a court, an arbitrator or another body" in text
    assert REASON in text


def test_no_other_letter_carries_what_was_written(app, refused):
    assert REASON not in written(app, refused, Action.SUBMIT)
