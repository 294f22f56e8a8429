"""Joining the green channel: applied for, verified or refused by the district, suspended and readmitted with a reason."""

import pytest
from sqlalchemy import func, select

from complaints import actors, membership, merchants, queries
from complaints.errors import Conflict, Invalid, NotAllowed, Unknown
from complaints.membership import Candidate
from models.admin_event import AdminEvent
from models.codes import AdminAction, ApplicationStatus, Industry, Membership, Recipient, Role
from models.notice import Notice
from models.organisations import Merchant, MerchantApplication
from models.people import Invitation
from tests.factories import NOW, a_department, a_shop, a_user

BODY = "91110000MA00ABCDE"
LICENCE = next(BODY + sign for sign in merchants.LICENCE_SIGNS if merchants.is_licence_no(BODY + sign))


def a_candidate(**values):
    given = {
        "licence_no": LICENCE,
        "name": "晨光面包房",
        "industry": Industry.CATERING,
        "district": "chaoyang",
        "address": "和平路8号",
        "phone": "01055501234",
        "contact_name": "李静",
        "contact_email": "lijing@bakery.example",
        "locale": "zh_Hans_CN",
    }
    return Candidate(**{**given, **values})


def an_actor(session, code, role=Role.OFFICER):
    user = a_user(session, role, department_id=a_department(session, code).id)
    return actors.of(user, queries.departments_of(session, user))


def verified(session, **values):
    application = membership.apply(session, a_candidate(**values), now=NOW)
    membership.verify(session, application, an_actor(session, "market-chaoyang"), (), now=NOW)
    return application


def test_an_application_waits_and_the_applicant_is_told(session):
    application = membership.apply(session, a_candidate(), now=NOW)
    assert application.status is ApplicationStatus.SUBMITTED
    assert application.pledge_version == membership.PLEDGE_VERSION
    notice = session.scalar(select(Notice).where(Notice.application_id == application.id))
    assert (notice.template, notice.recipient) == ("application_received", Recipient.APPLICANT)


def test_the_number_is_kept_in_one_form(session):
    spaced = f" {LICENCE[:8].lower()}-{LICENCE[8:]} "
    assert membership.apply(session, a_candidate(licence_no=spaced), now=NOW).licence_no == LICENCE


def test_applying_twice_is_one_application_and_changes_nothing(session):
    first = membership.apply(session, a_candidate(), now=NOW)
    again = membership.apply(session, a_candidate(name="别的名字"), now=NOW)
    assert again is first
    assert first.name == "晨光面包房"
    assert session.scalar(select(func.count(MerchantApplication.id))) == 1


def test_a_number_that_does_not_check_is_refused(session):
    wrong = LICENCE[:-1] + ("0" if LICENCE[-1] != "0" else "1")
    with pytest.raises(Invalid, match="not_a_licence"):
        membership.apply(session, a_candidate(licence_no=wrong), now=NOW)


@pytest.mark.parametrize(
    ("standing", "code"),
    [(Membership.MEMBER, "member_already"), (Membership.SUSPENDED, "member_suspended")],
)
def test_who_is_in_or_was_put_out_cannot_apply(session, standing, code):
    a_shop(session, licence_no=LICENCE, membership=standing)
    with pytest.raises(Invalid, match=code):
        membership.apply(session, a_candidate(), now=NOW)


def test_a_merchant_that_was_complained_about_keeps_its_row(session):
    shop = a_shop(session, licence_no=LICENCE, membership=Membership.NONE, pledged_at=None)
    application = membership.apply(session, a_candidate(), now=NOW)
    assert shop.membership is Membership.APPLIED
    membership.verify(session, application, an_actor(session, "market-chaoyang"), (), now=NOW)
    assert application.merchant is shop
    assert shop.membership is Membership.MEMBER
    assert shop.name == "晨光面包房"


def test_verifying_makes_a_member_that_can_be_found_and_invites_its_first_person(session):
    application = membership.apply(
        session, a_candidate(pledges_compensation=True, compensation_limit=200_000), now=NOW
    )
    readings = [["chen"], ["guang"], ["mian"], ["bao"], ["fang"]]
    person = membership.verify(session, application, an_actor(session, "market-chaoyang"), readings, now=NOW)
    merchant = application.merchant
    assert merchant.is_member
    assert merchant.compensation_limit == 200_000
    assert merchants.search(session, "chenguang") == [merchant]
    assert (person.role, person.merchant, person.password_hash) == (Role.MERCHANT, merchant, None)
    assert session.scalar(select(Invitation).where(Invitation.user_id == person.id)) is not None
    told = session.scalars(select(Notice.template).where(Notice.user_id == person.id)).all()
    assert set(told) == {"invitation", "application_verified"}
    assert session.scalar(select(AdminEvent.action)) is AdminAction.VERIFY_APPLICATION


def test_what_was_decided_is_not_decided_again(session):
    application = verified(session)
    officer = an_actor(session, "market-chaoyang")
    with pytest.raises(Conflict, match="decided_before"):
        membership.refuse(session, application, officer, "太晚了", now=NOW)
    with pytest.raises(Conflict, match="decided_before"):
        membership.verify(session, application, officer, (), now=NOW)


def test_an_account_of_somebody_else_is_not_taken_over(session):
    a_user(session, Role.CONSUMER, email="lijing@bakery.example")
    application = membership.apply(session, a_candidate(), now=NOW)
    with pytest.raises(Conflict, match="contact_email_taken"):
        membership.verify(session, application, an_actor(session, "market-chaoyang"), (), now=NOW)


def test_a_refusal_needs_a_reason_and_reaches_the_applicant(session):
    shop = a_shop(session, licence_no=LICENCE, membership=Membership.NONE, pledged_at=None)
    application = membership.apply(session, a_candidate(), now=NOW)
    officer = an_actor(session, "market-chaoyang")
    with pytest.raises(Invalid, match="required"):
        membership.refuse(session, application, officer, "  ", now=NOW)
    membership.refuse(session, application, officer, "地址与执照不符", now=NOW)
    assert application.status is ApplicationStatus.REFUSED
    assert shop.membership is Membership.NONE
    told = session.scalars(select(Notice.template).where(Notice.application_id == application.id)).all()
    assert set(told) == {"application_received", "application_refused"}


def test_after_a_refusal_one_may_apply_anew(session):
    application = membership.apply(session, a_candidate(), now=NOW)
    membership.refuse(session, application, an_actor(session, "market-chaoyang"), "缺材料", now=NOW)
    assert membership.apply(session, a_candidate(), now=NOW) is not application


@pytest.mark.parametrize(
    ("office", "role"),
    [
        ("market-haidian", Role.OFFICER),
        ("desk-chaoyang", Role.OFFICER),
        ("commerce-chaoyang", Role.SUPERVISOR),
        ("panel-catering", Role.MEDIATOR),
    ],
)
def test_other_offices_neither_see_nor_decide(session, office, role):
    application = membership.apply(session, a_candidate(), now=NOW)
    actor = an_actor(session, office, role)
    with pytest.raises(Unknown):
        membership.one_for(session, actor, application.id)
    with pytest.raises(NotAllowed):
        membership.verify(session, application, actor, (), now=NOW)


def test_a_supervisor_of_the_city_sees_every_district(session):
    application = membership.apply(session, a_candidate(), now=NOW)
    actor = an_actor(session, "city-coordination", Role.SUPERVISOR)
    assert membership.one_for(session, actor, application.id) is application


def test_a_supervisor_suspends_and_readmits_with_a_reason_the_merchant_reads(session):
    shop = a_shop(session, district="chaoyang")
    supervisor = an_actor(session, "market-chaoyang", Role.SUPERVISOR)
    membership.suspend(session, shop, supervisor, "三次不履行", now=NOW)
    assert (shop.membership, shop.membership_reason) == (Membership.SUSPENDED, "三次不履行")
    with pytest.raises(Conflict, match="membership_moved"):
        membership.suspend(session, shop, supervisor, "再一次", now=NOW)
    membership.readmit(session, shop, supervisor, "已整改", now=NOW)
    assert (shop.membership, shop.membership_reason) == (Membership.MEMBER, "")
    told = session.scalars(select(Notice.template).where(Notice.merchant_id == shop.id)).all()
    assert set(told) == {"membership_suspended", "membership_readmitted"}


def test_an_officer_may_not_suspend(session):
    shop = a_shop(session, district="chaoyang")
    with pytest.raises(NotAllowed):
        membership.suspend(session, shop, an_actor(session, "market-chaoyang"), "理由", now=NOW)


def test_suspending_needs_a_reason(session):
    shop = a_shop(session, district="chaoyang")
    with pytest.raises(Invalid):
        membership.suspend(session, shop, an_actor(session, "market-chaoyang", Role.SUPERVISOR), " ", now=NOW)


def test_members_of_other_districts_and_who_never_joined_are_unknown(session):
    actor = an_actor(session, "market-chaoyang")
    there = a_shop(session, district="chaoyang")
    assert membership.members(session, actor, there.id) is there
    elsewhere = a_shop(session, district="haidian")
    never = a_shop(session, district="chaoyang", membership=Membership.NONE)
    for merchant_id in (elsewhere.id, never.id, 2**30):
        with pytest.raises(Unknown):
            membership.members(session, actor, merchant_id)
    assert session.get(Merchant, elsewhere.id) is elsewhere
