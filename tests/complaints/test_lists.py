"""The desk's lists: what is in which drawer, in which order, page by page without gap or repetition."""

from datetime import timedelta

import pytest

from complaints import lists, queries
from complaints.actors import Actor
from complaints.lists import Cursor, Filters, Tab
from models.codes import Industry, Lane, Outcome, Role, Status, Urgency
from models.complaint import Complaint
from tests.factories import NOW, a_department, a_user, lodged


@pytest.fixture
def office(session):
    return a_department(session, "market-haidian")


@pytest.fixture
def officer(session, office):
    user = a_user(session, Role.OFFICER, department=office)
    return Actor(Role.OFFICER, user.id, department_id=office.id, departments=frozenset({office.id}))


@pytest.fixture
def a_row(session, office):
    """Make a row as the lists see it: only what they look at matters."""

    def make(**values):
        complaint = lodged(session, district="haidian", opts_in=False).complaint
        given = {"department_id": office.id, "due_at": NOW + timedelta(days=1)} | values
        for name, value in given.items():
            setattr(complaint, name, value)
        session.flush()
        return complaint

    return make


def page(session, actor, tab=Tab.OPEN, filters=None, cursor=None, limit=25):
    return lists.page(session, actor, tab, filters or Filters(), cursor, now=NOW, limit=limit)


def in_drawer(session, actor, tab, **given):
    return list(page(session, actor, tab, **given).rows)


def ended(**values):
    return {
        "status": Status.CLOSED,
        "outcome": Outcome.REFUNDED,
        "closed_at": NOW - timedelta(days=1),
        "due_at": None,
        **values,
    }


def test_what_is_due_first_stands_first_and_what_stands_still_last(session, officer, a_row):
    still, late, soon = a_row(due_at=None), a_row(due_at=NOW - timedelta(hours=1)), a_row()
    a_row(**ended())

    assert in_drawer(session, officer, Tab.OPEN) == [late, soon, still]


def test_each_drawer_holds_what_it_says(session, officer, a_row):
    mine = a_row(officer_id=officer.user_id)
    late = a_row(due_at=NOW - timedelta(minutes=1), officer_id=officer.user_id)
    unsorted = a_row(status=Status.TRIAGE)
    done = a_row(**ended())
    before = a_row(**ended(closed_at=NOW - timedelta(days=9)))

    assert in_drawer(session, officer, Tab.MINE) == [late, mine]
    assert in_drawer(session, officer, Tab.UNASSIGNED) == [unsorted]
    assert in_drawer(session, officer, Tab.TRIAGE) == [unsorted]
    assert in_drawer(session, officer, Tab.OVERDUE) == [late]
    assert in_drawer(session, officer, Tab.ASKED) == []
    assert in_drawer(session, officer, Tab.ENDED) == [done, before]
    assert in_drawer(session, officer, Tab.ALL) == [before, done, unsorted, late, mine]


def test_counts_are_those_of_the_drawers_that_should_be_empty(session, officer, a_row):
    a_row(officer_id=officer.user_id)
    a_row(status=Status.TRIAGE, due_at=NOW)

    assert lists.counts(session, officer, now=NOW) == {
        Tab.MINE: 1,
        Tab.UNASSIGNED: 1,
        Tab.TRIAGE: 1,
        Tab.ASKED: 0,
        Tab.OVERDUE: 1,
        Tab.DANGER: 0,
        Tab.DOUBTED: 0,
    }


def test_counting_stops_where_the_number_means_no_more(session, officer, a_row, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for _ in range(5):
        a_row()

    assert lists.counts(session, officer, now=NOW)[Tab.UNASSIGNED] == 3


@pytest.mark.parametrize(
    ("filters", "values"),
    [
        (Filters(industry=Industry.PREPAID_CARD), {"industry": Industry.PREPAID_CARD}),
        (Filters(status=Status.ACCEPTED), {"status": Status.ACCEPTED}),
        (Filters(level=4), {"level": 4}),
        (Filters(level=0), {"level": 0}),
        (Filters(district="yanqing"), {"district": "yanqing"}),
        (Filters(urgency=Urgency.HIGH), {"urgency": Urgency.HIGH}),
        (Filters(lane=Lane.INTERNATIONAL), {"lane": Lane.INTERNATIONAL}),
        (Filters(industry=Industry.OTHER, level=5), {"industry": Industry.OTHER, "level": 5}),
    ],
    ids=str,
)
def test_a_filter_leaves_what_it_names(session, officer, a_row, filters, values):
    a_row(level=3, industry=Industry.CATERING)
    wanted = a_row(**values)

    assert in_drawer(session, officer, Tab.OPEN, filters=filters) == [wanted]
    assert in_drawer(session, officer, Tab.ALL, filters=filters) == [wanted]


@pytest.mark.parametrize("tab", [Tab.OPEN, Tab.ENDED, Tab.ALL])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.MEDIATOR])
def test_pages_forth_and_back_show_every_row_once_and_in_order(session, officer, a_row, tab, role):
    mediator = Actor(Role.MEDIATOR, a_user(session, Role.MEDIATOR, department_id=officer.department_id).id)
    actor = officer if role is Role.OFFICER else mediator
    for number in range(11):
        due = {"due_at": [None, NOW, NOW + timedelta(hours=number)][number % 3]}
        closing = ended(closed_at=NOW - timedelta(days=number // 2)) if tab is Tab.ENDED else due
        a_row(mediator_id=mediator.user_id, **closing)
    whole = in_drawer(session, actor, tab)
    assert len(whole) == 11

    forth, cursor = [], None
    while True:
        one = page(session, actor, tab, cursor=cursor, limit=3)
        forth.append(list(one.rows))
        if not one.next:
            break
        cursor = Cursor.of(one.next)
    assert [row for rows in forth for row in rows] == whole
    assert [len(rows) for rows in forth] == [3, 3, 3, 2]

    back = []
    while one.previous:
        one = page(session, actor, tab, cursor=Cursor.of(one.previous), limit=3)
        back.insert(0, list(one.rows))
    assert back == forth[:3]
    assert one.previous == ""
    assert one.next


def test_a_page_that_is_exactly_full_has_no_next_one(session, officer, a_row):
    a_row(), a_row()

    assert page(session, officer, limit=2).next == ""
    assert page(session, officer, limit=1).next


def test_rows_that_are_due_at_the_same_instant_are_kept_apart(session, officer, a_row):
    rows = [a_row(due_at=NOW) for _ in range(4)]

    first = page(session, officer, limit=2)
    second = page(session, officer, limit=2, cursor=Cursor.of(first.next))

    assert [*first.rows, *second.rows] == rows


@pytest.mark.parametrize(
    "typed", ["", "x", "5", "5.x", "--5.", "5.5.5", "9" * 30 + ".", "５.", "5.-1", "1.0x", "\x00.", "5.¹"]
)
def test_a_cursor_of_nonsense_is_the_first_page(typed):
    assert Cursor.of(typed) is None


@pytest.mark.parametrize("at", [None, NOW, NOW + timedelta(microseconds=1)])
@pytest.mark.parametrize("is_back", [True, False])
def test_a_cursor_survives_its_address(at, is_back):
    assert Cursor.of(str(Cursor(at, 7, is_back))) == Cursor(at, 7, is_back)


def test_nobody_elses_rows_are_counted_or_shown(session, officer, a_row):
    a_row(department_id=a_department(session, "market-yanqing").id, officer_id=officer.user_id)

    assert set(lists.counts(session, officer, now=NOW).values()) == {0}
    for tab in Tab:
        assert in_drawer(session, officer, tab) == []
    assert session.query(Complaint).count() == 1


NARROWED = [
    Filters(),
    Filters(status=Status.TRIAGE),
    Filters(status=Status.CLOSED),
    Filters(level=3),
    Filters(lane=Lane.INTERNATIONAL, industry=Industry.CATERING),
    Filters(urgency=Urgency.HIGH),
    Filters(industry=Industry.CATERING),
    Filters(district="yanqing"),
    Filters(district="yanqing", industry=Industry.OTHER, level=0),
]


@pytest.fixture
def a_mixture(session, a_row):
    """Some of everything, in two offices and in one that nobody here works for; half of it about yanqing."""
    names = ["market-haidian", "market-yanqing", "market-xicheng"]
    offices = [a_department(session, name) for name in names]
    for number in range(36):
        values = {
            "department_id": offices[number % 3].id,
            "level": number % 4,
            "lane": list(Lane)[number % 2],
            "urgency": list(Urgency)[number % 4],
            "industry": [Industry.CATERING, Industry.OTHER][number // 3 % 2],
            "district": ["haidian", "yanqing"][number // 6 % 2],
            "status": [Status.ACCEPTED, Status.TRIAGE, Status.SUSPENDED][number % 5 % 3],
            "due_at": [None, NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=number)][number % 7 % 4],
        }
        a_row(**ended(**{**values, "status": Status.CLOSED, "due_at": None}) if number % 4 == 3 else values)
    return offices[:2]


@pytest.mark.parametrize("filters", NARROWED, ids=str)
@pytest.mark.parametrize("most_apart", [1, 8], ids=["of the city", "of each office"])
@pytest.mark.parametrize("count", [1, 2], ids=["one office", "two offices"])
def test_a_list_is_what_may_be_seen_and_fits_whatever_it_is_read_from(
    session, a_mixture, monkeypatch, filters, most_apart, count
):
    monkeypatch.setattr(queries, "MOST_APART", most_apart)
    offices = [office.id for office in a_mixture[:count]]
    actor = Actor(Role.SUPERVISOR, department_id=offices[0], departments=frozenset(offices))
    for tab in (Tab.OPEN, Tab.UNASSIGNED, Tab.TRIAGE, Tab.OVERDUE, Tab.ENDED, Tab.ALL):
        fitting = queries.visible_to(actor).where(*lists.of_tab(tab, actor, NOW), *filters.conditions())
        read, cursor = [], None
        while not read or cursor:
            one = page(session, actor, tab, filters, cursor, limit=4)
            read += one.rows
            cursor = Cursor.of(one.next)
            if not one.rows:
                break

        assert read == sorted(session.scalars(fitting), key=PLACE.get(tab, when_due))


def when_due(row):
    return (row.due_at is None, row.due_at, row.id)


PLACE = {Tab.ALL: lambda row: -row.id, Tab.ENDED: lambda row: (-row.closed_at.timestamp(), -row.id)}
