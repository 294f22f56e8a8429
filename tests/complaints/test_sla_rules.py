"""The time limits shipped with the service: every code is known, every version follows on the one before."""

import csv
import re
from datetime import UTC, date, datetime
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from complaints import clock
from complaints.clock import Target
from complaints.escalation import EFFECTS
from complaints.working_days import WorkingCalendar
from models.codes import Action, Binding, Industry, Lane, RollPolicy, Status, Unit, Urgency
from models.deadline import SlaRule

RULES_FILE = Path(clock.__file__).parent / "rules" / "sla_rules.csv"
RULES = list(csv.DictReader(RULES_FILE.read_text(encoding="utf-8").splitlines()))
ACTIVE = [rule for rule in RULES if rule["is_active"] == "true"]
MOMENTS = {f"status:{status}" for status in Status} | {f"action:{action}" for action in Action}
SMALL_CLAIM = {f"status:{status}+small_claim" for status in Status}
OF_A_REPORT = {f"{moment}+report" for moment in MOMENTS}
AGREED_DAY = {"action:agree@perform_by", "action:pay_at_once@perform_by"}  # the day the agreement names
STEPS = {"raise", *(f"raise_to:{level}" for level in range(1, 6)), *EFFECTS}
WARNINGS = {f"{prefix}{step}" for prefix in ("", "50@", "80@") for step in STEPS}
CODES = {
    "starts_on": MOMENTS | SMALL_CLAIM | OF_A_REPORT | AGREED_DAY,
    "stops_on": MOMENTS,
    "drops_on": MOMENTS | {"action:agree+terms"},  # terms that both sides chose
    "pause_in": set(Status),
    "lanes": set(Lane),
    "urgencies": set(Urgency),
    "industries": set(Industry),
    "on_warning": WARNINGS,
    "on_expiry": STEPS,
    "warn_at": {"50", "80"},
}


def key(rule):
    return f"{rule['code']}/{rule['version']}"


def listed(rule, column):
    return {code for code in rule[column].split("|") if code}


def the_rule(code, version):
    return next(rule for rule in RULES if key(rule) == f"{code}/{version}")


def test_the_file_has_a_column_for_each_of_the_table():
    columns = {column.name for column in SlaRule.__table__.columns} - {"id"}

    assert set(RULES[0]) == columns


@pytest.mark.parametrize("rule", RULES, ids=key)
def test_every_code_of_a_rule_is_known(rule):
    for column, known in CODES.items():
        assert listed(rule, column) <= known, column
    Target(int(rule["duration"]), Unit(rule["unit"]), RollPolicy(rule["roll_policy"]))
    Binding(rule["binding"])


@pytest.mark.parametrize("rule", RULES, ids=key)
def test_every_text_fits_its_column(rule):
    for column in SlaRule.__table__.columns:
        longest = getattr(column.type, "length", None)
        if longest is not None:
            assert len(rule[column.name]) <= longest, column.name


@pytest.mark.parametrize("rule", ACTIVE, ids=key)
def test_a_rule_that_runs_says_what_ends_it_what_follows_and_what_it_promises(rule):
    assert rule["stops_on"]
    assert rule["drops_on"]
    assert rule["on_expiry"]
    assert rule["promise_zh"]
    assert rule["promise_en"]


def test_the_versions_of_a_rule_follow_on_each_other_without_gap_or_overlap():
    by_code = sorted(RULES, key=lambda rule: (rule["code"], int(rule["version"])))
    for code, group in groupby(by_code, key=lambda rule: rule["code"]):
        versions = list(group)
        assert [int(version["version"]) for version in versions] == list(range(1, len(versions) + 1)), code
        assert versions[-1]["valid_to"] == "", code
        for before, after in pairwise(versions):
            assert before["valid_to"] == after["valid_from"], code


@pytest.mark.parametrize(
    "code", ["S-01", "S-03", "S-10", "S-11", "S-12", "S-13", "S-14", "S-28", "S-29", "S-30", "S-31", "S-32"]
)
def test_the_rules_the_service_lives_by_run(code):
    assert code in {rule["code"] for rule in ACTIVE}


@pytest.mark.parametrize("rule", [rule for rule in ACTIVE if not rule["valid_to"]], ids=key)
def test_only_a_rule_that_raises_promises_that_it_goes_up(rule):
    does_raise = any(step.startswith(("raise", "reopen")) for step in listed(rule, "on_expiry"))

    assert does_raise or not re.search("上报|上升", rule["promise_zh"])
    assert does_raise or not re.search("goes up|level above|one level higher", rule["promise_en"])


def test_acceptance_never_stands_still_and_mediation_only_while_suspended():
    assert the_rule("S-01", 2)["pause_in"] == ""
    assert {rule["pause_in"] for rule in RULES if rule["code"] == "S-04"} == {"suspended"}
    assert {rule["code"] for rule in RULES if rule["pause_in"]} == {"S-04"}


def test_mediation_took_forty_five_working_days_until_the_decree_made_it_sixty_days():
    old, new = the_rule("S-04", 1), the_rule("S-04", 2)

    assert (old["duration"], old["unit"]) == ("45", "working_days")
    assert (new["duration"], new["unit"]) == ("60", "calendar_days")
    assert date.fromisoformat(new["valid_from"]) == date(2026, 4, 15)


@pytest.mark.parametrize("rule", ACTIVE, ids=key)
def test_every_running_rule_can_be_reckoned_and_explained(rule):
    target = Target(int(rule["duration"]), Unit(rule["unit"]), RollPolicy(rule["roll_policy"]))
    calendar = WorkingCalendar.from_rows([], version=1)
    started_at = datetime(2026, 9, 30, 8, 30, tzinfo=UTC)

    due = clock.due_at(target, started_at, [], calendar)

    assert due > started_at
    assert clock.explain(target, started_at, [], calendar)[-1].end == due
    for pct in listed(rule, "warn_at"):
        assert started_at < clock.warn_at(target, started_at, [], calendar, int(pct)) < due
