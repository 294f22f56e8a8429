"""The JSON API: keys, problem documents, idempotent writes, pages by key, and the merchant's verbs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from complaints import keys, merchants
from models.codes import AgreementStatus, Role, Status
from models.complaint import Complaint
from models.people import ApiKey
from models.settlement import Agreement
from tests.factories import NOW, a_department, a_shop, a_user, lodged
from web.api.schemas import SuggestionOut

URL = "/api/v1/complaints"
BODY = {
    "text": "昨天在好邻居面馆吃面，面里有钢丝球，老板只肯换一碗，要求退款。",
    "merchant_name": "好邻居面馆",
    "industry": "catering",
    "person": {"name": "张小明", "phone": "13800138000"},
    "remedies": ["refund"],
    "amount": 4800,
}


def key_for(session, user):
    key = keys.issue(session, user, "a test", now=NOW)
    session.commit()
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def hotline(session):
    """The key of a hotline that files for callers."""
    return key_for(session, a_user(session, Role.OFFICER, department=a_department(session, "market-city")))


@pytest.fixture
def shop(session):
    return a_shop(session)


@pytest.fixture
def shops_key(session, shop):
    return key_for(session, a_user(session, Role.MERCHANT, merchant=shop))


def count(session, table=Complaint):
    return session.scalar(select(func.count()).select_from(table))


def test_a_complaint_is_filed_routed_and_answered_with_its_secret(client, session, hotline):
    answer = client.post(URL, json=BODY, headers=hotline)

    assert answer.status_code == 201
    complaint = session.scalar(select(Complaint).where(Complaint.receipt == answer.json["receipt"]))
    assert complaint.status is Status.PENDING_ACCEPTANCE
    assert answer.json["secret"]
    assert {deadline["rule"] for deadline in answer.json["deadlines"]} >= {"S-01"}


@pytest.mark.parametrize(
    ("given", "kept"), [("138 0013-8000", "13800138000"), ("+44 20 7946 0018", "+442079460018")]
)
def test_a_telephone_number_is_kept_in_the_form_every_other_way_in_keeps_it(
    client, session, hotline, given, kept
):
    answer = client.post(URL, json={**BODY, "person": {"name": "张", "phone": given}}, headers=hotline)

    complaint = session.scalar(select(Complaint).where(Complaint.receipt == answer.json["receipt"]))
    assert complaint.contact.phone == kept


def test_danger_withholds_the_green_channel_but_not_the_memory_of_the_choice(client, session, hotline):
    answer = client.post(URL, json={**BODY, "hazards": ["injury"], "opts_in": True}, headers=hotline)

    complaint = session.scalar(select(Complaint).where(Complaint.receipt == answer.json["receipt"]))
    assert complaint.opted_in_at is None
    assert complaint.opt_in_wording


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer gck_AAAAAAAA_wrong"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic gck_AAAAAAAA_wrong"},
    ],
    ids=["none", "unknown", "nonsense", "another scheme"],
)
def test_without_a_key_nobody_comes_in(client, session, headers):
    answer = client.post(URL, json=BODY, headers=headers)

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer" in answer.json["detail"]
    assert count(session) == 0


def test_what_is_no_json_is_called_so_in_the_language_of_the_reader(client, hotline):
    headers = {**hotline, "Content-Type": "application/json", "Accept-Language": "zh-CN"}
    answer = client.post(URL, data=b"{bad", headers=headers)

    assert answer.status_code == 400
    assert answer.json["errors"] == {"_schema": ["这不是可以读取的 JSON。"]}


def test_a_revoked_key_and_the_key_of_a_disabled_person_open_nothing(client, session, hotline):
    row = session.scalar(select(ApiKey))
    row.user.is_enabled = False
    session.commit()
    assert client.get(URL, headers=hotline).status_code == 401

    row.user.is_enabled, row.revoked_at = True, NOW
    session.commit()
    assert client.get(URL, headers=hotline).status_code == 401


def test_keys_are_kept_as_hashes(session, hotline):
    token = hotline["Authorization"].split("_", 2)[2]

    assert token not in repr(session.scalar(select(ApiKey)).__dict__)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "很" * 10_001}, "text"),
        ({"text": "\x00\x01"}, "text"),
        ({"text": 5}, "text"),
        ({"merchant_name": ""}, "merchant_name"),
        ({"hazards": ["suspected"]}, "hazards"),
        ({"person": {"name": "张"}}, "phone"),
        ({"person": {"name": "张", "phone": "123"}}, "person.phone"),
        ({"person": {"name": "张", "phone": "<script>"}}, "person.phone"),
        ({"person": {"name": "张", "email": "not one"}}, "person.email"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**15}, "amount"),
        ({"amount": 12.5}, "amount"),
        ({"amount": "=1+1"}, "amount"),
        ({"currency": "XYZ"}, "currency"),
        ({"happened_on": "2099-01-01"}, "happened_on"),
        ({"happened_on": "yesterday"}, "happened_on"),
        ({"departs_at": "1999-01-01T00:00:00Z"}, "departs_at"),
        ({"departs_at": "2199-01-01T00:00:00Z"}, "departs_at"),
        ({"industry": "fishing"}, "industry"),
        ({"remedies": ["revenge"]}, "remedies"),
        ({"licence_no": "911100000000000000"}, "licence_no"),
        ({"district": "atlantis"}, "district"),
        ({"is_admin": True}, "is_admin"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_named_by_field_and_nothing_is_saved(client, session, hotline, change, field):
    answer = client.post(URL, json={**BODY, **change}, headers=hotline)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in answer.json["errors"]
    assert count(session) == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "{not json", "content_type": "application/json"}, 400),
        ({"data": b"\xff\xfe\x00", "content_type": "application/json"}, 400),
        ({"json": []}, 422),
        ({"json": "text"}, 422),
        ({"data": "x" * 1_100_000, "content_type": "application/json"}, 413),
    ],
    ids=["broken", "not utf-8", "a list", "a string", "too large"],
)
def test_rubbish_is_refused_as_a_problem(client, session, hotline, sent, status):
    answer = client.post(URL, headers=hotline, **sent)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "text",
    ["😀𠮷野家的饭里有虫子，𪚥", "<script>alert(1)</script> 不退款", "=HYPERLINK(1) 退款", "很" * 10_000],
)
def test_odd_text_is_taken_as_it_is(client, session, hotline, text):
    answer = client.post(URL, json={**BODY, "text": text}, headers=hotline)

    assert answer.status_code == 201
    assert session.scalar(select(Complaint.body)) == text


def test_the_same_key_gives_the_same_answer_and_one_complaint(client, session, hotline):
    headers = {**hotline, "Idempotency-Key": "a-1"}

    first = client.post(URL, json=BODY, headers=headers)
    second = client.post(URL, json=BODY, headers=headers)

    assert second.status_code == 201
    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count(session) == 1


def test_the_same_key_with_another_body_is_refused(client, session, hotline):
    headers = {**hotline, "Idempotency-Key": "a-1"}
    client.post(URL, json=BODY, headers=headers)

    answer = client.post(URL, json={**BODY, "amount": 1}, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (409, "key_reused")
    assert count(session) == 1


def test_a_failed_request_forgets_its_key(client, session, hotline):
    headers = {**hotline, "Idempotency-Key": "a-1"}
    assert client.post(URL, json={**BODY, "happened_on": "2099-01-01"}, headers=headers).status_code == 422

    assert client.post(URL, json=BODY, headers=headers).status_code == 201


def test_one_callers_keys_are_not_anothers(client, session, hotline, shops_key):
    client.post(URL, json=BODY, headers={**hotline, "Idempotency-Key": "a-1"})

    answer = client.post(URL, json=BODY, headers={**shops_key, "Idempotency-Key": "a-1"})

    assert "Idempotency-Replayed" not in answer.headers


def test_the_callers_own_number_is_taken_once(client, session, hotline):
    body = {**BODY, "source_ref": "hot-7"}
    assert client.post(URL, json=body, headers=hotline).status_code == 201

    answer = client.post(URL, json=body, headers=hotline)

    assert (answer.status_code, answer.json["code"]) == (409, "filed_before")
    assert count(session) == 1


def test_pages_follow_each_other_without_gap_or_repeat(client, session, shop, shops_key):
    for _ in range(7):
        lodged(session, merchant=shop)
    session.commit()

    seen, after = [], ""
    while True:
        page = client.get(f"{URL}?limit=3&after={after}", headers=shops_key).json
        seen += [complaint["receipt"] for complaint in page["complaints"]]
        after = page["next"]
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 7


def test_a_merchant_sees_its_own_and_nobody_elses(client, session, shop, shops_key):
    mine = lodged(session, merchant=shop).complaint.receipt
    others = lodged(session, merchant=a_shop(session)).complaint.receipt
    session.commit()

    assert client.get(f"{URL}/{mine}", headers=shops_key).status_code == 200
    assert client.get(f"{URL}/{others}", headers=shops_key).status_code == 404
    assert [c["receipt"] for c in client.get(URL, headers=shops_key).json["complaints"]] == [mine]


def test_no_contact_data_reaches_the_merchant(client, session, shop, shops_key):
    receipt = lodged(session, merchant=shop).complaint.receipt
    session.commit()

    text = client.get(f"{URL}/{receipt}", headers=shops_key).get_data(as_text=True)

    for personal in ("张小明", "13800138000", "reader@people.example"):
        assert personal not in text


def test_the_merchant_offers_and_the_consumers_counter_is_taken_by_api(client, session, shop, shops_key):
    complaint = lodged(session, merchant=shop).complaint
    session.commit()
    url = f"{URL}/{complaint.receipt}"
    terms = {"remedies": ["refund"], "amount": 2000, "perform_by": "2100-01-01"}
    assert client.post(f"{url}/offers", json=terms, headers=shops_key).status_code == 422

    done = client.post(f"{url}/accept", json={"perform_by": soon()}, headers=shops_key)

    assert done.status_code == 201
    assert done.json["status"] == "agreed"
    assert session.scalar(select(Agreement.status)) is AgreementStatus.PERFORMING
    again = client.post(f"{url}/accept", json={"perform_by": soon()}, headers=shops_key)
    assert again.status_code == 409


def soon():
    return (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


def test_go_to_the_manufacturer_is_refused_by_api_too(client, session, shop, shops_key):
    receipt = lodged(session, merchant=shop).complaint.receipt
    session.commit()

    answer = client.post(f"{URL}/{receipt}/answers", json={"reason": "请联系厂家"}, headers=shops_key)

    assert answer.status_code == 422
    assert "reason" in answer.json["errors"]


def test_staff_do_not_answer_for_the_merchant(client, session, shop):
    complaint = lodged(session, merchant=shop).complaint
    officer = a_user(session, Role.OFFICER, department=complaint.department)
    headers = key_for(session, officer)

    answer = client.post(f"{URL}/{complaint.receipt}/accept", json={"perform_by": soon()}, headers=headers)

    assert answer.status_code == 403


def test_the_classifier_answers_and_stores_nothing(client, session, hotline):
    answer = client.post("/api/v1/suggestions", json={"text": BODY["text"]}, headers=hotline)

    assert answer.status_code == 200
    assert set(answer.json) == set(SuggestionOut().fields)
    for name in ("", "issue_", "urgency_"):
        assert 0 <= answer.json[f"{name}second_confidence"] <= answer.json[f"{name}confidence"] <= 1
        assert all(BODY["text"][e["start"] : e["end"]] == e["words"] for e in answer.json[f"{name}evidence"])


@pytest.mark.parametrize("path", ["complaints?staus=triage", "merchants?q=x&limt=3"])
def test_a_misspelt_question_is_refused_by_name(client, hotline, path):
    answer = client.get(f"/api/v1/{path}", headers=hotline)

    assert answer.status_code == 422
    [(name, said)] = answer.json["errors"].items()
    assert name in path
    assert said == ["没有这一项。"]


def test_merchants_are_found_by_a_piece_of_their_name(client, session, hotline, shop):
    merchants.make_findable(shop)
    session.commit()

    found = client.get("/api/v1/merchants?q=好邻居", headers=hotline).json["merchants"]

    assert [merchant["name"] for merchant in found] == [shop.name]


def test_the_document_describes_every_route(client):
    document = client.get("/api/openapi.json").json

    assert document["openapi"] == "3.1.0"
    rules = {
        rule.rule.replace("<string:", "{").replace("<int:", "{").replace(">", "}")
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }
    assert set(document["paths"]) == rules
