"""A merchant joins: the form, the officer's desk, the letter, the password, the inbox."""

import email
import email.policy
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from complaints import membership
from jobs import links, notices, post
from models.codes import ApplicationStatus, Membership, Role
from models.notice import Notice
from models.organisations import Merchant, MerchantApplication
from models.people import Invitation, User
from tests.complaints.test_membership import LICENCE, a_candidate
from tests.factories import NOW, a_department, a_shop, a_user

FORM = {
    "licence_no": LICENCE,
    "name": "晨光面包房",
    "industry": "catering",
    "district": "chaoyang",
    "address": "和平路8号",
    "phone": "010-5550 1234",
    "contact_name": "李静",
    "contact_email": "lijing@bakery.example",
    "signs_pledge": "1",
    "pledge_version": membership.PLEDGE_VERSION,
}


@pytest.fixture
def letters(app, tmp_path, monkeypatch):
    """Send what is owed; the letters that came of it."""
    folder, real = tmp_path / "outbox", post._into_folder
    monkeypatch.setattr(
        post,
        "_into_folder",
        lambda message, key, settings: real(message, key, replace(settings, outbox_dir=folder)),
    )

    def sent():
        notices.send_due()
        files = sorted(folder.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    return sent


def an_officer(session, code="market-chaoyang", role=Role.OFFICER):
    return a_user(session, role, department_id=a_department(session, code).id)


def the_application(session):
    return session.scalars(select(MerchantApplication)).one()


def test_the_form_shows_the_pledge_in_full_and_nothing_is_ticked(client):
    page = client.get("/for-merchants/join").text
    assert membership.PLEDGE_VERSION in page
    assert page.count("<li>") >= 7
    assert " checked" not in page.partition("<main")[2]


def test_whoever_applies_twice_sees_the_same_page_and_nothing_is_doubled(client, session):
    for number in ("a", "b"):
        answer = client.post("/for-merchants/join", data={**FORM, "once": number})
        assert (answer.status_code, answer.location) == (303, "/for-merchants/join/sent")
    assert session.scalar(select(func.count(MerchantApplication.id))) == 1
    assert the_application(session).phone == "01055501234"
    assert LICENCE in client.get("/for-merchants/join/sent").text
    assert session.scalar(select(func.count(Notice.id))) == 1


def test_the_page_after_it_is_for_who_applied(client):
    assert client.get("/for-merchants/join/sent").location == "/for-merchants/join"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("licence_no", "91110000MA00ABCDE0"),
        ("licence_no", ""),
        ("phone", "abc"),
        ("contact_email", "nobody"),
        ("district", "atlantis"),
        ("industry", "mining"),
        ("signs_pledge", ""),
        ("pledge_version", "1999-1"),
        ("name", "名" * 161),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, session, field, typed):
    answer = client.post("/for-merchants/join", data={**FORM, field: typed})
    assert answer.status_code == 422
    assert "和平路8号" in answer.text
    assert session.scalar(select(func.count(MerchantApplication.id))) == 0


@pytest.mark.parametrize("limit", ["", "abc", "-5", "99999999"])
def test_advance_compensation_needs_a_limit_that_can_be_kept(client, limit):
    form = {**FORM, "pledges_compensation": "1", "compensation_limit": limit}
    assert client.post("/for-merchants/join", data=form).status_code == 422


def test_a_pledge_of_compensation_is_kept_in_fen(client, session):
    form = {**FORM, "pledges_compensation": "1", "compensation_limit": "2,000"}
    client.post("/for-merchants/join", data=form)
    assert the_application(session).compensation_limit == 200_000


def test_from_application_to_inbox(client, session, sign_in, letters):
    client.post("/for-merchants/join", data=FORM)
    application = the_application(session)
    sign_in(an_officer(session))
    assert "晨光面包房" in client.get("/desk/applications").text
    assert LICENCE in client.get(f"/desk/applications/{application.id}").text
    answer = client.post(f"/desk/applications/{application.id}/verify")
    assert answer.status_code == 303
    session.expire_all()
    assert application.merchant.membership is Membership.MEMBER

    client.post("/sign-out")
    mails = [mail.get_content() for mail in letters()]
    link = next(found[0] for mail in mails if (found := re.search(r"/invitations/\S+", mail)))
    assert client.get(link).status_code == 200
    password = {"password": "a long sentence of mine", "again": "a long sentence of mine"}
    answer = client.post(link, data=password)
    assert answer.location == "/merchant"
    assert client.get("/merchant").status_code == 200
    client.post("/sign-out")
    assert client.post(link, data=password).status_code == 410


def test_no_way_in_lies_in_the_database(client, session, letters):
    membership.verify(
        session,
        membership.apply(session, a_candidate(), now=NOW),
        _actor(session),
        (),
        now=NOW,
    )
    session.commit()
    link = next(
        found[1] for mail in letters() if (found := re.search(r"/invitations/(\S+)", mail.get_content()))
    )
    for notice in session.scalars(select(Notice)):
        assert link not in str(notice.params)
    assert "token" not in " ".join(Invitation.__table__.columns.keys())


def _actor(session):
    from_market = an_officer(session)
    return membership.Actor(
        Role.OFFICER, user_id=from_market.id, departments=frozenset({from_market.department_id})
    )


def test_a_link_of_somebody_elses_making_opens_nothing(client, session, app):
    person = an_officer(session)
    invitation = Invitation(user=person, created_at=NOW, expires_at=NOW)
    session.add(invitation)
    session.commit()
    good = links.invitation(invitation)
    assert client.get(good).status_code == 410  # it has run out
    for token in ("x", good.removeprefix("/invitations/") + "x", good.removeprefix("/invitations/")[3:]):
        assert client.get(f"/invitations/{token}").status_code == 410
        assert client.get(f"/for-merchants/applications/{token}").status_code == 404


def test_a_refused_applicant_reads_why_behind_the_link(client, session, sign_in, letters):
    client.post("/for-merchants/join", data=FORM)
    application = the_application(session)
    sign_in(an_officer(session))
    assert client.post(f"/desk/applications/{application.id}/refuse", data={"reason": ""}).status_code == 422
    client.post(f"/desk/applications/{application.id}/refuse", data={"reason": "地址与执照不符"})
    client.post("/sign-out")
    refused = next(mail for mail in letters() if "applications" in mail.get_content())
    assert refused["To"] == "lijing@bakery.example"
    assert "地址与执照不符" not in refused.get_content()
    link = re.search(r"/for-merchants/applications/\S+", refused.get_content())[0]
    assert "地址与执照不符" in client.get(link).text
    assert the_application(session).status is ApplicationStatus.REFUSED


def test_the_desk_of_another_district_knows_nothing_of_it(client, session, sign_in):
    client.post("/for-merchants/join", data=FORM)
    application = the_application(session)
    sign_in(an_officer(session, "market-haidian"))
    assert "晨光面包房" not in client.get("/desk/applications").text
    for path in (f"/desk/applications/{application.id}", "/desk/applications/99999999"):
        assert client.get(path).status_code == 404
    assert client.post(f"/desk/applications/{application.id}/verify").status_code == 404


def test_only_the_desk_reads_applications(client, session, sign_in):
    assert client.get("/desk/applications").status_code == 303
    sign_in(a_user(session, Role.MERCHANT, merchant_id=a_shop(session).id))
    assert client.get("/desk/applications").status_code == 403


def test_a_supervisor_suspends_and_readmits_and_an_officer_may_not(client, session, sign_in):
    shop = a_shop(session, district="chaoyang")
    path = f"/desk/applications/members/{shop.id}"
    sign_in(an_officer(session))
    assert client.post(f"{path}/suspend", data={"reason": "不履行"}).status_code == 403
    sign_in(an_officer(session, role=Role.SUPERVISOR))
    assert client.post(f"{path}/suspend", data={"reason": ""}).status_code == 422
    assert client.post(f"{path}/suspend", data={"reason": "不履行"}).status_code == 303
    assert "不履行" in client.get(path).text
    assert client.post(f"{path}/suspend", data={"reason": "又一次"}).status_code == 409
    assert client.post(f"{path}/readmit", data={"reason": "已整改"}).status_code == 303
    session.expire_all()
    assert session.get(Merchant, shop.id).is_member


def test_members_are_found_by_pinyin(client, session, sign_in):
    candidate = a_candidate()
    application = membership.apply(session, candidate, now=NOW)
    session.commit()
    sign_in(an_officer(session))
    client.post(f"/desk/applications/{application.id}/verify")
    assert candidate.name in client.get("/desk/applications/members?q=chenguang").text
    assert candidate.name in client.get("/desk/applications/members").text
    assert candidate.name in client.get("/desk/applications?tab=decided").text
    assert session.scalar(select(User.role).where(User.email == candidate.contact_email)) is Role.MERCHANT
