"""Rules a reviewer should not have to remember."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from complaints import errors
from complaints.errors import Refused
from jobs.beat import TIMETABLE
from web.errors import STATUS
from web.refusals import SENTENCES

ROOT = Path(__file__).resolve().parents[1]
OURS = (
    "app.py", "extensions.py", "files.py", "i18n.py", "run.py", "settings.py", "bench", "classifier", "cli",
    "complaints", "demo", "embedded", "jobs", "models", "web",
)  # fmt: skip
MOST_LINES, MOST_TEST_LINES = 400, 600
BANNED_NAMES = {"utils", "helpers", "manager", "handler", "service", "data", "info", "common", "misc", "dao"}


def modules(*names):
    for name in names or OURS:
        path = ROOT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def trees(*names):
    for path in modules(*names):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_only_the_workflow_assigns_the_status_of_a_complaint():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr == "status"
        and isinstance(target.value, ast.Name)
        and target.value.id in {"complaint", "found", "child", "parent"}
    ]

    assert {place.rpartition(":")[0] for place in found} == {"complaints/workflow.py"}


def test_the_rules_never_commit_and_never_read_the_clock():
    for path in modules("complaints"):
        code = path.read_text(encoding="utf-8")
        assert ".commit(" not in code, path
        assert "datetime.now(" not in code, path


@pytest.mark.parametrize("path", sorted(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_long_or_vaguely_named(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    # cli/service.py is about the service's own processes.
    assert path.stem not in BANNED_NAMES or path.name == "service.py"


def test_no_test_file_is_long():
    for path in (ROOT / "tests").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_TEST_LINES, path


def test_every_job_that_is_named_can_be_found():
    named = {job for job, *_ in TIMETABLE}
    for path in modules("web", "jobs", "cli"):
        named |= set(re.findall(r'enqueue\(\s*"([\w.]+)"', path.read_text(encoding="utf-8")))

    for name in named:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), name


def test_every_refusal_has_a_status_and_a_sentence():
    assert set(STATUS) == set(Refused.__subclasses__())
    kinds = [getattr(errors, name) for name in dir(errors)]
    codes = {kind.code for kind in kinds if isinstance(kind, type) and issubclass(kind, Refused)}
    for path in modules("complaints", "web"):
        code = path.read_text(encoding="utf-8")
        codes |= set(re.findall(r'raise (?:NotAllowed|WrongStatus|Conflict|Gone|Unknown)\("(\w+)"', code))
        codes |= set(re.findall(r'raise Invalid\("\w+", "(\w+)"', code))

    assert codes <= set(SENTENCES)


def test_importing_the_application_loads_nothing_heavy():
    code = "import app, sys; print(*{'jieba', 'sklearn', 'scipy'} & set(sys.modules))"

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == ""


def test_only_the_settings_read_the_environment():
    found = [
        path for path in modules() if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
    ]

    assert [str(path.relative_to(ROOT)) for path in found] == ["settings.py"]


def test_nothing_that_changes_something_answers_to_get(app):
    """A link scanner that GETs every address must change nothing: whatever is named like a verb is a POST."""
    verbs = re.compile(
        r"(create|change|delete|remove|send|accept|refuse|offer|pay|revoke|sign_out|withdraw|confirm)"
    )
    loose = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and verbs.search(rule.endpoint.partition(".")[2].split("_page")[0])
    ]

    assert loose == []


def test_templates_hold_no_script_and_no_style():
    for path in (ROOT / "templates").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", page), path
