"""The desk's lists as officers see them: drawers, filters, saved lists, search, and how little they ask of the database."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from models.codes import Industry, Role, Status
from models.people import SavedFilter
from tests.factories import NOW, a_department, a_shop, a_suggestion, a_user, lodged
from web import desk_filters
from web.desk import TABS


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def office(session):
    return a_department(session, "market-haidian")


@pytest.fixture
def officer(session, sign_in, office):
    return sign_in(a_user(session, Role.OFFICER, department=office, locale="en"))


@pytest.fixture
def filed(session, officer):
    """File a complaint that comes to the officer's office."""

    def file(**values):
        taken = lodged(session, district="haidian", opts_in=False, **values)
        session.commit()
        return taken.complaint

    return file


def receipts_on(page):
    return re.findall(r'class="receipt" translate="no">(GC\w+)<', page.text)


def link(page, words):
    return re.search(rf'href="([^"]+)"[^>]*>(?:<[^>]+>)*{words}', page.text)[1].replace("&amp;", "&")


def test_what_is_due_first_stands_first(client, session, filed):
    soon, late = filed(), filed()
    late.due_at = NOW - timedelta(days=2)
    session.commit()

    page = client.get("/desk")

    assert receipts_on(page) == [late.receipt, soon.receipt]
    assert "overdue by 2 days" in page.text


@pytest.mark.parametrize("tab", [*TABS, "nonsense"])
def test_an_empty_drawer_says_what_to_do(client, officer, tab):
    page = client.get(f"/desk?tab={tab}")

    assert page.status_code == 200
    assert 'class="empty-title"' in page.text


def test_drawers_that_should_be_empty_are_counted(client, filed):
    filed()
    filed(industry=None, suggestion=a_suggestion(abstained=True))

    page = client.get("/desk")

    assert re.search(r"Nobody(&#39;|')s yet<span class=\"count\">1<", page.text)


def test_filters_narrow_the_list_and_can_be_taken_away(client, filed):
    filed(industry=Industry.CATERING)
    card = filed(industry=Industry.PREPAID_CARD)

    page = client.get("/desk?industry=prepaid_card&level=0&district=haidian")

    assert receipts_on(page) == [card.receipt]
    assert link(page, "Prepaid cards") == "/desk?tab=open&level=0&district=haidian"


@pytest.mark.parametrize(
    "query",
    [
        "industry=x",
        "level=9",
        "level=-1",
        "level=１",
        "district=atlantis",
        "status=",
        "at=abc",
        "at=5.x",
        "tab[]=1",
        "q=%00",
    ],
)
def test_what_no_list_knows_is_passed_over(client, filed, query):
    complaint = filed()

    page = client.get(f"/desk?{query}")

    assert page.status_code == 200
    assert receipts_on(page) == [complaint.receipt]


def test_words_in_the_text_narrow_a_drawer(client, session, filed):
    filed()
    wanted = filed(body="理发店的卡退款被拒，已经三个月。")

    page = client.get("/desk?q=退款被拒")

    assert receipts_on(page) == [wanted.receipt]
    assert receipts_on(client.get("/desk?tab=ended&q=退款被拒")) == []


def test_pages_lead_on_and_back(client, filed, monkeypatch):
    monkeypatch.setattr("complaints.lists.PAGE", 2)
    monkeypatch.setattr("complaints.lists.page.__kwdefaults__", {"options": (), "limit": 2})
    every = [filed().receipt for _ in range(5)]

    first = client.get("/desk?tab=all")
    second = client.get(link(first, "Next page"))
    third = client.get(link(second, "Next page"))
    back = client.get(link(third, "(?:<svg.*?</svg>)?Previous page"))

    pages = [receipts_on(page) for page in (first, second, third)]
    assert [receipt for page in pages for receipt in page] == every[::-1]
    assert receipts_on(back) == pages[1]


def test_a_list_is_kept_used_and_forgotten(client, session, officer, filed):
    filed()
    query = "tab=mine&industry=catering&unknown=1"

    kept = client.post("/desk/filters", data={"name": " 我的餐饮 ", "query": query})

    assert kept.location == "/desk?tab=mine&industry=catering"
    (row,) = session.query(SavedFilter).all()
    assert (row.user_id, row.name, row.query) == (officer.id, "我的餐饮", "tab=mine&industry=catering")
    assert "我的餐饮" in client.get("/desk").text

    client.post("/desk/filters", data={"name": "我的餐饮", "query": "tab=overdue"})
    assert [row.query for row in session.query(SavedFilter)] == ["tab=overdue"]

    for _ in range(2):  # what is gone is gone
        assert client.post(f"/desk/filters/{row.id}/delete").status_code == 303
    assert session.query(SavedFilter).count() == 0


@pytest.mark.parametrize("name", ["", "   ", "长" * 61])
def test_a_list_without_a_proper_name_is_not_kept(client, session, officer, name):
    assert client.post("/desk/filters", data={"name": name, "query": ""}).status_code == 422
    assert session.query(SavedFilter).count() == 0


def test_there_is_an_end_to_keeping(client, session, officer, monkeypatch):
    monkeypatch.setattr(desk_filters, "MOST_SAVED", 1)
    client.post("/desk/filters", data={"name": "一", "query": ""})

    assert client.post("/desk/filters", data={"name": "二", "query": ""}).status_code == 409


def test_a_list_of_somebody_else_is_neither_shown_nor_forgotten(client, session, officer):
    other = a_user(session, Role.OFFICER, department_id=officer.department_id)
    row = SavedFilter(user_id=other.id, name="别人的", query="", created_at=NOW)
    session.add(row)
    session.commit()

    assert "别人的" not in client.get("/desk").text
    client.post(f"/desk/filters/{row.id}/delete")
    assert session.query(SavedFilter).count() == 1


def test_search_finds_by_words(client, filed):
    filed()
    wanted = filed(body="买的 iPhone15退款一直没到账。")

    assert receipts_on(client.get("/desk/search?q=iPhone15退款")) == [wanted.receipt]
    assert receipts_on(client.get("/desk/search?q=iphone&industry=ecommerce")) == []
    assert "Nothing found" in client.get("/desk/search?q=龘").text
    assert "What are you looking for?" in client.get("/desk/search").text


def test_a_receipt_leads_straight_to_its_complaint(client, filed):
    complaint = filed()
    typed = f"{complaint.receipt[:4].lower()}-{complaint.receipt[4:]}"

    answer = client.get("/desk/search", query_string={"q": typed})

    assert answer.location == f"/desk/complaints/{complaint.receipt}"


def test_anothers_receipt_leads_nowhere(client, session, officer):
    theirs = lodged(session, district="yanqing", opts_in=False).complaint
    session.commit()

    page = client.get("/desk/search", query_string={"q": theirs.receipt})

    assert page.status_code == 200
    assert "Nothing found" in page.text


def test_what_was_typed_is_never_taken_for_markup(client, filed):
    filed(body="<script>alert(1)</script> 退款不给", merchant_name="<b>店</b>")

    for page in (client.get("/desk?q=<script>退款"), client.get("/desk/search?q=退款")):
        assert "<script>alert" not in page.text
        assert "<b>店" not in page.text


@pytest.fixture
def statements(session):
    sent = []

    def note(connection, cursor, statement, values, context, many):
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    yield sent
    event.remove(session.connection(), "before_cursor_execute", note)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
@pytest.mark.parametrize(
    "address", ["/desk", "/desk?tab=all&industry=catering", "/desk?q=退款", "/desk/search?q=退款"]
)
def test_a_list_page_asks_the_database_six_times_at_most(
    client, session, sign_in, office, statements, role, address
):
    most = 7 if (role, address) == (Role.SUPERVISOR, "/desk") else 6  # the figures above the list
    sign_in(a_user(session, role, department=office))
    for number in range(8):
        lodged(session, district="haidian", opts_in=False, body=f"第{number}次退款不给。")
    session.commit()
    session.expunge_all()
    statements.clear()

    page = client.get(address)

    assert page.status_code == 200
    assert len(statements) <= most


@pytest.mark.parametrize(("role", "most"), [(Role.OFFICER, 7), (Role.SUPERVISOR, 8)])
def test_one_complaint_asks_it_hardly_more_often(client, session, sign_in, office, statements, role, most):
    sign_in(a_user(session, role, department=office))
    receipt = lodged(session, district="haidian", opts_in=False, suggestion=a_suggestion()).complaint.receipt
    session.commit()
    session.expunge_all()
    statements.clear()

    page = client.get(f"/desk/complaints/{receipt}")

    assert page.status_code == 200
    assert len(statements) <= most


def test_a_page_of_many_statuses_and_levels_can_be_drawn(client, session, filed):
    for status in (Status.TRIAGE, Status.ACCEPTED, Status.SUSPENDED, Status.MEDIATING):
        complaint = filed()
        complaint.status, complaint.level = status, 4
    session.commit()

    for language in ("en", "zh_Hans_CN"):
        client.set_cookie("language", language)
        assert len(receipts_on(client.get("/desk"))) == 4


def test_the_page_says_why_an_unsure_reading_needed_no_person(client, session, officer):
    said = a_suggestion(
        industry=Industry.OTHER, second=Industry.CATERING, abstained=True, reason="close_call"
    )
    shop = a_shop(session, membership="none")
    complaint = lodged(session, suggestion=said, industry=None, merchant=shop, district="haidian").complaint
    session.commit()

    assert (
        "one of the two, so nobody had to sort it" in client.get(f"/desk/complaints/{complaint.receipt}").text
    )
