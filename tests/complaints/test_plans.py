"""What PostgreSQL does for lists and search once tables are large: it goes by an index and never through everything."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from complaints import case_file, lists, overview, search
from complaints.actors import Actor
from complaints.lists import Cursor, Filters, Tab
from models import db
from models.codes import Industry, Role, Status
from models.complaint import Complaint
from tests.factories import NOW, a_department, a_user, lodged

ROWS = 5_000
LARGE = {"complaints", "deadlines", "events"}
COPIED = """
INSERT INTO complaints ({names})
SELECT {values} FROM complaints c, generate_series(1, {rows}) n WHERE c.id = {id}
"""
CHANGED = {
    "id": "{id} + n",
    "receipt": "'X' || n",
    "department_id": "(SELECT d[1 + n % cardinality(d)] FROM (SELECT array_agg(id) d FROM departments) x)",
    "closed_at": "CASE WHEN n % 2 = 0 THEN c.submitted_at END",
    "outcome": "CASE WHEN n % 2 = 0 THEN 'refunded' END",
    "status": "CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'accepted' END",
    "due_at": "CASE WHEN n % 2 = 1 THEN c.submitted_at + n * interval '1 minute' END",
    "industry": "(ARRAY['catering','ecommerce','other'])[1 + n % 3]",
}


@pytest.fixture
def large(session):
    """Tables as they are after years, as far as the planner can tell."""
    first = lodged(session, district="haidian", opts_in=False).complaint
    names = [column.name for column in Complaint.__table__.columns]
    values = [CHANGED.get(name, f"c.{name}").replace("{id}", str(first.id)) for name in names]
    statement = COPIED.format(names=", ".join(names), values=", ".join(values), rows=ROWS, id=first.id)
    session.execute(text(statement))
    for table in ("deadlines", "events"):
        columns = [c.name for c in db.metadata.tables[table].columns if c.name != "id"]
        picked = ["n.id" if name == "complaint_id" else f"t.{name}" for name in columns]
        session.execute(
            text(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(picked)} FROM {table} t, complaints n"
                f" WHERE t.id = (SELECT min(id) FROM {table} WHERE complaint_id = {first.id}) AND n.id <> {first.id}"
            )
        )
    session.execute(text("ANALYZE"))
    return first


@pytest.fixture
def officer(session):
    office = a_department(session, "market-haidian")
    user = a_user(session, Role.OFFICER, department=office)
    return Actor(Role.OFFICER, user.id, department_id=office.id, departments=frozenset({office.id}))


@pytest.fixture
def supervisor(session):
    ids = [id_ for (id_,) in session.execute(text("SELECT id FROM departments"))]
    user = a_user(session, Role.SUPERVISOR, department_id=ids[0])
    return Actor(Role.SUPERVISOR, user.id, department_id=ids[0], departments=frozenset(ids))


@pytest.fixture
def statements(session):
    """Every statement sent to the database from here on, with its values."""
    sent = []

    def note(connection, cursor, statement, values, context, many):
        sent.append((statement, values))

    event.listen(session.connection(), "before_cursor_execute", note)
    yield sent
    event.remove(session.connection(), "before_cursor_execute", note)


def read_through(session, statements):
    """The large tables that any of `statements` reads from one end to the other."""
    cursor = session.connection().connection.cursor()
    found = []
    for statement, values in list(statements):
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        found += [node["Relation Name"] for node in nodes(cursor.fetchone()[0][0]["Plan"]) if is_scan(node)]
    return [name for name in found if name in LARGE]


def nodes(node):
    yield node
    for below in node.get("Plans", []):
        yield from nodes(below)


def is_scan(node):
    return node["Node Type"] == "Seq Scan"


FILTERS = [
    Filters(),
    Filters(industry=Industry.CATERING, status=Status.MEDIATING, district="yanqing", level=5),
]
MARKS = [None, Cursor(NOW + timedelta(hours=9), 40), Cursor(NOW, 40, is_back=True)]
WORDS = ["钢丝球", "丝钢", "不 了", "退款 月嫂", "龘龘", "iphone"]


def test_no_list_reads_a_large_table_through(session, large, officer, supervisor, statements):
    for actor in (officer, supervisor):
        for tab in Tab:
            for filters in FILTERS:
                for cursor in MARKS:
                    lists.page(session, actor, tab, filters, cursor, now=NOW)
        lists.counts(session, actor, now=NOW)
        overview.ahead(session, actor, now=NOW)
        overview.unreached(session, actor, now=NOW)

    assert read_through(session, statements) == []


def test_no_search_and_no_complaint_reads_a_large_table_through(
    session, large, officer, supervisor, statements
):
    for actor in (officer, supervisor):
        for words in WORDS:
            for is_back in (False, True):
                search.page(session, actor, words, [], Cursor(None, large.id + 2_000, is_back))
        search.page(session, actor, WORDS[0], [], None)
    case_file.read(session, officer, large.receipt)

    assert read_through(session, statements) == []


def test_one_complaint_is_read_in_six_statements(session, statements):
    complaint = lodged(session).complaint
    receipt, office = complaint.receipt, complaint.department_id
    session.expunge_all()
    statements.clear()

    case_file.read(session, Actor(Role.OFFICER, departments=frozenset({office})), receipt)

    assert len(statements) == 6
