"""What runs before the service does: packages, web assets, catalogues."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from setup import assets, catalogues, environment

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A folder without an environment, and what was run in it instead of being run."""
    ran = []
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "packages")
    monkeypatch.setattr(sys, "argv", ["environment.py"])
    monkeypatch.setattr(environment, "make_venv", lambda: ran.append("venv") or make(tmp_path))
    monkeypatch.setattr(environment, "install", ran.append)
    return ran


def make(folder):
    (folder / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    (folder / ".venv" / "bin" / "python").touch()


def test_a_second_set_up_has_nothing_to_do(bare):
    environment.main()
    environment.main()

    assert bare == ["venv", [environment.RUNTIME]]


def test_tools_once_installed_stay(bare, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["environment.py", "--dev"])
    environment.main()
    monkeypatch.setattr(sys, "argv", ["environment.py"])
    environment.main()

    assert bare == ["venv", [environment.RUNTIME, environment.DEVELOPMENT]]


def test_an_old_python_is_refused_by_its_number(bare, monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 13))

    with pytest.raises(SystemExit, match=r"3\.11 or later"):
        environment.main()

    assert bare == []


def test_a_python_without_venv_is_told_which_package_it_lacks(tmp_path, monkeypatch):
    crippled = tmp_path / "python3"
    crippled.write_text("#!/bin/sh\necho 'ensurepip is not available'\nexit 1\n")
    crippled.chmod(0o755)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment.sys, "executable", str(crippled))

    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        environment.make_venv()

    assert not (tmp_path / ".venv").exists()


def test_assets_already_there_are_not_fetched_again(monkeypatch):
    monkeypatch.setattr(assets, "run", lambda *command: pytest.fail("npm was started"))

    assets.fetch(with_browser="browser" in assets.stamp())
    assets.copy()

    assert {Path(name).name for name in assets.FILES} <= {path.name for path in assets.VENDOR.iterdir()}


def test_where_the_machines_npm_fails_the_packaged_one_is_tried(tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(assets, "STAMP", tmp_path / "fetched")
    monkeypatch.setattr(assets, "machines_npm", lambda: ["npm"])
    monkeypatch.setattr(assets, "packaged_npm", lambda: ["node", "npm-cli.js"])
    monkeypatch.setattr(assets, "run", lambda npm, arguments: tried.append(npm) or npm != ["npm"])

    assets.fetch(with_browser=False)

    assert tried == [["npm"], ["node", "npm-cli.js"]]
    assert assets.stamp().startswith("pages ")


def test_the_packaged_npm_runs():
    told = subprocess.run([*assets.packaged_npm(), "--version"], capture_output=True, text=True, check=True)

    assert re.match(r"\d+\.\d+", told.stdout)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (None, "is missing"),
        (Message("Send", ""), "has no words"),
        (Message("Send", "发送", flags=["fuzzy"]), "is only a guess"),
        (Message("%(count)d days", "几天"), "has other placeholders"),
        (Message(("one day", "%(num)d days"), ("%(num)d 天", "")), "has no words"),
    ],
)
def test_a_translation_that_would_disappoint_is_found(message, fault):
    assert catalogues.faults(message) == [fault]


@pytest.mark.parametrize(
    "message",
    [
        Message("Send", "发送"),
        Message("%(n)d of %%", "%% 的 %(n)d"),
        Message(("%(num)d day", "%(num)d days"), ("%(num)d 天",)),
    ],
)
def test_a_whole_translation_passes(message):
    assert catalogues.faults(message) == []


def test_words_nobody_asks_for_are_named(tmp_path):
    catalogue = tmp_path / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr ""\n\nmsgid "Gone"\nmsgstr "没了"\n', encoding="utf-8")

    assert catalogues.check(catalogue, Catalog()) == ["zh_Hans_CN: nobody asks for: 'Gone'"]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "setup/uv.txt", "package-lock.json"]
)
def test_what_is_locked_names_no_place_to_fetch_it_from(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert not re.search(r"--(extra-)?index-url|--find-links|\"resolved\"|file:|@ http", text)
    assert "sha" in text
