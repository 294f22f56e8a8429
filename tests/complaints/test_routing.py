"""The choice of office on plain values, and the dispatch catalogue against its truth table."""

import csv
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from complaints import routing
from complaints.routing import Facts, Rule
from models.codes import DepartmentKind, Industry, Lane, Urgency
from models.complaint import Complaint
from models.organisations import Department
from models.routing import RoutingRule
from tests.factories import a_merchant, a_suggestion

CATALOGUE = Path(routing.__file__).parent / "rules"
CATCH_ALL = Rule(99, 1, 1, 1)


def read(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


ROWS = read(CATALOGUE / "routing_rules.csv")
DEPARTMENTS = {row["code"]: row for row in read(CATALOGUE / "departments.csv")}
CODES = list(DEPARTMENTS)
CASES = read(Path(__file__).parent / "routing_cases.csv")


def as_rule(position, row):
    return Rule(
        id=position,
        receiver_id=CODES.index(row["first_receiver_code"]),
        pool_id=CODES.index(row["pool_code"]),
        authority_id=CODES.index(row["authority_code"]),
        industry=Industry(row["industry"]) if row["industry"] else None,
        district=row["district"] or None,
        lane=Lane(row["lane"]) if row["lane"] else None,
        urgency=Urgency(row["urgency"]) if row["urgency"] else None,
        reason_zh=row["reason_zh"],
        reason_en=row["reason_en"],
    )


RULES = [as_rule(position, row) for position, row in enumerate(ROWS, start=1)]


def facts_in(case):
    return Facts(
        Industry(case["industry"]), case["district"] or None, Lane(case["lane"]), Urgency(case["urgency"])
    )


# What it is routed by

CATERING, ECOMMERCE, CARD, OTHER = (
    Industry.CATERING,
    Industry.ECOMMERCE,
    Industry.PREPAID_CARD,
    Industry.OTHER,
)


@pytest.mark.parametrize(
    ("first", "second", "trade", "led_to"),
    [
        (CATERING, ECOMMERCE, CATERING, CATERING),
        (OTHER, CATERING, CATERING, CATERING),
        (CARD, CATERING, CARD, CARD),
        (CATERING, CARD, CATERING, CATERING),
        (CARD, CATERING, CATERING, None),  # money paid in advance wins over the industry of the shop
        (ECOMMERCE, OTHER, CATERING, None),
        (OTHER, CATERING, OTHER, None),
        (CATERING, ECOMMERCE, None, None),
    ],
)
@pytest.mark.parametrize("reason", ["low_confidence", "close_call"])
def test_an_unsure_reading_is_settled_by_what_the_merchant_is_known_for(first, second, trade, led_to, reason):
    said = a_suggestion(industry=first, second=second, abstained=True, reason=reason)

    assert routing.industry_of(said, trade) is led_to


@pytest.mark.parametrize("reason", ["no_evidence", "foreign_language", "no_model"])
def test_where_nothing_was_read_nothing_is_settled(reason):
    said = a_suggestion(industry=CATERING, abstained=True, reason=reason)

    assert routing.industry_of(said, CATERING) is None


def test_a_sure_reading_needs_no_merchant_and_yields_to_none():
    assert routing.industry_of(a_suggestion(industry=CARD), None) is CARD
    assert routing.industry_of(a_suggestion(industry=CARD), CATERING) is CARD


def test_a_merchant_is_known_for_what_its_licence_was_looked_at_for():
    assert routing.trade_of(a_merchant(licence_no="91110000000000001X")) is CATERING
    assert routing.trade_of(a_merchant(licence_no=None)) is None
    assert routing.trade_of(None) is None


# The choice


def test_the_first_rule_that_fits_wins_and_is_named():
    rules = [
        Rule(1, 10, 11, 12, industry=Industry.CATERING, district="dongcheng"),
        Rule(2, 20, 21, 22, industry=Industry.CATERING),
        Rule(3, 30, 31, 32, industry=Industry.CATERING),
        CATCH_ALL,
    ]

    choice = routing.choose(Facts(Industry.CATERING, "xicheng"), rules)

    assert choice.rule_id == 2
    assert (choice.receiver_id, choice.pool_id, choice.authority_id) == (20, 21, 22)
    assert choice.rule.conditions == {"industry": "catering"}


@pytest.mark.parametrize(
    "condition",
    [
        {"industry": Industry.CATERING},
        {"district": "dongcheng"},
        {"lane": Lane.INTERNATIONAL},
        {"urgency": Urgency.HIGH},
        {"merchant_id": 7},
    ],
)
def test_each_condition_is_asked_and_a_blank_one_matches_everything(condition):
    rules = [Rule(1, 10, 10, 10, **condition), CATCH_ALL]
    everything = {
        "industry": Industry.CATERING,
        "district": "dongcheng",
        "lane": Lane.INTERNATIONAL,
        "urgency": Urgency.HIGH,
        "merchant_id": 7,
    }

    assert routing.choose(Facts(**everything), rules).rule_id == 1
    assert routing.choose(Facts(Industry.OTHER), rules).rule_id == 99


def test_all_the_conditions_of_a_rule_must_fit():
    rules = [Rule(1, 10, 10, 10, industry=Industry.CATERING, merchant_id=7), CATCH_ALL]

    assert routing.choose(Facts(Industry.CATERING, merchant_id=7), rules).rule_id == 1
    assert routing.choose(Facts(Industry.CATERING, merchant_id=8), rules).rule_id == 99
    assert routing.choose(Facts(Industry.OTHER, merchant_id=7), rules).rule_id == 99


def test_the_catch_all_comes_last_wherever_it_stands():
    rules = [CATCH_ALL, Rule(1, 10, 10, 10, industry=Industry.CATERING)]

    assert routing.choose(Facts(Industry.CATERING), rules).rule_id == 1
    assert routing.choose(Facts(Industry.OTHER), rules).rule_id == 99


@pytest.mark.parametrize(
    "rules", [[], [Rule(1, 1, 1, 1, industry=Industry.OTHER)], [CATCH_ALL, Rule(1, 1, 1, 1)]]
)
def test_a_catalogue_without_a_catch_all_or_with_two_is_refused(rules):
    with pytest.raises(ValueError, match="without conditions"):
        routing.choose(Facts(Industry.OTHER), rules)


def test_a_rule_is_what_its_row_says_and_facts_are_what_the_complaint_says():
    row = RoutingRule(
        id=4,
        position=1,
        industry=Industry.CATERING,
        district="dongcheng",
        lane=Lane.ORDINARY,
        urgency=Urgency.LOW,
        merchant_id=7,
        receiver_id=10,
        pool_id=11,
        authority_id=12,
        reason_zh="因为",
        reason_en="Because",
    )
    complaint = Complaint(
        industry=Industry.CATERING,
        district="dongcheng",
        lane=Lane.ORDINARY,
        urgency=Urgency.LOW,
        merchant_id=7,
    )

    choice = routing.choose(routing.facts_of(complaint), [Rule.of(row), CATCH_ALL])

    assert choice.rule == Rule.of(row)
    assert (choice.rule_id, choice.receiver_id, choice.pool_id, choice.authority_id) == (4, 10, 11, 12)
    assert (choice.rule.reason_zh, choice.rule.reason_en) == ("因为", "Because")


@pytest.fixture
def office(session):
    """One department, for rules that need somebody to name."""
    office = Department(
        code="desk",
        kind=DepartmentKind.COORDINATION,
        level=3,
        name_zh="首问服务台",
        name_en="First-Asked Desk",
    )
    session.add(office)
    session.flush()
    return office


def a_row(office, position, **more):
    return RoutingRule(
        position=position, receiver_id=office.id, pool_id=office.id, authority_id=office.id, **more
    )


def test_the_rules_in_force_are_read_in_their_order(session, office):
    session.execute(delete(RoutingRule))
    session.add_all(
        [
            a_row(office, 30),
            a_row(office, 20, industry=Industry.CATERING),
            a_row(office, 10, industry=Industry.CATERING, district="dongcheng"),
            a_row(office, 5, industry=Industry.CATERING, is_active=False),
        ]
    )
    session.flush()

    rules = routing.load(session)

    assert [rule.conditions for rule in rules] == [
        {"industry": "catering", "district": "dongcheng"},
        {"industry": "catering"},
        {},
    ]
    assert routing.choose(Facts(Industry.CATERING, "xicheng"), rules).receiver_id == office.id


def test_the_database_refuses_a_second_catch_all(session, office):
    session.execute(delete(RoutingRule))
    session.add(a_row(office, 1))
    session.flush()

    session.add(a_row(office, 2))
    with pytest.raises(IntegrityError, match="catch_all"):
        session.flush()


# The catalogue


def test_the_truth_table_has_every_combination():
    districts = {row["district"] for row in ROWS} | {"elsewhere"}
    expected = set(product(Industry, districts, Lane, Urgency))

    assert {(case["industry"], case["district"], case["lane"], case["urgency"]) for case in CASES} == expected
    assert len(CASES) == len(expected)


def test_the_catalogue_sends_every_complaint_where_the_truth_table_says():
    wrong = []
    for case in CASES:
        choice = routing.choose(facts_in(case), RULES)
        chosen = [CODES[of] for of in (choice.receiver_id, choice.pool_id, choice.authority_id)]
        expected = [case["first_receiver_code"], case["pool_code"], case["authority_code"]]
        if chosen != expected:
            wrong.append((case, chosen))

    assert wrong == []


def test_every_rule_of_the_catalogue_is_reached_and_gives_its_reason():
    reached = {routing.choose(facts_in(case), RULES).rule_id for case in CASES}

    assert reached == {rule.id for rule in RULES}
    assert all(rule.reason_zh and rule.reason_en for rule in RULES)


def test_only_the_last_rule_is_without_conditions():
    assert [rule.id for rule in RULES if not rule.conditions] == [len(RULES)]


def test_every_text_of_the_catalogue_fits_its_column():
    assert all(len(row["reason_zh"]) <= 200 and len(row["reason_en"]) <= 240 for row in ROWS)
    assert all(len(row["name_zh"]) <= 120 and len(row["name_en"]) <= 160 for row in DEPARTMENTS.values())


# The offices


def test_there_are_sixteen_districts_each_with_two_authorities_and_a_desk():
    districts = {row["district"] for row in DEPARTMENTS.values()} - {""}

    assert len(districts) == 16
    for district in districts:
        assert {"market-" + district, "commerce-" + district, "desk-" + district} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_office_answers_to_a_higher_one_up_to_the_municipal_coordination(code):
    office = DEPARTMENTS[code]
    DepartmentKind(office["kind"])
    assert {Industry(industry) for industry in office["industries"].split("|") if industry} <= set(Industry)

    rungs = [int(office["level"])]
    while office["parent"]:
        office = DEPARTMENTS[office["parent"]]
        rungs.append(int(office["level"]))

    assert rungs == sorted(set(rungs))
    assert office["code"] == "city-coordination"
    assert rungs[-1] == 5


def test_an_office_comes_after_the_one_it_answers_to():
    for place, row in enumerate(DEPARTMENTS.values()):
        assert not row["parent"] or CODES.index(row["parent"]) < place


def test_mediation_and_decision_lie_with_the_right_kind_of_office():
    for row in ROWS:
        assert DEPARTMENTS[row["pool_code"]]["kind"] == DepartmentKind.MEDIATION_CENTRE
        assert DEPARTMENTS[row["authority_code"]]["kind"] == DepartmentKind.AUTHORITY
        assert DEPARTMENTS[row["authority_code"]]["level"] == "4"
