"""The page about the classifier: who sees it, what it says with nothing, with figures, and beyond the bounds."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask_babel import force_locale
from sqlalchemy import event

from complaints import drift
from models.codes import Industry, Role
from models.learning import ReadingDay, VocabularyDay
from tests.complaints.test_readings import decide, read_as
from tests.factories import NOW, a_department, a_suggestion, a_user, lodged
from web import learning

PAGE = "/oversight/classifier"
CATERING, CARD = Industry.CATERING, Industry.PREPAID_CARD


@pytest.fixture
def admin(session, sign_in, redis):
    return sign_in(a_user(session, Role.ADMIN, locale="en"))


@pytest.fixture
def supervisor(session, sign_in):
    return sign_in(a_user(session, Role.SUPERVISOR, department=a_department(session, "city-coordination")))


def today():
    return datetime.now(UTC).astimezone(learning.LAW_ZONE).date()


def counted(session, complaints=100, *, weeks_ago=0, said=CATERING, decided=CATERING, abstained=False):
    session.add(
        ReadingDay(
            day=today() - timedelta(weeks=weeks_ago),
            model_version="test",
            said=said,
            abstained=abstained,
            decided=decided,
            complaints=complaints,
        )
    )
    session.commit()


@pytest.mark.parametrize(
    ("role", "office", "status"),
    [
        (Role.ADMIN, None, 200),
        (Role.SUPERVISOR, "city-coordination", 200),
        (Role.SUPERVISOR, "market-city", 403),
        (Role.SUPERVISOR, "market-yanqing", 403),
        (Role.OFFICER, "city-coordination", 403),
        (Role.MEDIATOR, "panel-catering", 403),
        (Role.CONSUMER, None, 403),
    ],
)
def test_it_is_for_administrators_and_supervisors_of_the_whole_city(
    client, session, sign_in, role, office, status
):
    place = {"department": a_department(session, office)} if office else {}
    sign_in(a_user(session, role, **place))

    assert client.get(PAGE).status_code == status
    assert client.get(f"{PAGE}/confused/catering/prepaid_card").status_code == status


def test_only_who_may_look_is_shown_the_way(client, session, sign_in, supervisor):
    assert f'href="{PAGE}"' in client.get("/desk").text
    sign_in(a_user(session, Role.SUPERVISOR, department=a_department(session, "market-yanqing")))
    assert f'href="{PAGE}"' not in client.get("/desk").text


def test_before_anything_was_counted_the_page_says_so(client, admin):
    page = client.get(PAGE).text

    assert "Nothing has been counted yet" in page
    assert "<table" not in page


def test_figures_of_the_weeks_and_nothing_to_worry_about(client, session, admin):
    counted(session, 97)
    counted(session, 3, said=CARD, decided=CATERING)
    counted(session, 10, abstained=True, decided=CARD)
    counted(session, 50, decided=None, weeks_ago=11)

    page = client.get(PAGE).text

    assert "is beyond its bound" in page
    assert "97%" in page
    assert "of 100" in page


def test_what_is_beyond_its_bound_is_said_in_words_here_and_on_the_overview(client, session, admin):
    counted(session, 60)
    counted(session, 60, said=CARD, decided=CATERING)
    counted(session, 60, abstained=True)

    for address in (PAGE, "/admin"):
        page = client.get(address).text
        assert "Too much is sent the wrong way" in page
        assert "50% was read as people decided. At least 92% is wanted." in page
        assert "33% were left to people" in page
        assert "One industry is read badly" in page


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize("sign", drift.Sign)
def test_every_sign_has_words_with_its_figures(app, sign, language):
    with app.test_request_context(), force_locale(language):
        ((title, sentence),) = learning.in_words([drift.Alert(sign, 0.123, 0.25, CATERING)])

    assert title
    assert "12%" in sentence
    assert "25%" in sentence
    assert "%(" not in sentence


def test_unknown_words_are_shown_with_the_new_ones(client, session, admin):
    counted(session)
    row = {"texts": 300, "words": 6000, "unknown": 900, "usual": 0.06, "new_words": {"预制菜": 40, "盲盒": 2}}
    session.add(VocabularyDay(day=today() - timedelta(days=1), **row))
    session.commit()

    page = client.get(PAGE).text

    assert "Complaints use words the model has not learnt" in page
    assert "15%" in page
    assert "预制菜" in page
    assert "盲盒" not in page


def test_a_confused_pair_leads_a_supervisor_to_its_complaints(client, session, supervisor):
    complaint = read_as(session)
    complaint.suggestions[0].at = datetime.now(UTC)
    decide(session, complaint, CARD)
    counted(session, 1, decided=CARD)
    pair = f"{PAGE}/confused/catering/prepaid_card"

    assert pair in client.get(PAGE).text
    assert complaint.receipt in client.get(pair).text
    assert complaint.receipt not in client.get(f"{PAGE}/confused/prepaid_card/catering").text


def test_an_administrator_sees_figures_and_no_complaint(client, session, admin):
    complaint = read_as(session)
    complaint.suggestions[0].at = datetime.now(UTC)
    decide(session, complaint, CARD)
    counted(session, 1, decided=CARD)
    pair = f"{PAGE}/confused/catering/prepaid_card"

    assert pair not in client.get(PAGE).text
    assert complaint.receipt not in client.get(pair).text


@pytest.mark.parametrize("pair", ["catering/catering", "catering/nothing", "1/1"])
def test_a_pair_that_cannot_be_is_not_found(client, admin, pair):
    assert client.get(f"{PAGE}/confused/{pair}").status_code == 404


@pytest.fixture
def model(monkeypatch):
    """A model that was taught by officers an hour before NOW."""
    taught = {"taught": 7, "held_out": 2, "until": (NOW - timedelta(hours=1)).isoformat()}
    classes = {"catering": 30, "other": 70}
    record = {"examples": 5000, "classes": classes, "trained_at": NOW.isoformat(), "lessons": taught}
    ready = SimpleNamespace(version="20261123-040000-abcdef01", record=record)
    monkeypatch.setattr(learning.classifier, "model_in_use", lambda directory: ready)


def test_the_model_in_use_is_named_with_what_it_has_still_to_learn(client, session, admin, model):
    for _ in range(3):
        decide(session, lodged(session, suggestion=a_suggestion(), opts_in=False).complaint, CARD)
    counted(session)

    page = client.get(PAGE).text

    assert "20261123-040000-abcdef01" in page
    assert re.search(r"not learnt from yet</dt>\s*<dd>3</dd>", page)
    assert re.search(r"taught by officers</dt>\s*<dd>7</dd>", page)
    assert "30%" in page


def test_without_a_model_the_page_names_the_command_that_makes_one(client, admin, monkeypatch, tmp_path, app):
    monkeypatch.setitem(app.config, "MODEL_DIR", str(tmp_path))

    assert "flask classifier train" in client.get(PAGE).text


def test_the_page_asks_the_database_few_questions(client, session, admin):
    for weeks_ago in range(12):
        counted(session, weeks_ago=weeks_ago)
    statements = []
    event.listen(session.connection(), "before_cursor_execute", lambda *what: statements.append(what[2]))
    client.get(PAGE)

    assert sum("reading_days" in statement for statement in statements) == 2
    assert not any("suggestions" in statement or "FROM complaints" in statement for statement in statements)


def test_bounds_are_held_against_the_last_four_weeks_alone(client, session, admin):
    counted(session, 200, said=CARD, decided=CATERING, weeks_ago=drift.PERIOD)
    counted(session, 200)

    assert "Too much is sent" not in client.get(PAGE).text
