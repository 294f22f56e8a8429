"""How a deadline was counted, for whoever may see the complaint."""

from datetime import UTC, datetime

import pytest

from models.codes import Role
from tests.factories import NOW, a_shop, a_user, lodged


@pytest.fixture
def taken(session, time_machine):
    time_machine.move_to(NOW, tick=False)
    taken = lodged(session, merchant=a_shop(session), opts_in=False)
    session.commit()
    return taken


def opened(client, taken):
    client.post("/complaints/follow", data={"receipt": taken.complaint.receipt, "secret": taken.secret})
    return taken.complaint


def the_deadline(complaint, code="S-01"):
    return next(deadline for deadline in complaint.deadlines if deadline.rule_code == code)


def explain(client, complaint, code="S-01"):
    return client.get(f"/complaints/{complaint.receipt}/deadlines/{the_deadline(complaint, code).id}")


def test_every_stretch_is_listed_with_its_reason(client, taken):
    page = explain(client, opened(client, taken)).text

    assert "第十五条" in page
    assert "7 个工作日" in page
    for why in ("开始当日不计", "工作日", "周末"):
        assert why in page
    assert page.count("<tr>") >= 4


def test_used_and_left_add_up(client, taken, time_machine):
    complaint = opened(client, taken)
    time_machine.move_to(datetime(2026, 11, 26, 4, 0, tzinfo=UTC), tick=False)
    page = explain(client, complaint).text

    assert "2 个工作日" in page
    assert "5 个工作日" in page


def test_an_hourly_clock_is_explained_too(client, session, time_machine):
    time_machine.move_to(NOW, tick=False)
    taken = lodged(session, merchant=a_shop(session))
    session.commit()

    assert "24 小时" in explain(client, opened(client, taken), "S-11").text


@pytest.mark.parametrize("role", [Role.MERCHANT, Role.OFFICER])
def test_every_role_that_sees_the_complaint_sees_the_count(client, session, taken, sign_in, role):
    complaint = taken.complaint
    complaint.merchant_told_at = NOW
    belongs = {Role.MERCHANT: {"merchant_id": complaint.merchant_id}}.get(
        role, {"department_id": complaint.department_id}
    )
    sign_in(a_user(session, role, **belongs))

    assert explain(client, complaint).status_code == 200


def test_nobody_else_sees_it(client, session, taken, sign_in):
    assert explain(client, taken.complaint).status_code == 404
    sign_in(a_user(session, Role.CONSUMER))
    assert explain(client, taken.complaint).status_code == 404


def test_a_deadline_of_another_complaint_is_unknown(client, session, taken):
    other = lodged(session).complaint
    session.commit()
    complaint = opened(client, taken)

    wrong = client.get(f"/complaints/{complaint.receipt}/deadlines/{other.deadlines[0].id}")

    assert wrong.status_code == 404
