"""What every page carries: headers, languages, light, errors that lose nothing, files kept by hash."""

import logging
import re
from dataclasses import replace

import pytest
from flask import request
from marshmallow import Schema, fields, validate
from psycopg.errors import NotNullViolation, UniqueViolation
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app import create_app
from complaints.errors import Conflict, Gone, Invalid, NotAllowed, Refused, Unknown, WrongStatus
from models.codes import Role
from tests.factories import a_shop, a_user
from web.errors import STATUS
from web.security import MEGABYTE, body_limit, safe_next
from web.validation import form_again

PAGES = ("/", "/help", "/about", "/privacy", "/accessibility", "/for-merchants")
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.8"}


class ContactIn(Schema):
    name = fields.String(required=True, validate=validate.Length(min=2, max=20))
    year = fields.Integer(validate=validate.Range(min=2000))


@pytest.fixture(scope="module")
def shell(settings):
    """An application of its own with a few doors that lead to every kind of error."""
    app = create_app(settings)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)

    def contact():
        form_again(lambda errors: f"again {request.form['name']} {errors}")
        ContactIn().load(request.form.to_dict())
        raise Invalid("name", "too_long", most=20)

    def swallow():
        return {"size": len(request.get_data())}

    @body_limit(3 * MEGABYTE)
    def swallow_much():
        return swallow()

    app.add_url_rule("/fail/<kind>", "fail", fail, methods=["GET", "POST"])
    app.add_url_rule("/api/fail/<kind>", "api_fail", fail)
    app.add_url_rule("/contact", "contact", contact, methods=["POST"])
    app.add_url_rule(
        "/contact-only", "contact_only", lambda: ContactIn().load(request.form), methods=["POST"]
    )
    app.add_url_rule("/swallow", "swallow", swallow, methods=["POST"])
    app.add_url_rule("/swallow-much", "swallow_much", swallow_much, methods=["POST"])
    return app


FAILURES = {
    "unknown": Unknown(),
    "not-allowed": NotAllowed(),
    "wrong-status": WrongStatus(),
    "invalid": Invalid("name", "required"),
    "conflict": Conflict(),
    "gone": Gone(),
    "own-code": Conflict("a code nobody wrote words for"),
    "stale": StaleDataError("matched 0 rows"),
    "data": DataError("SELECT", {}, ValueError("out of range")),
    "taken": IntegrityError("INSERT", {}, UniqueViolation()),
    "broken": IntegrityError("INSERT", {}, NotNullViolation()),
    "away": OperationalError("SELECT :name", {"name": "a person's name"}, OSError("refused")),
    "bug": RuntimeError("a mistake of ours"),
}


def fail(kind):
    raise FAILURES[kind]


@pytest.fixture
def visitor(shell):
    return shell.test_client()


@pytest.fixture
def away(settings):
    """An application whose database does not answer."""
    return create_app(replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_standing_pages_are_shown_in_each_language(client, path, language):
    answer = client.get(path, headers=language)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "绿色通道" in answer.text
    assert "Green Channel" in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/nothing-here"])
def test_every_answer_carries_the_policy(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])


@pytest.mark.parametrize("path", [*PAGES, "/nothing-here"])
def test_no_page_needs_what_the_policy_forbids(client, path):
    text = client.get(path).text
    assert not re.search(r"<[^>]+\s(style|on\w+)=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


@pytest.mark.usefixtures("limits")
def test_only_production_insists_on_tls(settings, client):
    in_production = create_app(replace(settings, environment="production"))
    assert "Strict-Transport-Security" in in_production.test_client().get("/healthz").headers
    assert in_production.config["SESSION_COOKIE_SECURE"] is True
    assert in_production.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_the_session_cookie_is_out_of_reach_of_scripts(client):
    cookie = client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_files_are_kept_by_their_hash_and_asked_for_again_without(client):
    address = re.search(r'href="(/static/css/app\.css\?v=[0-9a-f]{10})"', client.get("/").text)[1]
    with client.get(address) as kept, client.get("/static/css/app.css") as asked_for_again:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert asked_for_again.headers["Cache-Control"] == "no-cache"


def test_another_content_has_another_address(shell, tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "static_folder", str(tmp_path))
    static_url = shell.jinja_env.globals["static_url"]
    addresses = []
    for content in ("one", "another"):
        (tmp_path / "some.css").write_text(content)
        with shell.test_request_context():
            addresses.append(static_url("some.css"))
    assert addresses[0] != addresses[1]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("zh-CN,zh;q=0.9", "zh-Hans-CN"),
        ("zh-Hans-CN", "zh-Hans-CN"),
        ("zh-TW", "zh-Hans-CN"),
        ("en-US,en;q=0.5", "en"),
        ("fr,en;q=0.3", "en"),
        ("ko", "zh-Hans-CN"),
        ("", "zh-Hans-CN"),
        ("nonsense;;q=x", "zh-Hans-CN"),
    ],
)
def test_the_browser_is_asked_for_its_language(client, asked, answered):
    assert f'<html lang="{answered}" dir="ltr">' in client.get("/", headers={"Accept-Language": asked}).text


def test_a_choice_of_language_stays_and_leads_back(client):
    answer = client.post("/language", data={"language": "en", "next": "/help"}, headers=CHINESE)
    assert answer.status_code == 303
    assert answer.location == "/help"
    assert '<html lang="en"' in client.get("/help", headers=CHINESE).text


def test_a_language_we_do_not_speak_changes_nothing(client):
    client.post("/language", data={"language": "../../etc"})
    assert '<html lang="en"' in client.get("/", headers=ENGLISH).text


def test_the_language_of_the_account_counts_before_the_browsers(client, session, sign_in):
    person = sign_in(a_user(session, Role.CONSUMER, locale="en"))
    assert '<html lang="en"' in client.get("/", headers=CHINESE).text

    client.post("/language", data={"language": "zh_Hans_CN"})
    session.refresh(person)
    assert person.locale == "zh_Hans_CN"


@pytest.mark.parametrize("light", ["auto", "light", "dark"])
def test_the_light_is_chosen_without_script(client, light):
    client.post("/theme", data={"theme": light})
    text = client.get("/").text
    assert ("dark.css" in text) is (light != "light")
    assert ("prefers-color-scheme" in text) is (light == "auto")


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/help", True),
        ("/help?page=2#top", True),
        ("", False),
        (None, False),
        ("https://elsewhere.example/", False),
        ("//elsewhere.example/", False),
        ("/\\elsewhere.example", False),
        ("/help\\..\\x", False),
        ("/\t/elsewhere.example", False),
        ("/help\r\nSet-Cookie: a=b", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_form_leads_only_to_our_own_pages(target, followed):
    assert safe_next(target, "/") == (target if followed else "/")


def test_every_kind_of_refusal_has_a_status_code():
    assert set(STATUS) == set(Refused.__subclasses__())


@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("unknown", 404, "无权查看"),
        ("not-allowed", 403, "不能办理"),
        ("wrong-status", 409, "下一步"),
        ("invalid", 422, "请填写这一项"),
        ("conflict", 409, "冲突"),
        ("gone", 410, "过期"),
        ("own-code", 409, "冲突"),
        ("stale", 409, "改动"),
        ("taken", 409, "改动"),
        ("broken", 500, "我们出错了"),
        ("data", 404, "这里什么也没有"),
        ("away", 503, "数据库暂时没有响应"),
        ("bug", 500, "我们出错了"),
    ],
)
def test_each_failure_has_its_status_and_a_sentence(visitor, kind, status, says):
    page = visitor.get(f"/fail/{kind}", headers=CHINESE)
    assert page.status_code == status
    assert says in page.text
    assert "<h1" in page.text

    problem = visitor.get(f"/api/fail/{kind}", headers=ENGLISH)
    assert problem.status_code == status
    assert problem.mimetype == "application/problem+json"
    assert problem.json["status"] == status
    assert problem.json["title"]


def test_htmx_gets_a_fragment_for_the_corner_of_the_page(visitor):
    answer = visitor.get("/fail/conflict", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nothing-here", "GET", 404), ("/healthz", "POST", 405), ("/api/nothing-here", "GET", 404)],
)
def test_strangers_paths_and_methods(visitor, path, method, status):
    answer = visitor.open(path, method=method)
    assert answer.status_code == status
    assert (answer.mimetype == "application/problem+json") is path.startswith("/api/")


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/help/", "/help"),
        ("/desk/?tab=overdue&q=%E9%9D%A2", "/desk?tab=overdue&q=%E9%9D%A2"),
        ("/desk//", "/desk"),
    ],
)
def test_a_slash_too_much_behind_a_page_leads_to_the_page(visitor, asked, led_to):
    answer = visitor.get(asked)

    assert (answer.status_code, answer.headers["Location"]) == (308, led_to)


@pytest.mark.parametrize(
    ("role", "page"), [(Role.MERCHANT, "/merchant"), (Role.ADMIN, "/admin"), (Role.ADMIN, "/admin/log")]
)
def test_it_does_for_people_signed_in_too(client, session, sign_in, role, page):
    sign_in(a_user(session, role, merchant=a_shop(session) if role is Role.MERCHANT else None))

    answer = client.get(f"{page}/")

    assert (answer.status_code, answer.headers["Location"]) == (308, page)


@pytest.mark.parametrize(("path", "led_to"), [("//help/", "/help"), ("//elsewhere.example/", None)])
def test_two_slashes_in_front_lead_to_no_other_host(visitor, path, led_to):
    answer = visitor.get("/", environ_overrides={"PATH_INFO": path})

    assert answer.headers.get("Location") == led_to


@pytest.mark.parametrize(
    ("path", "method"),
    [("/nothing-here/", "GET"), ("/desk/", "POST"), ("/swallow/", "GET")],
)
def test_it_leads_nowhere_else_and_carries_no_form(visitor, path, method):
    assert visitor.open(path, method=method).status_code == 404


def test_a_wrong_method_says_which_are_right(visitor):
    assert "GET" in visitor.post("/healthz").headers["Allow"]


def test_a_form_with_mistakes_comes_back_filled(visitor):
    answer = visitor.post("/contact", data={"name": "x" * 30, "year": "1999"}, headers=CHINESE)
    assert answer.status_code == 422
    assert "again xxx" in answer.text
    assert "请写 2 到 20 个字。" in answer.text
    assert "不能小于 2000。" in answer.text


def test_what_only_the_rules_find_comes_back_the_same_way(visitor):
    answer = visitor.post("/contact", data={"name": "王小明"}, headers=CHINESE)
    assert answer.status_code == 422
    assert answer.text == "again 王小明 {'name': ['最多写 20 个字。']}"


def test_a_view_without_a_way_back_still_says_what_is_wrong(visitor):
    answer = visitor.post("/contact-only", data={}, headers=CHINESE)
    assert answer.status_code == 422
    assert "请填写这一项。" in answer.text


def test_a_database_that_is_away_asks_to_come_back(away, caplog):
    with caplog.at_level(logging.ERROR, "web.errors"):
        answer = away.test_client().get("/readyz", headers=CHINESE)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "数据库暂时没有响应" in answer.text
    assert [record.message for record in caplog.records if record.name == "web.errors"]


def test_a_database_that_is_away_is_told_to_people_signed_in_too(away):
    visitor = away.test_client()
    with visitor.session_transaction() as kept:
        kept["_user_id"] = "1"
    assert visitor.get("/").status_code == 503


def test_the_log_of_a_lost_database_names_nobody(visitor, caplog):
    visitor.get("/fail/away")
    assert "a person's name" not in caplog.text


def test_alive_is_told_without_the_database(away):
    assert away.test_client().get("/healthz").json == {"status": "ok"}


def test_ready_is_told_with_it(client):
    assert client.get("/readyz").json == {"status": "ok", "database": "ok"}


def test_a_large_body_is_refused_unless_the_view_says_otherwise(visitor):
    body = b"x" * (2 * MEGABYTE)
    assert visitor.post("/swallow", data=body).status_code == 413
    assert visitor.post("/swallow-much", data=body).json == {"size": len(body)}
    assert visitor.post("/swallow-much", data=body * 2).status_code == 413


def test_a_form_of_a_hundred_thousand_signs_is_read(visitor):
    answer = visitor.post("/contact", data={"name": "长" * 100_000}, headers=CHINESE)
    assert answer.status_code == 422


def test_pages_of_somebody_signed_in_are_not_left_behind(client, session, sign_in):
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    sign_in(a_user(session, Role.CONSUMER))
    assert client.get("/").headers["Cache-Control"] == "private, no-store"


def test_a_form_whose_pass_ran_out_can_be_sent_again_with_nothing_lost(committed):
    visitor = committed.test_client()
    stale = {"language": "en", "next": "/help", "csrf_token": "old", "password": "hush", "list": ["a", "b"]}
    answer = visitor.post("/language", data=stale, headers={**CHINESE, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    page = answer.text.split("<main")[1].split("</main>")[0]
    assert 'action="/language"' in page
    kept = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    assert {("language", "en"), ("next", "/help"), ("list", "a"), ("list", "b")} <= set(kept)
    assert "hush" not in answer.text
    assert 'type="password" id="f-password"' in page

    assert visitor.post("/language", data=dict(kept)).location == "/help"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}],
    ids=["the browser says so", "another origin", "silence"],
)
def test_a_form_from_elsewhere_is_not_offered_again(committed, headers):
    answer = committed.test_client().post("/language", data={"language": "en"}, headers=headers)
    assert answer.status_code == 400
    assert 'value="en"' not in answer.text.split("<main")[1].split("</main")[0]


def test_members_find_their_sign_in_at_the_entrance_for_merchants(client, session):
    page = client.get("/for-merchants", headers={"Accept-Language": "en"}).text

    assert "Members sign in" in page
    assert "/sign-in?next=/merchant" in page
