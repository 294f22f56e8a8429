"""What stands in a letter, in its sentence and beside it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import acceptance, accounts, handovers, liaisons, rulebook
from complaints.acceptance import Refusal
from jobs import escalation, letters, spreading
from models.codes import Action, Hazard, Recipient, RefusalGround, Role
from models.notice import Notice
from tests.factories import NOW, a_department, a_shop, a_user, an_officer, lodged

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


def the_liaison_of(session, number):
    """Who reads for the health liaison, after `number` emergencies came together."""
    reader = a_user(session, Role.OFFICER, department=a_department(session, "liaison-health"))
    complaints = [
        lodged(session, hazards=[Hazard.INJURY], district="haidian").complaint for _ in range(number)
    ]
    for complaint in complaints:
        complaint.officer = a_user(session, Role.OFFICER, department_id=complaint.department_id)
        liaisons.tell(complaint, rulebook.routes(session), now=NOW)
    session.flush()
    spreading.spread(NOW)
    return reader, complaints


def test_a_liaison_is_told_whom_to_ask_and_sent_to_no_page_it_may_not_see(app, session):
    reader, [complaint] = the_liaison_of(session, 1)
    [notice] = session.scalars(select(Notice).where(Notice.user_id == reader.id)).all()

    with app.test_request_context():
        text = letters.write(notice, "zh_Hans_CN", app.config["SETTINGS"]).text

    assert complaint.receipt in text
    assert complaint.department.name_zh in text
    assert "/complaints/" not in text
    assert complaint.body not in text


def test_each_emergency_is_a_letter_of_its_own(session):
    reader, complaints = the_liaison_of(session, 3)
    owed = session.scalars(select(Notice).where(Notice.user_id == reader.id)).all()
    assert {notice.complaint_id for notice in owed} == {complaint.id for complaint in complaints}


def test_whoever_is_asked_to_take_over_is_told_though_an_officer_elsewhere_has_it(session):
    complaint = lodged(session).complaint
    target = a_department(session, "desk-haidian")
    reader = a_user(session, Role.OFFICER, department=target)
    complaint.officer = a_user(session, Role.OFFICER, department_id=complaint.department_id)
    clock = rulebook.current(session)
    handovers.offer(complaint, an_officer(complaint), target, "属地不同，请接收。", now=NOW, clock=clock)
    session.flush()

    spreading.spread(NOW)

    owed = session.scalars(select(Notice).where(Notice.user_id == reader.id)).all()
    assert [notice.template for notice in owed] == [Action.OFFER_TRANSFER]


def test_a_merchant_is_asked_to_answer_and_the_consumer_told_that_it_was(app, session):
    shop = a_shop(session)
    a_user(session, Role.MERCHANT, merchant=shop)
    complaint = lodged(session, merchant=shop).complaint
    session.commit()
    spreading.spread(NOW)
    session.commit()

    to_merchant = session.scalars(
        select(Notice).where(Notice.user_id.is_not(None), Notice.template == Action.OPEN_GREEN_CHANNEL)
    ).one()
    with app.test_request_context():
        assert "请在 24 小时内答复" in letters.write(to_merchant, "zh_Hans_CN", app.config["SETTINGS"]).text
    assert "已请商家在 24 小时内答复" in written(app, complaint, Action.OPEN_GREEN_CHANNEL)


def told_of(app, session, complaint, rule, at):
    """What the consumer reads after the sweep at `at` found the deadline under `rule` past its end."""
    session.commit()
    escalation.sweep(at.isoformat())
    overdue = select(Notice).where(
        Notice.complaint_id == complaint.id,
        Notice.params["rule"].astext == rule,
        Notice.template.startswith("overdue"),
        Notice.recipient == Recipient.CONTACT,
    )
    notice = session.scalars(overdue).one()
    with app.test_request_context():
        return letters.write(notice, "en", app.config["SETTINGS"]).text


def test_a_complaint_that_was_raised_is_said_to_be_raised(app, session):
    complaint = lodged(session, merchant=a_shop(session), amount=80_000).complaint

    text = told_of(app, session, complaint, "S-11", NOW + timedelta(hours=25))

    assert complaint.level == 1
    assert "raised to the next level" in text


def test_where_somebody_was_only_reminded_the_letter_says_no_more(app, session):
    complaint = lodged(session, merchant=a_shop(session), amount=80_000).complaint

    text = told_of(app, session, complaint, "S-11-2", NOW + timedelta(hours=49))

    assert "has been reminded" in text
    assert "raised" not in text


def test_at_the_top_there_is_nothing_to_be_raised_to(app, session):
    complaint = lodged(session, merchant=a_shop(session), amount=80_000).complaint
    complaint.level = 5

    text = told_of(app, session, complaint, "S-11", NOW + timedelta(hours=25))

    assert "has been reminded" in text
    assert "raised" not in text


@pytest.mark.parametrize(
    ("owe", "says", "not_that"),
    [(accounts.invite, "seven days", "two hours"), (accounts.reset, "two hours", "invited")],
)
def test_a_way_in_says_what_it_is_and_how_long_it_works(app, session, owe, says, not_that):
    owe(session, a_user(session, Role.CONSUMER), now=NOW)
    session.flush()
    with app.test_request_context():
        notice = session.scalars(select(Notice).where(Notice.user_id.is_not(None))).one()
        text = letters.write(notice, "en", app.config["SETTINGS"]).text

    assert says in text
    assert not_that not in text
    assert "/invitations/" in text
