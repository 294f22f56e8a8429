"""The look as far as it can be measured: contrast, pictures that exist, templates that obey the policy."""

import re
from pathlib import Path

import pytest

import words
from models.codes import Status
from web import navigation
from web.tones import LOOKS

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in ROOT.glob("templates/**/*.*"))
ICONS = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "static/img/icons.svg").read_text()))
TONES = ("plain", "wait", "talk", "good", "warn", "late")

# What stands on what: text needs 4.5, edges of fields and signs of focus 3 (WCAG 1.4.3, 1.4.11).
TEXT = [
    *(("ink", ground) for ground in ("paper", "surface", "sunken", "accent-soft")),
    *(("ink-2", ground) for ground in ("paper", "surface", "sunken", "accent-soft")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, "surface") for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("accent", "paper"),
    ("accent", "surface"),
    ("accent-deep", "accent-soft"),
    ("link", "paper"),
    ("link", "surface"),
    ("link", "sunken"),
    ("hero-ink", "hero"),
    ("hero-ink-2", "hero"),
]
EDGES = [("line-strong", "surface"), ("line-strong", "paper"), ("focus", "paper"), ("focus", "surface")]


def colours_of(name):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", (ROOT / "static/css" / name).read_text()))


def tokens(light):
    return colours_of("app.css") | (colours_of("dark.css") if light == "dark" else {})


def luminance(colour):
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(light, ink, ground):
    colours = tokens(light)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_can_be_seen(light, edge, ground):
    colours = tokens(light)
    assert contrast(colours[edge], colours[ground]) >= 3


def test_the_dark_speaks_of_every_colour_of_the_light():
    assert set(colours_of("app.css")) == set(colours_of("dark.css"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_compiles(app, template):
    app.jinja_env.get_template(template)


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.endswith(".html")])
def test_no_template_holds_what_the_policy_forbids(template):
    text = (ROOT / "templates" / template).read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"\shx-on", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.endswith(".html")])
def test_every_picture_a_template_names_exists(template):
    text = (ROOT / "templates" / template).read_text()
    named = re.findall(r'(?:\bicon\(|icon_name=|shape=)"(\w+)"', text)
    assert set(named) <= ICONS


def test_every_look_has_a_tone_and_a_picture():
    looks = {look for kind in LOOKS.values() for look in kind.values()}
    assert {look.tone for look in looks} <= set(TONES)
    assert {look.shape for look in looks} <= ICONS


def test_every_status_has_a_look():
    assert set(LOOKS[Status]) == set(Status)


def test_kinds_with_looks_have_words():
    assert set(LOOKS) <= set(words.LABELS)


def test_no_link_of_the_navigation_leads_nowhere(app):
    by_role = [entry for entries in navigation.BY_ROLE.values() for entry in entries]
    endpoints = {endpoint for endpoint, _ in (*navigation.EVERYBODY, *navigation.FOOT, *by_role)}
    assert endpoints <= set(app.view_functions)
