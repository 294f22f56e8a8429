"""Settings: everything that is wrong is said at once, and secrets are not printed."""

import base64
from dataclasses import fields
from pathlib import Path

import pytest

from settings import InvalidSettings, Settings, development_file, environment_with, instance_dir, read_file

ROOT = Path(__file__).resolve().parent.parent
KEY = base64.b64encode(bytes(32)).decode()
COMPLETE = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql+psycopg://db/complaints",
    "REDIS_URL": "redis://queue",
    "SECRET_KEY": "s" * 32,
    "DATA_KEY": KEY,
    "BASE_URL": "https://complaints.example/",
    "MAIL_FROM": "service@complaints.example",
    "OPERATOR_NAME": "Consumer Rights Centre",
}


def problems(**changes):
    env = {name: value for name, value in (COMPLETE | changes).items() if value is not None}
    with pytest.raises(InvalidSettings) as refused:
        Settings.from_env(env)
    return refused.value.problems


def test_a_complete_environment_is_read():
    settings = Settings.from_env(COMPLETE | {"PROXY_HOPS": "2", "FILES_DIR": "/srv/files"})

    assert settings.in_production
    assert settings.data_key == bytes(32)
    assert settings.base_url == "https://complaints.example"
    assert settings.proxy_hops == 2
    assert settings.files_dir == Path("/srv/files")
    assert settings.timezone == "Asia/Shanghai"
    assert settings.default_locale == "zh_Hans_CN"
    assert not settings.demonstration


def test_everything_missing_is_named_at_once():
    missing = problems(DATABASE_URL=None, SECRET_KEY="", BASE_URL=None)

    assert missing == ["DATABASE_URL is missing", "SECRET_KEY is missing", "BASE_URL is missing"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_KEY", "c2hvcnQ="),
        ("DATA_KEY", "not base64 at all!"),
        ("TIMEZONE", "Asia/Atlantis"),
        ("TIMEZONE", "../../etc/passwd"),
        ("PROXY_HOPS", "-1"),
        ("DEMONSTRATION", "perhaps"),
        ("BASE_URL", "complaints.example"),
        ("REDIS_SENTINELS", "one:26379,two"),
        ("ENVIRONMENT", "staging"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(name, value):
    assert [problem.split()[0] for problem in problems(**{name: value})] == [name]


def test_production_refuses_demonstration_and_short_secrets():
    refused = problems(DEMONSTRATION="1", SECRET_KEY="short")

    assert [problem.split()[0] for problem in refused] == ["DEMONSTRATION", "SECRET_KEY"]


def test_an_unnamed_environment_is_taken_for_production():
    env = {name: value for name, value in COMPLETE.items() if name != "ENVIRONMENT"}

    assert Settings.from_env(env).in_production


def test_sentinels_are_read_as_hosts_and_ports():
    settings = Settings.from_env(COMPLETE | {"REDIS_SENTINELS": "one:26379, two:26380"})

    assert settings.redis_sentinels == (("one", 26379), ("two", 26380))


def test_secrets_and_passwords_do_not_show_when_printed():
    env = COMPLETE | {
        "DATABASE_URL": "postgresql+psycopg://u:hunter2@db/x",
        "REDIS_URL": "redis://:hunter2@queue",
        "SMTP_URL": "smtp://u:hunter2@mail",
        "DATABASE_REPLICA_URL": "postgresql+psycopg://u:hunter2@replica/x",
        "SECRET_KEY": "hunter2" * 5,
    }

    printed = repr(Settings.from_env(env))

    assert "hunter2" not in printed
    assert repr(bytes(32)) not in printed


def test_a_development_machine_reads_what_make_run_left(tmp_path):
    development_file(tmp_path).write_text(
        "\n".join(f"{name}={value}" for name, value in (COMPLETE | {"ENVIRONMENT": "development"}).items())
    )

    settings = Settings.from_env({"INSTANCE_DIR": str(tmp_path), "OPERATOR_NAME": "Somebody else"})

    assert settings.environment == "development"
    assert settings.operator_name == "Somebody else"
    assert settings.files_dir == tmp_path / "files"


def test_production_never_reads_the_development_file(tmp_path):
    development_file(tmp_path).write_text("SECRET_KEY=" + "d" * 40)

    with pytest.raises(InvalidSettings):
        Settings.from_env({"INSTANCE_DIR": str(tmp_path), "ENVIRONMENT": "production"})


def test_an_absent_file_holds_nothing(tmp_path):
    assert read_file(tmp_path / "absent") == {}


def test_a_child_process_gets_our_environment_and_more(monkeypatch):
    monkeypatch.setenv("INSTANCE_DIR", "/srv/complaints")

    assert environment_with(TZ="UTC")["TZ"] == "UTC"
    assert environment_with()["INSTANCE_DIR"] == "/srv/complaints"
    assert instance_dir() == Path("/srv/complaints")


def test_every_setting_is_in_the_operators_handbook():
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert [f.name.upper() for f in fields(Settings) if f"`{f.name.upper()}`" not in handbook] == []
