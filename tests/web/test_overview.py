"""Where a supervisor comes in: what is late first, with figures that lead to the lists, of their own offices alone."""

import re
from datetime import timedelta

import pytest

from models.codes import Recipient, Role
from tests.factories import NOW, a_department, a_suggestion, a_user, lodged


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def supervisor(session, sign_in):
    office = a_department(session, "market-haidian")
    return sign_in(a_user(session, Role.SUPERVISOR, department=office, locale="en"))


def filed(session, due_at, *, district="haidian", **values):
    complaint = lodged(session, district=district, opts_in=False, **values).complaint
    complaint.due_at = due_at
    session.commit()
    return complaint


def given_up(session, complaint, **values):
    """The first letter to the consumer never arrived."""
    letter = next(one for one in complaint.notices if one.recipient is Recipient.CONTACT)
    letter.dead_at = values.get("at", NOW)
    session.commit()


def figures(page):
    """The figures by their words, and where each leads."""
    found = re.findall(
        r'figure-value">(\d+)</p>\s*<p class="figure-words"><a href="([^"]+)">([^<]+)<', page.text
    )
    return {words: (int(value), url.replace("&amp;", "&")) for value, url, words in found}


def receipts_on(page):
    return re.findall(r'class="receipt" translate="no">(GC\w+)<', page.text)


@pytest.fixture
def town(session, supervisor):
    """One late, one due tonight, one tomorrow, one that waits to be sorted; and the same elsewhere."""
    unsure = a_suggestion(abstained=True)
    for district in ("haidian", "dongcheng"):
        made = [
            filed(session, NOW - timedelta(days=2), district=district),
            filed(session, NOW + timedelta(hours=11), district=district),
            filed(session, NOW + timedelta(hours=13), district=district),
        ]
        given_up(session, made[1])
        if district == "haidian":
            own = made
    unsorted = lodged(session, district="haidian", industry=None, opts_in=False, suggestion=unsure).complaint
    unsorted.department_id = supervisor.department_id
    unsorted.due_at = NOW + timedelta(days=1)
    session.commit()
    return own


def test_signing_in_leads_to_the_desk_with_what_is_late_first_and_the_figures(client, town):
    assert client.get("/sign-in").location == "/desk"
    page = client.get("/desk")

    assert receipts_on(page)[0] == town[0].receipt
    assert {words: number for words, (number, _) in figures(page).items()} == {
        "Overdue": 1,
        "Due today": 1,
        "To be sorted": 1,
        "Nobody's yet": 4,
        "Letters did not arrive": 1,
    }


def test_each_figure_leads_to_what_it_counts(client, town):
    late, tonight, _ = town
    ways = figures(client.get("/desk"))

    assert receipts_on(client.get(ways["Overdue"][1])) == [late.receipt]
    assert receipts_on(client.get(ways["Due today"][1]))[0] == tonight.receipt
    assert receipts_on(client.get(ways["Letters did not arrive"][1])) == [tonight.receipt]
    assert all(client.get(url).status_code == 200 for _, url in ways.values())


def test_what_was_given_up_long_ago_or_has_ended_is_no_news(client, session, town):
    given_up(session, town[1], at=NOW - timedelta(days=40))

    page = client.get("/desk/unreached")

    assert receipts_on(page) == []
    assert "Every letter arrived" in page.text


def test_an_officer_and_a_drawer_do_without_the_figures(client, session, sign_in, town):
    assert not figures(client.get("/desk?tab=overdue"))
    assert not figures(client.get("/desk?industry=catering"))
    sign_in(a_user(session, Role.OFFICER, department=a_department(session, "market-haidian")))
    assert not figures(client.get("/desk"))
