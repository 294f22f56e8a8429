"""Advance compensation on the pages: who sees it, who may do what, and that doing it twice is doing it once."""

import pytest
from sqlalchemy import func, select

from complaints import compensation, rulebook, workflow
from complaints.actors import Actor
from models.codes import Action, CompensationStatus, Outcome, Role, Status
from models.complaint import Complaint, Event
from models.settlement import Compensation
from tests.factories import a_department, a_shop, a_user, lodged, the_consumer
from web.moments import now

C = CompensationStatus
REASON = "小票显示商品已经退回，款项当日已原路退还。"
PAYMENT = "银行转账 2026112400042"


@pytest.fixture
def mall(session):
    return a_shop(session, name="和平里购物中心", compensation_limit=200_000)


@pytest.fixture
def manager(session, mall):
    """Signs in for the mall."""
    return a_user(session, Role.MERCHANT, merchant=mall, password_hash="x", name="商场经理")


@pytest.fixture
def taken(session, mall):
    """In the green channel with a shop of the mall, and open to advance compensation; its secret comes with it."""
    shop = a_shop(session, platform=mall, pledges_compensation=False)
    lodged_one = lodged(session, now=now(), merchant=shop)
    compensation.unlock(lodged_one.complaint, "S-12", **time(session))
    session.commit()
    return lodged_one


@pytest.fixture
def opened(taken):
    return taken.complaint


def time(session):
    return {"now": now(), "clock": rulebook.current(session)}


def ask(session, complaint):
    compensation.ask(complaint, the_consumer(complaint), **time(session))
    session.commit()


def follow(client, taken):
    client.post("/complaints/follow", data={"receipt": taken.complaint.receipt, "secret": taken.secret})


def page(client, complaint, area=""):
    return client.get(f"{area}/complaints/{complaint.receipt}")


def post(client, complaint, step, area="", **data):
    return client.post(f"{area}/complaints/{complaint.receipt}/{step}", data=data)


def test_the_consumer_asks_once_however_often_it_is_pressed(client, session, taken, opened, manager):
    follow(client, taken)
    before = page(client, opened).text
    first = post(client, opened, "ask-compensation", once="one")
    events = session.scalar(select(func.count()).select_from(Event))

    again = [post(client, opened, "ask-compensation", once=word) for word in ("one", "two")]

    assert "申请赔偿先付" in before
    assert "和平里购物中心" in before
    assert "48.00" in before
    assert [answer.status_code for answer in (first, *again)] == [303, 303, 303]
    assert session.scalar(select(func.count()).select_from(Event)) == events
    after = page(client, opened).text
    assert "您已提出申请" in after
    assert "决定是否先行赔付" in after
    assert 'action="/complaints/' + opened.receipt + '/ask-compensation"' not in after


def test_from_asking_to_recovery_every_reader_is_told(client, session, taken, opened, manager, sign_in, app):
    follow(client, taken)
    post(client, opened, "ask-compensation")
    payer = app.test_client()
    with client.session_transaction() as held:
        kept = dict(held)
    sign_in(manager)

    listed = client.get("/merchant/compensation").text
    assert opened.receipt in listed
    shown = page(client, opened, "/merchant").text
    assert "approve-compensation" in shown
    form = client.get(f"/merchant/complaints/{opened.receipt}?do=approve-compensation").text
    assert 'value="48.00"' in form
    assert post(client, opened, "approve-compensation", "/merchant", amount="40").status_code == 303
    assert post(client, opened, "pay-compensation", "/merchant", reference=PAYMENT).status_code == 303
    assert post(client, opened, "recover-compensation", "/merchant").status_code == 303
    with payer.session_transaction() as held:
        held.update(kept)
    seen = page(payer, opened).text
    assert "40.00" in seen
    assert PAYMENT in seen
    assert "赔偿先付款已支付" in seen
    assert "先行赔付方" in seen
    assert post(payer, opened, "compensation-arrived").status_code == 303
    session.refresh(opened)
    assert (opened.status, opened.outcome) == (Status.CLOSED, Outcome.COMPENSATED)
    assert post(client, opened, "end-recovery", "/merchant", status="recovered").status_code == 303
    assert opened.compensation.status is C.RECOVERED


def test_a_refusal_is_read_by_the_consumer_in_its_own_words(client, session, taken, opened, manager, sign_in):
    ask(session, opened)
    sign_in(manager)
    empty = post(client, opened, "refuse-compensation", "/merchant", reason=" ")
    post(client, opened, "refuse-compensation", "/merchant", reason=REASON)
    client.post("/sign-out")
    follow(client, taken)

    assert empty.status_code == 422
    assert "请填写" in empty.text
    shown = page(client, opened).text
    assert REASON in shown
    assert "没有批准" in shown or "未批准" in shown


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("48.01", "最多"),
        ("0", "大于零"),
        ("-5", "大于零"),
        ("", "请写明金额"),
        ("many", "数字"),
        ("0.001", ""),
        ("9" * 60, "数字"),
    ],
)
def test_a_sum_that_cannot_be_is_refused_in_words(client, session, opened, manager, sign_in, amount, words):
    ask(session, opened)
    sign_in(manager)

    answer = post(client, opened, "approve-compensation", "/merchant", amount=amount)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="f-amount"' in answer.text
    assert opened.compensation.status is C.REQUESTED


def test_money_that_did_not_arrive_starts_the_time_anew(client, session, taken, opened, manager):
    ask(session, opened)
    payer = the_payer(manager)
    compensation.approve(opened, payer, 4_800, **time(session))
    compensation.pay(opened, payer, PAYMENT, **time(session))
    session.commit()
    follow(client, taken)

    empty = post(client, opened, "compensation-missing", reason="")
    told = post(client, opened, "compensation-missing", reason="银行卡没有入账。")

    assert empty.status_code == 422
    assert told.status_code == 303
    assert opened.compensation.status is C.APPROVED
    assert {one.rule_code for one in opened.deadlines if one.ended_at is None} >= {"S-16"}
    assert "银行卡没有入账" in page(client, opened).text


def the_payer(manager):
    return Actor(Role.MERCHANT, user_id=manager.id, merchant_id=manager.merchant_id)


def test_whoever_pays_sees_it_only_once_it_was_asked_for(client, session, opened, manager, sign_in):
    sign_in(manager)
    assert page(client, opened, "/merchant").status_code == 404
    assert opened.receipt not in client.get("/merchant/compensation").text

    ask(session, opened)

    assert page(client, opened, "/merchant").status_code == 200
    for tab in ("to_answer", "to_perform", "with_authority", "ended"):
        assert opened.receipt not in client.get(f"/merchant/?tab={tab}").text


def test_whoever_pays_may_ask_for_what_it_needs_to_know(client, session, taken, opened, manager, sign_in):
    ask(session, opened)
    sign_in(manager)
    form = client.get(f"/merchant/complaints/{opened.receipt}?do=message").text
    empty = post(client, opened, "message", "/merchant", reason="")
    sent = post(client, opened, "message", "/merchant", reason="请补充小票照片。")
    client.post("/sign-out")
    follow(client, taken)

    assert 'id="f-reason"' in form
    assert empty.status_code == 422
    assert 'id="f-reason"' in empty.text
    assert sent.status_code == 303
    shown = page(client, opened).text
    assert "请补充小票照片。" in shown
    assert "先行赔付方" in shown.split("请补充小票照片。")[1][:200]


@pytest.mark.parametrize("step", ["answer", "dispute", "decline"])
def test_whoever_pays_takes_no_part_in_the_dispute(client, session, opened, manager, sign_in, step):
    ask(session, opened)
    sign_in(manager)

    assert post(client, opened, step, "/merchant", reason="我们来谈。").status_code == 403


STEPS = (
    "approve-compensation",
    "refuse-compensation",
    "pay-compensation",
    "recover-compensation",
    "end-recovery",
)
GIVEN = {"amount": "40", "reason": REASON, "reference": PAYMENT, "status": "recovered"}


@pytest.mark.parametrize("step", STEPS)
def test_the_shop_complained_about_sees_it_and_decides_nothing(
    client, session, opened, manager, sign_in, step
):
    ask(session, opened)
    sign_in(a_user(session, Role.MERCHANT, merchant=opened.merchant))

    assert "赔偿先付" in page(client, opened, "/merchant").text
    assert post(client, opened, step, "/merchant", **GIVEN).status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_a_stranger_does_not_learn_that_there_is_one(client, session, opened, manager, sign_in, step):
    ask(session, opened)
    sign_in(a_user(session, Role.MERCHANT, merchant=a_shop(session), password_hash="x"))

    assert page(client, opened, "/merchant").status_code == 404
    assert post(client, opened, step, "/merchant", **GIVEN).status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_the_office_watches_and_leaves_the_decision_to_who_signs_in(
    client, session, opened, manager, sign_in, role
):
    ask(session, opened)
    sign_in(a_user(session, role, department_id=opened.department_id))

    shown = page(client, opened, "/desk").text

    assert "赔偿先付" in shown
    assert "approve-compensation" not in shown
    assert post(client, opened, "approve-compensation", "/desk", amount="40").status_code == 403


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_the_office_records_the_decision_where_nobody_signs_in(client, session, opened, sign_in, role):
    ask(session, opened)
    sign_in(a_user(session, role, department_id=opened.department_id))

    shown = page(client, opened, "/desk").text
    assert "approve-compensation" in shown
    assert "没有人在本平台登录" in shown
    form = client.get(f"/desk/complaints/{opened.receipt}/approve-compensation").text
    too_much = post(client, opened, "approve-compensation", "/desk", amount="48.01")
    assert 'value="48.00"' in form
    assert too_much.status_code == 422
    assert "最多" in too_much.text
    for step in ("approve-compensation", "pay-compensation", "recover-compensation", "end-recovery"):
        assert client.get(f"/desk/complaints/{opened.receipt}/{step}").status_code == 200
        assert post(client, opened, step, "/desk", **GIVEN).status_code == 303, step
    assert opened.compensation.status is C.RECOVERED
    assert opened.compensation.granted == 4_000
    assert post(client, opened, "approve-compensation", "/desk", amount="40").status_code == 409


def test_another_office_sees_nothing_of_it(client, session, opened, sign_in):
    ask(session, opened)
    sign_in(a_user(session, Role.OFFICER, department=a_department(session, "market-yanqing")))

    assert post(client, opened, "approve-compensation", "/desk", amount="40").status_code == 404


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ADMIN, Role.CONSUMER])
def test_nobody_else_reaches_the_steps_of_the_payer(client, session, opened, sign_in, role):
    ask(session, opened)
    place = {"department_id": opened.department_id} if role is Role.MEDIATOR else {}
    sign_in(a_user(session, role, **place))

    for area in ("/merchant", "/desk"):
        assert post(client, opened, "approve-compensation", area, amount="40").status_code == 403


@pytest.mark.parametrize("step", ["ask-compensation", "compensation-missing", "compensation-arrived"])
def test_the_steps_of_the_consumer_are_the_consumers(client, session, opened, manager, sign_in, step):
    assert post(client, opened, step, reason="没有收到。").status_code == 404
    sign_in(a_user(session, Role.MERCHANT, merchant=opened.merchant))
    assert post(client, opened, step, reason="没有收到。").status_code == 404


def test_a_mediator_reads_where_it_stands_and_decides_nothing(client, session, opened, manager, sign_in):
    ask(session, opened)
    mediator = a_user(session, Role.MEDIATOR, department_id=opened.department_id)
    opened.mediator_id = mediator.id
    sign_in(mediator)

    shown = page(client, opened, "/mediation").text

    assert "和平里购物中心" in shown
    assert "approve-compensation" not in shown
    assert post(client, opened, "approve-compensation", "/mediation", amount="40").status_code == 404


def test_what_was_settled_otherwise_says_that_nothing_is_owed(client, session, taken, opened, manager):
    ask(session, opened)
    workflow.perform(opened, Action.WITHDRAW, the_consumer(opened), reason="已经解决。", **time(session))
    session.commit()
    follow(client, taken)

    assert "不再需要" in page(client, opened).text


def test_pages_speak_english_too(client, session, taken, opened, manager, sign_in):
    ask(session, opened)
    client.set_cookie("language", "en")
    follow(client, taken)
    assert "You have asked for it." in page(client, opened).text
    sign_in(manager)
    client.set_cookie("language", "en")
    answer = post(client, opened, "approve-compensation", "/merchant", amount="900")
    assert "no more than was pledged" in answer.text


def test_what_a_payer_was_asked_stands_in_pages(client, session, mall, manager, sign_in):
    shop = a_shop(session, platform=mall)
    for _ in range(27):
        complaint = lodged(session, now=now(), merchant=shop).complaint
        compensation.unlock(complaint, "S-12", **time(session))
        compensation.ask(complaint, the_consumer(complaint), **time(session))
    sign_in(manager)
    first = client.get("/merchant/compensation").text
    last = session.scalars(select(Complaint.id).order_by(Complaint.id)).all()[2]

    assert first.count('<li class="case">') == 25
    assert client.get(f"/merchant/compensation?after={last}").text.count('<li class="case">') == 2
    assert client.get("/merchant/compensation?after=%C2%B2").status_code == 200


def test_unlocking_stands_on_the_timeline(client, session, taken, opened):
    follow(client, taken)

    assert "消费者可以申请赔偿先付" in page(client, opened).text
    assert session.scalars(select(Compensation)).one().requested_at is None
