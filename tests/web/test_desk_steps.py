"""What officers and mediators do to a complaint through the forms: done, refused with the form filled, or not theirs."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import actors, handovers, mediation, queries, rulebook, workflow
from complaints.mediation import Consents
from models.codes import Action, Hazard, Industry, Kind, Membership, Outcome, Role, Status
from models.complaint import Complaint
from models.suggestion import Correction
from tests.factories import NOW, a_department, a_shop, a_suggestion, a_user, actions_of, an_officer, lodged

REFUSAL = {
    "ground": "rej_4",
    "reason": "购买发生在2019年，已超过三年的时限。",
    "remedies": "您还可以向人民法院起诉。",
}
CONSENTS = {"consumer": "1", "merchant": "1", "delegation": "1", "no_interest": "1"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def office(session):
    return a_department(session, "market-haidian")


@pytest.fixture
def officer(session, sign_in, office):
    return sign_in(a_user(session, Role.OFFICER, department=office, locale="en", name="李承办"))


@pytest.fixture
def pending(session, officer):
    """Waits for the decision of the officer's office."""
    complaint = lodged(session, district="haidian", opts_in=False, merchant=a_shop(session)).complaint
    session.commit()
    return complaint


@pytest.fixture
def accepted(session, pending):
    clock = rulebook.current(session)
    workflow.perform(pending, Action.ACCEPT, an_officer(pending), now=NOW, clock=clock)
    session.commit()
    return pending


@pytest.fixture
def mediator(session, accepted):
    return a_user(session, Role.MEDIATOR, department_id=accepted.pool_id, name="周调解", locale="en")


@pytest.fixture
def mediated(session, accepted, mediator):
    everything = Consents(consumer=True, merchant=True, delegation=True, no_interest=True)
    clock = rulebook.current(session)
    mediation.start(accepted, an_officer(accepted), mediator, everything, now=NOW, clock=clock)
    session.commit()
    return accepted


@pytest.fixture
def unsorted(session, sign_in):
    """Waits at the first-asked desk for a person to sort it; an officer of that desk is signed in."""
    said = a_suggestion(abstained=True, reason="close_call", confidence=0.52, evidence=[[0, 2, 1.5]])
    complaint = lodged(session, industry=None, suggestion=said, district="haidian").complaint
    sign_in(a_user(session, Role.OFFICER, department_id=complaint.department_id, locale="en"))
    return complaint


def do(client, complaint, step, desk="desk", **fields):
    return client.post(f"/{desk}/complaints/{complaint.receipt}/{step}", data=fields)


def form(client, complaint, step="", desk="desk"):
    return client.get(f"/{desk}/complaints/{complaint.receipt}{'/' if step else ''}{step}")


def stays(answer, complaint, desk="desk"):
    return answer.status_code == 303 and answer.location == f"/{desk}/complaints/{complaint.receipt}"


def test_one_screen_holds_the_whole_of_a_complaint(client, session, pending):
    page = form(client, pending)

    for part in (
        pending.body,
        "好邻居面馆",
        "Decide on acceptance",
        "How this was counted",
        "Take it yourself",
        "张＊＊",
    ):
        assert part in page.text
    assert "张小明" not in page.text
    assert "13800138000" not in page.text


def test_each_button_opens_a_form_that_can_be_sent(client, pending):
    page = form(client, pending)
    steps = set(re.findall(rf'href="/desk/complaints/{pending.receipt}/([a-z-]+)"', page.text))

    assert {"accept", "refuse", "message", "note", "assign", "transfer", "category", "split"} <= steps
    for step in steps:
        page = form(client, pending, step)
        assert page.status_code == 200
        assert f'action="/desk/complaints/{pending.receipt}/{step}"' in page.text


def test_accepting(client, session, pending):
    answer = do(client, pending, "accept", reason="材料齐全。")

    assert stays(answer, pending)
    assert pending.status is Status.ACCEPTED
    assert "Accepted. The term of mediation has begun." in client.get(answer.location).text


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "The consumer gets a letter"), (None, "no letter goes out, for want of an e-mail")],
)
def test_the_officer_reads_whether_a_letter_goes_out(client, session, pending, locale, words):
    pending.mail_locale = locale
    session.commit()

    assert words in client.get(do(client, pending, "accept").location).text


def test_the_officer_is_asked_to_tell_a_merchant_that_gets_no_letters(client, session, pending):
    pending.merchant.membership = Membership.NONE
    session.commit()

    assert "please tell it yourself" in client.get(do(client, pending, "accept").location).text


def test_an_incomplete_refusal_comes_back_filled(client, session, pending):
    answer = do(client, pending, "refuse", **{**REFUSAL, "remedies": ""})

    assert answer.status_code == 422
    assert REFUSAL["reason"] in answer.text
    assert '<option value="rej_4" selected>' in answer.text
    assert "a refusal without them is not sent" in answer.text
    assert pending.status is Status.PENDING_ACCEPTANCE


def test_a_whole_refusal_is_sent_and_can_be_read(client, session, pending):
    do(client, pending, "refuse", **REFUSAL)

    assert (pending.status, pending.outcome) == (Status.NOT_ACCEPTED, Outcome.OUT_OF_SCOPE)
    page = form(client, pending)
    assert REFUSAL["reason"] in page.text
    assert REFUSAL["remedies"] in page.text


def test_the_ways_that_remain_are_in_the_consumers_language(client, session, officer, pending):
    assert officer.locale == "en"

    assert "向人民法院提起诉讼" in form(client, pending, "refuse").text


@pytest.mark.parametrize(
    ("step", "fields", "field"),
    [
        ("refuse", {}, "ground"),
        ("refuse", {"ground": "rej_9"}, "ground"),
        ("message", {"text": " "}, "text"),
        ("note", {}, "text"),
        ("note", {"text": "长" * 5_001}, "text"),
        ("assign", {}, "officer"),
        ("assign", {"officer": "x"}, "officer"),
        ("assign", {"officer": "2147483647"}, "officer"),
        ("assign", {"officer": "99999999999999999999"}, "officer"),
        ("transfer", {"reason": "理由。"}, "department"),
        ("transfer", {"department": "1"}, "reason"),
        ("transfer", {"department": "2147483647", "reason": "理由。"}, "department"),
        ("category", {}, "industry"),
        ("category", {"industry": "space", "issue": "quality"}, "industry"),
        ("category", {"industry": "other", "issue": "quality", "hazards": "suspected"}, "hazards"),
        ("split", {}, "clue"),
        ("ask-supplement", {}, "reason"),
    ],
)
def test_what_is_missing_or_wrong_comes_back_by_field(client, session, pending, step, fields, field):
    before = len(pending.events)

    answer = do(client, pending, step, **fields)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert len(pending.events) == before


def test_words_typed_by_hand_are_kept_without_control_signs(client, session, pending):
    do(client, pending, "note", text="第一行\r\n\x00第二行\x07 <script>")

    assert pending.events[-1].reason == "第一行\n第二行 <script>"
    assert "&lt;script&gt;" in form(client, pending).text


def test_a_form_sent_twice_counts_once(client, session, pending):
    for _ in range(2):
        answer = do(client, pending, "message", text="请补充合同。", once="one-form")
        assert stays(answer, pending)

    assert actions_of(pending).count(Action.MESSAGE) == 1


def test_taking_it_and_giving_it_to_a_colleague(client, session, officer, pending):
    colleague = a_user(session, Role.OFFICER, department_id=officer.department_id, name="赵敏")
    session.commit()

    do(client, pending, "take")
    assert pending.officer_id == officer.id
    assert "Take it yourself" not in form(client, pending).text

    assert "赵敏" in form(client, pending, "assign").text
    do(client, pending, "assign", officer=colleague.id)
    assert pending.officer_id == colleague.id


def test_it_is_not_given_to_a_stranger(client, session, pending):
    stranger = a_user(session, Role.OFFICER, department=a_department(session, "market-yanqing"))
    session.commit()

    answer = do(client, pending, "assign", officer=stranger.id)

    assert answer.status_code == 422
    assert pending.officer_id is None


def test_a_contact_is_shown_for_a_while_and_the_look_is_on_record(
    client, session, officer, pending, time_machine
):
    answer = do(client, pending, "contact")

    page = client.get(answer.location)
    for part in ("张小明", "13800138000", "reader@people.example", "The contact was looked at"):
        assert part in page.text
    assert pending.events[-1].actor_id == officer.id
    client.get(answer.location)
    assert actions_of(pending).count(Action.SHOW_CONTACT) == 1

    time_machine.move_to(NOW + timedelta(minutes=11), tick=False)
    assert "13800138000" not in form(client, pending).text


def test_a_contact_that_is_shown_shows_no_other(client, session, pending):
    other = lodged(session, district="haidian", opts_in=False).complaint
    session.commit()
    do(client, pending, "contact")

    assert "13800138000" not in form(client, other).text


def test_sorting_shows_both_suggestions_with_the_reason_and_sends_it_on(client, session, unsorted):
    page = form(client, unsorted, "sort")
    for part in ("Catering", "52%", "Online shopping", "5%", "too close to decide", "<mark>昨天</mark>"):
        assert part in page.text

    answer = do(
        client,
        unsorted,
        "sort",
        industry="prepaid_card",
        issue="merchant_closed",
        urgency="high",
        reason="卡。",
    )

    assert answer.location == "/desk"  # it went to the authority, out of the sorter's sight
    assert unsorted.status is Status.PENDING_ACCEPTANCE
    assert unsorted.industry is Industry.PREPAID_CARD
    (taught,) = session.scalars(select(Correction)).all()
    assert (taught.from_industry, taught.to_industry) == ("catering", "prepaid_card")
    assert "It has left your office" in client.get("/desk").text


def test_sorting_may_see_a_danger(client, session, unsorted):
    do(
        client,
        unsorted,
        "sort",
        industry="catering",
        issue="food_safety",
        hazards=["food_poisoning", "injury"],
    )

    assert unsorted.hazards == [Hazard.FOOD_POISONING, Hazard.INJURY]
    assert (unsorted.lane, unsorted.level) == ("emergency", 4)


def test_changing_the_category_clears_a_suspicion(client, session, officer):
    alarming = a_suggestion(urgency="emergency")
    complaint = lodged(session, suggestion=alarming, district="haidian", opts_in=False).complaint
    session.commit()
    assert "reads as if somebody was hurt" in form(client, complaint).text

    do(client, complaint, "category", industry="catering", issue="quality", urgency="normal")

    assert (complaint.hazards, complaint.lane) == ([], "ordinary")


def test_a_cleared_suspicion_leads_to_the_merchant_where_the_consumer_chose_that(client, session, officer):
    said = a_suggestion(urgency="emergency")
    complaint = lodged(
        session, district="haidian", suggestion=said, industry=None, merchant=a_shop(session)
    ).complaint
    session.commit()
    assert complaint.department_id == officer.department_id

    do(client, complaint, "category", industry="catering", issue="quality", urgency="normal")

    assert complaint.status is Status.NEGOTIATING


def test_asking_for_additions_and_entering_them(client, session, pending):
    do(client, pending, "ask-supplement", reason="请提供合同照片。")
    assert pending.status is Status.SUPPLEMENTING

    do(client, pending, "supplement", reason="消费者到窗口提交了合同。")
    assert pending.status is Status.PENDING_ACCEPTANCE
    assert do(client, pending, "ask-supplement", reason="再补。").status_code == 409


def test_a_handover_from_asking_to_confirming(client, session, sign_in, officer, pending):
    target = a_department(session, "market-city")
    assert str(target.name_en) in form(client, pending, "transfer").text

    do(client, pending, "transfer", department=target.id, reason="经营者住所地在外区。")
    assert pending.department_id == officer.department_id
    assert "asks" in form(client, pending).text

    other = sign_in(a_user(session, Role.OFFICER, department=target, locale="en"))
    assert pending.receipt in client.get("/desk?tab=asked").text
    page = form(client, pending)
    assert "Take over" in page.text
    assert "Do not accept" not in page.text
    do(client, pending, "confirm-transfer")
    assert pending.department_id == other.department_id

    sign_in(officer)
    assert form(client, pending).status_code == 404


def test_a_handover_declined_goes_up(client, session, sign_in, officer, pending):
    target = a_department(session, "market-city")
    do(client, pending, "transfer", department=target.id, reason="归对方。")
    sign_in(a_user(session, Role.OFFICER, department=target, locale="en"))

    answer = do(client, pending, "decline-transfer", reason="不归我们。")
    assert answer.location == "/desk"
    assert form(client, pending).status_code == 404

    sign_in(officer)
    assert "Two offices disagree" in form(client, pending).text
    assert form(client, pending, "designate").status_code == 403
    city = a_department(session, "city-coordination")
    sign_in(a_user(session, Role.SUPERVISOR, department=city, locale="en"))
    do(client, pending, "designate", department=target.id, reason="由市局承办。")
    assert pending.department_id == target.id


def test_a_report_is_split_off_out_of_the_merchants_sight(client, session, pending):
    do(client, pending, "split", clue="后厨使用过期面粉。")

    report = session.scalar(select(Complaint).where(Complaint.kind == Kind.REPORT))
    assert report.parent_id == pending.id
    page = form(client, report)
    assert "The merchant must not learn of it" in page.text
    assert f'href="/desk/complaints/{pending.receipt}"' in page.text
    assert report.receipt in form(client, pending).text
    assert do(client, report, "split", clue="再分。").status_code == 409


def test_mediation_is_started_with_a_mediator_of_the_pool_and_all_consents(
    client, session, accepted, mediator
):
    session.commit()
    page = form(client, accepted, "mediation")
    assert "周调解" in page.text

    refused = do(client, accepted, "mediation", mediator=mediator.id, consumer="1", merchant="1")
    assert refused.status_code == 422
    assert f'value="{mediator.id}" checked' in refused.text

    answer = do(client, accepted, "mediation", mediator=mediator.id, **CONSENTS)
    assert stays(answer, accepted)
    assert (accepted.status, accepted.mediator_id) == (Status.MEDIATING, mediator.id)
    assert "Mediator: 周调解" in client.get(answer.location).text


def test_a_mediator_of_another_pool_is_refused(client, session, accepted):
    other = a_user(session, Role.MEDIATOR, department=a_department(session, "panel-ecommerce"))
    session.commit()

    assert do(client, accepted, "mediation", mediator=other.id, **CONSENTS).status_code == 409
    assert accepted.status is Status.ACCEPTED


def test_a_pool_without_mediators_says_what_to_do(client, accepted):
    assert "Nobody works in this pool yet" in form(client, accepted, "mediation").text


def test_the_mediator_runs_it_from_pages_of_their_own(client, session, sign_in, mediated, mediator):
    sign_in(mediator)
    assert mediated.receipt in client.get("/mediation").text
    page = form(client, mediated, desk="mediation")
    assert "End the mediation" in page.text
    assert "Ask another office" not in page.text

    assert stays(do(client, mediated, "suspend", "mediation", reason="送检两周。"), mediated, "mediation")
    assert mediated.status is Status.SUSPENDED
    do(client, mediated, "resume", "mediation")
    do(client, mediated, "message", "mediation", text="周三下午三点视频调解。")
    do(client, mediated, "contact", "mediation")
    assert "13800138000" in form(client, mediated, desk="mediation").text
    ended = do(client, mediated, "terminate", "mediation", ground="term_3", reason="差距太大。")

    assert stays(ended, mediated, "mediation")
    assert (mediated.status, mediated.outcome) == (Status.TERMINATED, Outcome.NO_AGREEMENT)
    assert mediated.receipt not in client.get("/mediation").text
    assert mediated.receipt in client.get("/mediation?tab=ended").text


@pytest.mark.parametrize("step", ["assign", "transfer", "split", "accept", "nonsense"])
def test_what_is_no_mediators_step_is_not_there(client, session, sign_in, mediated, mediator, step):
    sign_in(mediator)

    assert form(client, mediated, step, "mediation").status_code == 404
    assert do(client, mediated, step, "mediation").status_code == 404


def test_the_mediators_lists_say_when_they_are_empty(client, session, sign_in):
    sign_in(a_user(session, Role.MEDIATOR, department=a_department(session, "panel-general"), locale="en"))

    assert "No mediation is yours" in client.get("/mediation").text
    for tab in ("overdue", "ended", "nonsense"):
        assert client.get(f"/mediation?tab={tab}").status_code == 200


def test_the_green_channel_can_be_closed_by_the_office(client, session, sign_in):
    complaint = lodged(session, merchant=a_shop(session)).complaint
    sign_in(a_user(session, Role.OFFICER, department_id=complaint.department_id, locale="en"))

    do(client, complaint, "close-green-channel", reason="商家已停业。")

    assert complaint.status is Status.PENDING_ACCEPTANCE


def test_a_first_receiver_opens_the_green_channel_or_goes_to_the_authority(
    client, session, sign_in, time_machine
):
    for step, status in (("open-green-channel", "negotiating"), ("request-acceptance", "pending_acceptance")):
        shop = a_shop(session, membership=Membership.SUSPENDED)
        complaint = lodged(session, merchant=shop).complaint
        complaint.status, shop.membership = Status.WITH_FIRST_RECEIVER, Membership.MEMBER
        sign_in(a_user(session, Role.OFFICER, department_id=complaint.department_id, locale="en"))
        time_machine.shift(60)

        do(client, complaint, step)

        assert complaint.status == status


def test_what_was_done_meanwhile_is_not_done_again(client, session, officer, pending):
    do(client, pending, "accept")

    for step, fields in (("accept", {}), ("refuse", REFUSAL)):
        assert do(client, pending, step, **fields).status_code == 409
        assert form(client, pending, step).status_code == 409


def test_a_step_that_does_not_exist_is_not_there(client, pending):
    for step in ("nonsense", "accept/x", "..", "ACCEPT"):
        assert form(client, pending, step).status_code == 404
        assert do(client, pending, step).status_code == 404


def test_an_officer_of_the_asked_office_may_note_and_answer_only(client, session, sign_in, officer, pending):
    target = a_department(session, "market-city")
    clock = rulebook.current(session)
    handovers.offer(pending, an_officer(pending), target, "请接办。", now=NOW, clock=clock)
    user = sign_in(a_user(session, Role.OFFICER, department=target))

    assert queries.one_for(session, actors.of(user), pending.receipt) is pending
    for step, fields in (
        ("accept", {}),
        ("contact", {}),
        ("assign", {"officer": user.id}),
        ("message", {"text": "你好"}),
    ):
        assert do(client, pending, step, **fields).status_code == 403
    assert stays(do(client, pending, "note", text="先看看。"), pending)


def test_naming_a_danger_while_the_two_sides_talk_sends_it_to_the_authority(client, session, sign_in):
    complaint = lodged(session, merchant=a_shop(session), amount=80_000).complaint
    sign_in(a_user(session, Role.OFFICER, department_id=complaint.department_id))
    session.commit()

    answer = do(
        client,
        complaint,
        "category",
        industry="catering",
        issue="quality",
        urgency="emergency",
        hazards=["injury"],
    )

    assert answer.status_code == 303
    assert complaint.status is Status.PENDING_ACCEPTANCE
