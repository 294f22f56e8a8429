"""Offices, people and the dispatch catalogue keep what others rely on; every change is on record for good."""

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from complaints import admin_log, catalogue, offices, routing, rulebook, staff
from complaints.errors import Conflict, Invalid, Unknown
from complaints.routing import Facts
from models.admin_event import AdminEvent
from models.codes import Action, AdminAction, Audience, DepartmentKind, Industry, Recipient, Role
from models.notice import Notice
from models.people import Invitation, User
from models.routing import RoutingRule
from tests.factories import NOW, a_department, a_shop, a_user, lodged


@pytest.fixture
def admin(session):
    return a_user(session, Role.ADMIN, password_hash="set", name="系统管理员")


def given_office(session, **values):
    given = {
        "name_zh": "夜间办公室",
        "name_en": "Night Desk",
        "phone": "12345",
        "parent_id": a_department(session, "market-city").id,
        "level": 3,
        "kind": DepartmentKind.COORDINATION,
        "district": None,
        "industries": [],
    }
    return {**given, **values}


def as_given(office, **values):
    return {**{name: getattr(office, name) for name in offices.CHANGEABLE}, **values}


class TestOffices:
    def test_an_office_is_added_under_another_and_stands_there_in_the_tree(self, session, admin):
        office = offices.add(session, "desk-night", given_office(session), admin.id, now=NOW)
        depths = {each.code: depth for depth, each in offices.tree(session)}
        assert depths["desk-night"] == depths["market-city"] + 1
        assert session.scalar(select(AdminEvent.subject)) == office.code

    def test_a_code_is_given_once(self, session, admin):
        with pytest.raises(Invalid, match="code_taken"):
            offices.add(session, "market-city", given_office(session), admin.id, now=NOW)

    def test_only_what_changed_is_on_record_and_saving_again_leaves_no_trace(self, session, admin):
        office = a_department(session, "desk-city")
        for _ in range(2):
            offices.change(session, office, as_given(office, phone="010-1"), admin.id, now=NOW)
        event = session.scalars(select(AdminEvent)).one()
        assert (event.before, event.after) == ({"phone": None}, {"phone": "010-1"})

    def test_no_office_stands_below_itself(self, session, admin):
        top = a_department(session, "market-city")
        below = offices.add(session, "desk-4", given_office(session, level=4), admin.id, now=NOW)
        with pytest.raises(Invalid, match="office_below_itself"):
            offices.change(session, top, as_given(top, parent_id=below.id), admin.id, now=NOW)

    def test_nor_below_one_of_a_lower_level(self, session, admin):
        low = a_department(session, "desk-city").id
        with pytest.raises(Invalid, match="office_above_is_lower"):
            offices.add(session, "high", given_office(session, level=4, parent_id=low), admin.id, now=NOW)

    def test_an_office_something_depends_on_cannot_be_closed(self, session, admin):
        with pytest.raises(Conflict, match="office_has_rules"):
            offices.close(session, a_department(session, "desk-chaoyang"), admin.id, "理由", now=NOW)
        with pytest.raises(Conflict, match="office_has_"):
            offices.close(session, a_department(session, "market-city"), admin.id, "理由", now=NOW)

    def test_an_office_with_open_complaints_cannot_vanish(self, session, admin):
        complaint = lodged(session).complaint
        office = offices.add(session, "desk-night", given_office(session), admin.id, now=NOW)
        complaint.department_id = office.id
        session.flush()
        with pytest.raises(Conflict, match="office_has_complaints") as refusal:
            offices.close(session, office, admin.id, "理由", now=NOW)
        assert refusal.value.facts == {"count": 1}

    def test_an_office_nobody_needs_is_closed_and_opened_again(self, session, admin):
        office = offices.add(session, "desk-night", given_office(session), admin.id, now=NOW)
        for _ in range(2):
            offices.close(session, office, admin.id, "合并", now=NOW)
        assert not office.is_active
        with pytest.raises(Invalid, match="not_active"):
            offices.add(session, "x-1", given_office(session, parent_id=office.id), admin.id, now=NOW)
        offices.reopen(session, office, admin.id, now=NOW)
        assert office.is_active

    def test_an_office_that_is_not_there_is_unknown(self, session):
        with pytest.raises(Unknown):
            offices.one(session, 999_999)


class TestPeople:
    def test_a_colleague_is_invited_into_an_office(self, session, admin):
        office = a_department(session, "desk-city")
        person = User(
            name="赵敏",
            email="zhao@office.example",
            role=Role.OFFICER,
            department_id=office.id,
            created_at=NOW,
        )
        staff.invite(session, person, admin.id, now=NOW)
        assert session.scalar(select(Invitation).where(Invitation.user_id == person.id)) is not None

    @pytest.mark.parametrize(
        ("role", "office", "code"),
        [(Role.OFFICER, None, "required"), (Role.ADMIN, "desk-city", "role_without_office")],
    )
    def test_a_role_has_the_office_it_needs(self, session, admin, role, office, code):
        place = a_department(session, office).id if office else None
        person = User(name="赵敏", email="z@office.example", role=role, department_id=place, created_at=NOW)
        with pytest.raises(Invalid, match=code):
            staff.invite(session, person, admin.id, now=NOW)

    def test_an_address_has_one_account(self, session, admin):
        person = User(name="x", email=admin.email.upper(), role=Role.ADMIN, created_at=NOW)
        with pytest.raises(Invalid, match="email_taken"):
            staff.invite(session, person, admin.id, now=NOW)

    def test_whoever_moves_leaves_their_complaints_to_the_office(self, session, admin):
        complaint = lodged(session).complaint
        officer = a_user(session, Role.OFFICER, department_id=complaint.department_id)
        complaint.officer_id = officer.id
        session.flush()
        elsewhere = a_department(session, "desk-haidian").id
        assert staff.move(session, officer, Role.SUPERVISOR, elsewhere, admin.id, now=NOW) == 1
        session.refresh(complaint)
        assert complaint.officer_id is None
        assert (officer.role, officer.department_id, officer.session_epoch) == (Role.SUPERVISOR, elsewhere, 1)
        assert staff.move(session, officer, Role.SUPERVISOR, elsewhere, admin.id, now=NOW) == 0
        assert officer.session_epoch == 1

    @pytest.mark.parametrize(("role", "freed"), [(Role.MEDIATOR, 1), (Role.SUPERVISOR, 0)])
    def test_whoever_stays_in_the_office_keeps_only_what_they_may_still_see(
        self, session, admin, role, freed
    ):
        complaint = lodged(session).complaint
        officer = a_user(session, Role.OFFICER, department_id=complaint.department_id)
        complaint.officer_id = officer.id
        session.flush()
        assert staff.move(session, officer, role, officer.department_id, admin.id, now=NOW) == freed
        session.refresh(complaint)
        assert complaint.officer_id == (None if freed else officer.id)

    def test_what_a_leaving_officer_held_says_so_and_the_office_is_told_once(self, session, admin):
        held = [lodged(session).complaint for _ in range(3)]
        office = held[0].department_id
        officer = a_user(session, Role.OFFICER, department_id=office)
        for complaint in held:
            complaint.officer_id = officer.id
        session.flush()
        assert staff.disable(session, officer, admin.id, "离职", now=NOW) == 3
        for complaint in held:
            session.refresh(complaint)
            event = complaint.events[-1]
            assert (event.action, event.audience, event.role) == (Action.ASSIGN, Audience.STAFF, Role.ADMIN)
            assert (event.from_status, event.to_status) == (complaint.status, complaint.status)
            assert (event.actor_id, event.details) == (admin.id, {"officer_id": None, "was": officer.id})
            assert complaint.officer_id is None
            assert complaint.last_event_at == NOW
        told = session.scalars(select(Notice).where(Notice.template == "complaints_freed")).all()
        assert [(one.recipient, one.department_id, one.params["number"]) for one in told] == [
            (Recipient.DEPARTMENT, office, 3)
        ]

    def test_whoever_held_nothing_leaves_without_a_word(self, session, admin):
        officer = a_user(session, Role.OFFICER, department_id=a_department(session, "desk-city").id)
        assert staff.disable(session, officer, admin.id, "离职", now=NOW) == 0
        assert session.scalar(select(Notice.id).where(Notice.template == "complaints_freed")) is None

    def test_a_merchants_person_becomes_no_colleague(self, session, admin):
        person = a_user(session, Role.MERCHANT, merchant_id=a_shop(session).id)
        with pytest.raises(Invalid, match="not_a_colleague"):
            staff.move(session, person, Role.ADMIN, None, admin.id, now=NOW)

    def test_disabling_shuts_out_at_once_and_may_be_repeated(self, session, admin):
        officer = a_user(session, Role.OFFICER, department_id=a_department(session, "desk-city").id)
        for _ in range(2):
            staff.disable(session, officer, admin.id, "离职", now=NOW)
        assert (officer.is_enabled, officer.session_epoch) == (False, 1)
        with pytest.raises(Conflict, match="person_disabled"):
            staff.invite_again(session, officer, admin.id, now=NOW)
        staff.enable(session, officer, admin.id, now=NOW)
        staff.invite_again(session, officer, admin.id, now=NOW)
        assert officer.is_enabled

    def test_nobody_disables_themselves_nor_the_last_administrator(self, session, admin):
        with pytest.raises(Conflict, match="not_yourself"):
            staff.disable(session, admin, admin.id, "理由", now=NOW)
        with pytest.raises(Conflict, match="last_administrator"):
            staff.disable(session, admin, 0, "理由", now=NOW)
        office = a_department(session, "desk-city").id
        with pytest.raises(Conflict, match="last_administrator"):
            staff.move(session, admin, Role.OFFICER, office, admin.id, now=NOW)

    def test_people_are_found_by_name_address_and_office_and_consumers_are_not(self, session, admin):
        office = a_department(session, "desk-city")
        officer = a_user(session, Role.OFFICER, department_id=office.id, name="欧阳百分%之一")
        consumer = a_user(session, Role.CONSUMER, name="欧阳消费者")
        assert staff.page(session, typed="欧阳") == [officer]
        assert staff.page(session, typed="%之") == [officer]
        assert officer in staff.page(session, typed=office.name_en[:8])
        assert staff.page(session, role=Role.ADMIN) == [admin]
        with pytest.raises(Unknown):
            staff.one(session, consumer.id)

    def test_pages_go_on_behind_the_last_row(self, session, monkeypatch):
        monkeypatch.setattr(staff, "PAGE", 2)
        office = a_department(session, "desk-city").id
        for _ in range(3):
            a_user(session, Role.OFFICER, department_id=office, name="同名")
        first = staff.page(session, typed="同名")
        assert len(first) == 3
        rest = staff.page(session, typed="同名", after=(first[1].name, first[1].id))
        assert rest == first[2:]


def a_route(session, **values):
    office = a_department(session, "desk-city").id
    given = dict.fromkeys(("industry", "district", "lane", "urgency", "merchant_id"))
    given |= {"receiver_id": office, "pool_id": office, "authority_id": office}
    return {**given, "reason_zh": "理由", "reason_en": "Reason", **values}


def the_catch_all(session):
    return next(rule for rule in catalogue.listed(session) if catalogue.is_catch_all(rule))


class TestCatalogue:
    def test_a_new_rule_is_tried_last_before_the_catch_all(self, session, admin):
        shop = a_shop(session)
        rule = catalogue.add(session, a_route(session, merchant_id=shop.id), admin.id, now=NOW)
        assert catalogue.listed(session)[-1] is rule
        rules = rulebook.routes(session)
        choice = routing.choose(Facts(Industry.CATERING, "dongcheng", merchant_id=shop.id), rules)
        assert choice.rule_id != rule.id
        only = Facts(Industry.OTHER, merchant_id=shop.id)
        won = routing.choose(only, rules).rule
        assert won.id == rule.id
        assert catalogue.passed_over(only, rules, won) == len(rules) - 2

    def test_a_second_rule_without_conditions_is_refused(self, session, admin):
        with pytest.raises(Invalid, match="second_catch_all"):
            catalogue.add(session, a_route(session), admin.id, now=NOW)

    def test_the_catch_all_stays(self, session, admin):
        rule = the_catch_all(session)
        with pytest.raises(Conflict, match="catch_all_stays"):
            catalogue.withdraw(session, rule, admin.id, now=NOW)
        narrowed = a_route(session, industry=Industry.OTHER)
        with pytest.raises(Invalid, match="catch_all_stays"):
            catalogue.replace(session, rule, narrowed, admin.id, now=NOW)
        renewed = catalogue.replace(session, rule, a_route(session), admin.id, now=NOW)
        assert catalogue.is_catch_all(renewed)
        assert the_catch_all(session) is renewed

    def test_a_changed_rule_takes_the_place_of_the_old_which_is_kept(self, session, admin):
        old = catalogue.listed(session, industry=Industry.CATERING, district="xicheng")[0]
        written = {name: getattr(old, name) for name in catalogue.WRITTEN}
        assert catalogue.replace(session, old, written, admin.id, now=NOW) is old
        new = catalogue.replace(session, old, {**written, "reason_en": "Anew"}, admin.id, now=NOW)
        assert new.position == old.position
        assert session.get(RoutingRule, old.id).is_active is False
        with pytest.raises(Unknown):
            catalogue.one(session, old.id)
        with pytest.raises(Unknown):
            catalogue.withdraw(session, old, admin.id, now=NOW)

    def test_a_rule_moves_up_and_down_and_stops_at_the_ends(self, session, admin):
        first, second = catalogue.listed(session)[:2]
        catalogue.move(session, second, True, admin.id, now=NOW)
        assert catalogue.listed(session)[:2] == [second, first]
        catalogue.move(session, second, True, admin.id, now=NOW)
        assert catalogue.listed(session)[0] is second
        catalogue.move(session, second, False, admin.id, now=NOW)
        assert catalogue.listed(session)[:2] == [first, second]

    def test_a_rule_names_offices_that_work(self, session, admin):
        closed = a_department(session, "desk-haidian")
        closed.is_active = False
        given = a_route(session, industry=Industry.OTHER, lane=None, pool_id=closed.id)
        with pytest.raises(Invalid, match="not_active"):
            catalogue.add(session, given, admin.id, now=NOW)

    def test_withdrawing_takes_a_rule_out_of_the_list(self, session, admin):
        rule = catalogue.listed(session)[0]
        catalogue.withdraw(session, rule, admin.id, now=NOW)
        assert rule not in catalogue.listed(session)


class TestRecord:
    def test_no_line_is_altered_or_removed(self, session, admin):
        admin_log.note(session, admin.id, AdminAction.END_SESSIONS, "user:1", now=NOW)
        session.flush()
        for statement in (update(AdminEvent).values(subject="x"), delete(AdminEvent)):
            with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
                session.execute(statement)
        assert session.scalar(select(func.count(AdminEvent.id))) == 1

    def test_the_newest_stands_first_and_pages_go_on(self, session, admin, monkeypatch):
        monkeypatch.setattr(admin_log, "PAGE", 2)
        for number in range(4):
            admin_log.note(session, None, AdminAction.RETRY_JOB, f"job:{number % 2}", now=NOW)
            session.flush()
        newest = admin_log.page(session)
        assert len(newest) == 3
        assert newest[0].id > newest[1].id
        assert admin_log.page(session, before_id=newest[1].id)[0] is newest[2]
        assert {event.subject for event in admin_log.page(session, subject="job:1")} == {"job:1"}
