"""What must not creep up: statements, queue commands, and how lists are read. Counted, never timed."""

import itertools
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from app import create_app
from bench import loader
from bench.s4_lists import FILTERS, SCANS, people, plan
from complaints import bulk, due, lists, merchant_inbox, overview, rulebook, search
from complaints.actors import SYSTEM
from complaints.lists import Tab
from jobs import escalation as sweeps
from models import db
from models.codes import Role
from tests.conftest import forget
from tests.factories import NOW, a_filing, a_shop, a_suggestion, a_user, lodged
from tests.web.test_api import BODY, URL, key_for

DAY = timedelta(days=1)
STORED = 20_000
# By how many things a list is narrowed to. Most is read where two are rare together.
PAGES_READ = {0: 20, 1: 120, 2: 200, 3: 20}


@pytest.fixture
def statements():
    """Every statement from now on, with what it was given."""
    seen, engine = [], db.engine

    def keep(connection, cursor, statement, parameters, *rest):
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    yield seen
    event.remove(engine, "before_cursor_execute", keep)


def test_an_intake_by_api_takes_three_statements(client, session, statements):
    key = key_for(session, a_user(session, department_id=1))
    client.post(URL, json=BODY, headers={**key, "Idempotency-Key": "first"})
    statements.clear()

    client.post(URL, json=BODY, headers={**key, "Idempotency-Key": "second"})

    assert len([one for one, _ in statements if "SAVEPOINT" not in one]) <= 3


@pytest.mark.usefixtures("session")
def test_a_thousand_imported_at_once_cost_as_many_statements_as_one(statements):
    session = db.session()
    run = bulk.Run(SYSTEM, NOW, rulebook.current(session), rulebook.routes(session), b"pepper")
    statements.clear()

    bulk.lodge(session, [(a_filing(), None)] * 1_000, run)

    assert len(statements) == 1  # the ids; the rows go in by COPY, once a table


def test_a_sweep_of_many_costs_as_many_statements_as_one_of_few(session, statements):
    counts = []
    for many in (3, 40):
        shop = a_shop(session)
        for _ in range(many):
            lodged(session, merchant=shop)
        session.commit()
        session.expunge_all()
        sweeps.sweep((NOW - DAY).isoformat())
        statements.clear()
        assert sweeps.sweep((NOW + DAY).isoformat())["acted"] >= many
        counts.append(len([one for one, _ in statements if "SAVEPOINT" not in one]))

    assert counts[0] == counts[1] <= 30


def test_a_page_of_a_complaint_costs_the_same_however_often_it_was_read_anew(
    client, session, statements, sign_in
):
    complaint = lodged(session, opts_in=False, suggestion=a_suggestion()).complaint
    sign_in(a_user(session, Role.OFFICER, department_id=complaint.department_id))
    id_, page = complaint.id, f"/desk/complaints/{complaint.receipt}"
    counts = []
    for more in (1, 30):
        session.add_all(a_suggestion(complaint_id=id_) for _ in range(more))
        session.commit()
        session.expunge_all()
        statements.clear()
        assert client.get(page).status_code == 200
        counts.append(len([one for one, _ in statements if "SAVEPOINT" not in one]))
        assert not [one for one, _ in statements if "JOIN suggestions" in one]

    assert counts[0] == counts[1] <= 7


def test_a_burst_of_complaints_is_hurried_once(committed, redis):
    with committed.app_context():
        key = key_for(db.session(), a_user(db.session(), department_id=1))
    client = committed.test_client()
    before = redis.info("stats")["total_commands_processed"]

    for number in range(10):
        answer = client.post(URL, json=BODY, headers={**key, "Idempotency-Key": f"burst {number}"})
        assert answer.status_code == 201

    assert redis.info("stats")["total_commands_processed"] - before < 40
    assert redis.llen("rq:queue:notices") <= 3


@pytest.fixture(scope="module")
def town(servers, settings):
    """A database with enough in it for PostgreSQL to mind how it is read."""
    app = create_app(replace(settings, database_url=servers.make("gates")))
    with app.app_context():
        loader.load(db.session(), STORED, datetime.now(UTC), mixed=True)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        yield app
        db.session.remove()
    forget(app)
    servers.administer("DROP DATABASE gates WITH (FORCE)")


def whole_tables(statements):
    return [(scan, one) for one, given in list(statements) for scan in SCANS if scan in plan(one, given)]


def rows_read(statements):
    """How many complaints were looked at, in an index or in the table."""
    read = 0
    for statement, given in list(statements):
        analysed = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
        (whole,) = db.session.connection().exec_driver_sql(analysed, given).scalar()
        read += sum(
            looked_at(node) for node in nodes(whole["Plan"]) if node.get("Relation Name") == "complaints"
        )
    return read


def most_read(narrowed):
    asked = [value for value in astuple(FILTERS[narrowed]) if value is not None]
    return PAGES_READ[len(asked)] * lists.PAGE


def looked_at(node):
    return node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))


def nodes(node):
    yield node
    for below in node.get("Plans", []):
        yield from nodes(below)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("who", ["officer", "district", "city"])
def test_no_list_of_the_desk_reads_a_whole_table(who, statements):
    actor, now = people()[who], datetime.now(UTC)
    statements.clear()

    for tab, filters in itertools.product(Tab, FILTERS.values()):
        lists.page(db.session(), actor, tab, filters, None, now=now)
    lists.counts(db.session(), actor, now=now)

    assert len(statements) <= len(Tab) * len(FILTERS) + 1  # a first page takes a single one
    assert whole_tables(statements) == []


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("narrowed", FILTERS)
@pytest.mark.parametrize("who", ["officer", "district", "city"])
def test_no_list_of_the_desk_reads_more_than_some_pages(who, narrowed, statements):
    actor, now = people()[who], datetime.now(UTC)

    for tab in Tab:
        statements.clear()
        lists.page(db.session(), actor, tab, FILTERS[narrowed], None, now=now)
        assert rows_read(statements) <= most_read(narrowed), tab


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("who", ["district", "city"])
def test_the_figures_above_the_desk_take_one_statement_that_reads_little(who, statements):
    actor, now = people()[who], datetime.now(UTC)
    statements.clear()

    overview.ahead(db.session(), actor, now=now)

    asked = list(statements)
    assert len(asked) == 1
    assert whole_tables(asked) == []
    assert rows_read(asked) <= 3 * lists.MOST_COUNTED


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("tab", [Tab.OPEN, Tab.ENDED, Tab.ALL])
@pytest.mark.parametrize("narrowed", ["", ", one urgency", ", one district"])
def test_a_deep_page_of_the_city_is_one_statement_and_reads_no_more(tab, narrowed, statements):
    actor, now, at = people()["city"], datetime.now(UTC), None

    for _ in range(12):
        statements.clear()
        page = lists.page(db.session(), actor, tab, FILTERS[narrowed], at, now=now)
        assert len(statements) == 1
        assert rows_read(statements) <= most_read(narrowed)
        at = lists.Cursor.of(page.next)


@pytest.mark.usefixtures("town")
def test_no_list_of_a_merchant_reads_a_whole_table(statements):
    actor = people()["merchant"]
    statements.clear()

    for tab in merchant_inbox.Tab:
        merchant_inbox.page(db.session(), actor, tab)
    merchant_inbox.counts(db.session(), actor)

    assert whole_tables(statements) == []


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("words", ["退款", "合同编号17", "合同编号17 合同编号1801", "量子纠缠冰箱"])
def test_no_search_reads_a_whole_table(statements, words):
    actor = people()["city"]
    statements.clear()

    search.page(db.session(), actor, words, [], None)

    assert whole_tables(statements) == []


@pytest.mark.usefixtures("town")
def test_a_sweep_with_nothing_due_reads_by_its_index(statements):
    now = datetime.now(UTC) - 400 * DAY

    assert due.claim(db.session(), now, 500) == []
    assert due.claim_offers(db.session(), now, 500) == []

    assert whole_tables(statements) == []
