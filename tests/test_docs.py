"""The documents say what is true."""

import re
from pathlib import Path

from cli import diagram

ROOT = Path(__file__).resolve().parents[1]


def test_the_drawing_of_the_workflow_is_current():
    page = diagram.PAGE.read_text(encoding="utf-8")

    assert diagram.redrawn(page) == page


def test_every_link_between_documents_leads_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")):
            assert name in targets, f"{page.name}: make {name}"


def test_every_setting_is_documented():
    settings = (ROOT / "settings.py").read_text(encoding="utf-8")
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    fields_part = settings.partition("class Settings:")[2].partition("@property")[0]
    fields = re.findall(r"^    ([a-z_]+): [a-z]", fields_part, re.MULTILINE)

    assert {name for name in fields if name.upper() not in operations} == set()
