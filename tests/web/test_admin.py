"""The pages of administration: for administrators only, each change asked for first, confirmed, and on record."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from complaints import catalogue, merchants, time_limits
from models.admin_event import AdminEvent
from models.codes import AdminAction, Industry, NoticeChannel, Recipient, Role
from models.deadline import CalendarDay, ClockRevision, SlaRule
from models.notice import Notice
from models.organisations import Department
from models.people import User
from models.routing import RoutingRule
from tests.factories import NOW, a_department, a_shop, a_user, lodged

PAGES = [
    "/admin",
    "/admin/departments",
    "/admin/departments/new",
    "/admin/departments/1",
    "/admin/people",
    "/admin/people/new",
    "/admin/routing",
    "/admin/routing/new",
    "/admin/routing/try",
    "/admin/routing/try?industry=catering&district=chaoyang",
    "/admin/time-limits",
    "/admin/time-limits/S-01",
    "/admin/time-limits/S-01/new",
    "/admin/calendar",
    "/admin/calendar?year=2027&day=2027-02-08",
    "/admin/calendar/progress",
    "/admin/jobs",
    "/admin/log",
]


@pytest.fixture
def admin(session, sign_in, redis):
    return sign_in(a_user(session, Role.ADMIN, password_hash="set", name="系统管理员"))


def actions(session):
    return session.scalars(select(AdminEvent.action).order_by(AdminEvent.id)).all()


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_sees_each_page(client, admin, path):
    assert client.get(path).status_code == 200


def test_an_empty_record_says_what_will_stand_there(client, admin):
    page = client.get("/admin/log").text
    assert "还没有变更记录" in page
    assert 'href="/admin"' in page


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_does(client, session, sign_in, path):
    assert client.get(path).status_code == 303
    sign_in(a_user(session, Role.OFFICER, department_id=a_department(session, "desk-city").id))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/admin/departments/99999",
        "/admin/people/99999",
        "/admin/routing/99999",
        "/admin/time-limits/S-999",
    ],
)
def test_what_is_not_there_is_not_found(client, admin, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/admin/calendar?year=0&day=9999-99-99",
        "/admin/people?role=king&after=x&q=%25",
        "/admin/log?before=x&subject=%00",
        "/admin/routing?industry=x&district=y",
        "/admin/routing/try?industry=x",
    ],
)
def test_an_address_that_makes_no_sense_still_shows_something(client, admin, path):
    assert client.get(path).status_code == 200


OFFICE = {"name_zh": "夜间办公室", "name_en": "Night Desk", "level": "3", "kind": "coordination"}
DAY = {"on": "2027-03-03", "kind": "holiday", "name": "Spring Festival"}


class TestDepartments:
    def test_one_is_added_once_however_often_the_button_is_pressed(self, client, session, admin):
        form = {**OFFICE, "code": "desk-night", "once": "k"}
        for _ in range(2):
            assert client.post("/admin/departments/new", data=form).location == "/admin/departments"
        assert session.scalar(select(func.count(Department.id)).where(Department.code == "desk-night")) == 1
        assert actions(session) == [AdminAction.ADD_OFFICE]

    def test_a_cycle_is_said_at_the_field_and_nothing_typed_is_lost(self, client, session, admin):
        top = a_department(session, "market-city")
        below = a_department(session, "market-chaoyang")
        below.parent_id = top.id
        session.commit()
        form = {**OFFICE, "level": "4", "parent_id": str(below.id), "name_zh": "改了的名字"}
        answer = client.post(f"/admin/departments/{top.id}", data=form)
        assert answer.status_code == 422
        assert "改了的名字" in answer.text
        assert 'id="e-parent_id"' in answer.text

    def test_one_that_is_needed_cannot_be_closed(self, client, session, admin):
        office = a_department(session, "desk-chaoyang")
        answer = client.post(f"/admin/departments/{office.id}/close", data={"reason": "合并"})
        assert answer.status_code == 409
        assert office.is_active

    @pytest.mark.parametrize("code", ["", "Has Blanks", "../x", "ab", "x" * 61])
    def test_a_code_has_a_form(self, client, admin, code):
        assert client.post("/admin/departments/new", data={**OFFICE, "code": code}).status_code == 422


class TestPeople:
    def test_somebody_is_invited_moved_signed_out_disabled_and_enabled(self, client, session, admin):
        office, other = a_department(session, "desk-city").id, a_department(session, "desk-haidian").id
        form = {"name": "赵敏", "email": "zhao@office.example", "role": "officer", "department_id": office}
        path = client.post("/admin/people/new", data=form).location
        person = session.scalars(select(User).where(User.email == "zhao@office.example")).one()
        assert path == f"/admin/people/{person.id}"
        for step, data in (
            ("place", {"role": "supervisor", "department_id": other}),
            ("sign-out", {}),
            ("invite", {}),
            ("disable", {"reason": "离职"}),
            ("enable", {}),
        ):
            assert client.post(f"{path}/{step}", data=data).status_code == 303, step
        session.expire_all()
        assert (person.department_id, person.role, person.is_enabled) == (other, Role.SUPERVISOR, True)
        assert len(actions(session)) == 6
        assert "离职" in client.get(path).text

    def test_a_consumers_account_is_not_shown(self, client, session, admin):
        consumer = a_user(session, Role.CONSUMER, name="消费者甲")
        session.commit()
        assert "消费者甲" not in client.get("/admin/people?q=甲").text
        assert client.get(f"/admin/people/{consumer.id}").status_code == 404

    def test_a_search_that_finds_nobody_says_what_to_do(self, client, admin):
        assert 'class="empty"' in client.get("/admin/people?q=没有这个人").text

    def test_the_next_page_goes_on(self, client, session, admin, monkeypatch):
        monkeypatch.setattr("complaints.staff.PAGE", 1)
        office = a_department(session, "desk-city").id
        for _ in range(2):
            a_user(session, Role.OFFICER, department_id=office, name="同名")
        session.commit()
        page = client.get("/admin/people?q=同名").text
        following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
        rest = client.get(following).text
        assert rest.count("同名") >= 1
        assert 'rel="next"' not in rest


class TestRouting:
    def form(self, session, **values):
        office = a_department(session, "desk-city").id
        offices = {"receiver_id": office, "pool_id": office, "authority_id": office}
        return {**offices, "reason_zh": "理由", "reason_en": "Reason", **values}

    def test_a_rule_is_added_tried_and_withdrawn(self, client, session, admin):
        shop = a_shop(session, name="独一无二商店")
        merchants.make_findable(shop)
        session.commit()
        form = self.form(session, industry="other", merchant=shop.licence_no)
        path = client.post("/admin/routing/new", data=form).location
        rule = session.get(RoutingRule, int(path.rpartition("/")[2]))
        assert rule.merchant_id == shop.id
        tried = client.get(f"/admin/routing/try?industry=other&merchant={shop.licence_no}").text
        assert f"/admin/routing/{rule.id}" in tried
        assert client.post(f"{path}/withdraw").status_code == 303
        assert client.get(path).status_code == 404

    def test_a_second_catch_all_and_a_merchant_nobody_knows_are_refused(self, client, session, admin):
        assert client.post("/admin/routing/new", data=self.form(session)).status_code == 422
        form = self.form(session, industry="other", merchant="谁也不认识")
        assert client.post("/admin/routing/new", data=form).status_code == 422
        assert client.get("/admin/routing/try?industry=other&merchant=谁也不认识").status_code == 422

    def test_the_catch_all_stays(self, client, session, admin):
        rule = next(rule for rule in catalogue.listed(session) if catalogue.is_catch_all(rule))
        assert client.post(f"/admin/routing/{rule.id}/withdraw").status_code == 409

    def test_rules_move(self, client, session, admin):
        first, second = [rule.id for rule in catalogue.listed(session)[:2]]
        client.post(f"/admin/routing/{second}/move", data={"direction": "up"})
        session.expire_all()
        assert [rule.id for rule in catalogue.listed(session)[:2]] == [second, first]

    def test_a_changed_rule_is_a_new_one(self, client, session, admin):
        old = catalogue.listed(session, industry=Industry.CATERING)[0]
        written = {name: getattr(old, name) or "" for name in catalogue.WRITTEN if name != "merchant_id"}
        answer = client.post(f"/admin/routing/{old.id}", data={**written, "reason_en": "Anew"})
        assert answer.location != f"/admin/routing/{old.id}"
        assert client.get(answer.location).status_code == 200


class TestTimeLimits:
    def form(self, session, **values):
        newest = time_limits.versions(session, "S-11")[0]
        given = {name: getattr(newest, name) for name in time_limits.CHANGEABLE}
        begins = date.today() + timedelta(days=40)  # noqa: DTZ011
        return {**given, "valid_from": begins.isoformat(), "reason": "试行", **values}

    def test_nothing_changes_before_it_is_confirmed(self, client, session, admin):
        before = session.scalar(select(func.count(SlaRule.id)))
        form = self.form(session, duration="30", once="k")
        shown = client.post("/admin/time-limits/S-11/new", data=form)
        assert shown.status_code == 200
        assert 'name="confirmed"' in shown.text
        assert session.scalar(select(func.count(SlaRule.id))) == before
        answer = client.post("/admin/time-limits/S-11/new", data={**form, "confirmed": "1", "once": "k2"})
        assert answer.location == "/admin/time-limits/S-11"
        assert session.scalar(select(func.count(SlaRule.id))) == before + 1
        assert actions(session) == [AdminAction.NEW_TIME_LIMIT]

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("duration", "0"),
            ("duration", "x"),
            ("valid_from", "2020-01-01"),
            ("url", "javascript:x"),
            ("reason", ""),
        ],
    )
    def test_what_makes_no_sense_is_said_at_the_field(self, client, session, admin, field, typed):
        answer = client.post("/admin/time-limits/S-11/new", data=self.form(session, **{field: typed}))
        assert answer.status_code == 422
        assert f'id="e-{field}"' in answer.text


class TestCalendar:
    def test_a_day_is_counted_first_and_changed_when_confirmed(self, client, session, admin):
        lodged(session)
        session.commit()
        shown = client.post("/admin/calendar", data=DAY)
        assert shown.status_code == 200
        assert session.get(CalendarDay, date(2027, 3, 3)) is None
        revisions = session.scalar(select(func.count(ClockRevision.id)))
        answer = client.post("/admin/calendar", data={**DAY, "confirmed": "1"})
        assert answer.location == "/admin/calendar?year=2027"
        assert session.get(CalendarDay, date(2027, 3, 3)).is_statutory
        assert session.scalar(select(func.count(ClockRevision.id))) == revisions + 1
        assert "hx-get" in client.get("/admin/calendar/progress").text
        assert actions(session) == [AdminAction.CHANGE_CALENDAR]

    @pytest.mark.parametrize(
        "values",
        [{"on": "x"}, {"kind": "party"}, {"kind": "make_up"}, {"on": "1999-01-01"}, {"name": "节" * 61}],
    )
    def test_what_cannot_be_a_day_is_refused(self, client, admin, values):
        assert client.post("/admin/calendar", data={**DAY, **values}).status_code == 422


class TestJobs:
    def test_a_letter_that_was_given_up_is_owed_again_and_its_reader_stays_unseen(
        self, client, session, admin
    ):
        person = a_user(session, Role.CONSUMER, email="secret@reader.example")
        notice = Notice(
            key="k",
            template="invitation",
            channel=NoticeChannel.MAIL,
            recipient=Recipient.USER,
            user_id=person.id,
            params={},
            created_at=NOW,
            send_at=NOW,
            dead_at=NOW,
            last_error="ConnectionRefusedError",
        )
        session.add(notice)
        session.commit()
        page = client.get("/admin/jobs").text
        assert "ConnectionRefusedError" in page
        assert "secret@reader.example" not in page
        assert client.post(f"/admin/notices/{notice.id}/retry").status_code == 303
        assert notice.dead_at is None
        assert client.post(f"/admin/notices/{notice.id}/retry").status_code == 404

    def test_a_job_nobody_knows_is_not_found(self, client, admin):
        for path in ("/admin/jobs/bulk/none/retry", "/admin/jobs/none/none/discard"):
            assert client.post(path).status_code == 404
