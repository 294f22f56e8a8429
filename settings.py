"""What the service is told from outside, read once at start. The only reader of the environment."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("development", "production", "test")
REQUIRED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_KEY", "BASE_URL", "MAIL_FROM", "OPERATOR_NAME")
DATA_KEY_BYTES = 32
SHORTEST_SECRET = 32
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})


class InvalidSettings(Exception):
    """One or more settings are missing or make no sense; the message names every one of them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(
            f"The settings are not complete:\n{lines}\n"
            "docs/operations.md lists them all. On a development machine `make run` writes them."
        )


@dataclass(frozen=True)
class Settings:
    """Every setting. Secrets, and addresses that may hold a password, stay out of `repr`."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    data_key: bytes = field(repr=False)
    """32 bytes; encrypts the fields that hold personal data."""
    environment: str
    base_url: str
    """Address people see, without a slash at the end: links in notices begin with it."""
    mail_from: str
    operator_name: str
    """Who runs this service, in the words of its own pages."""
    operator_role: str = ""
    database_replica_url: str = field(default="", repr=False)
    redis_sentinels: tuple[tuple[str, int], ...] = ()
    """Where set, `redis_url` only supplies the password and the database number."""
    redis_sentinel_name: str = "mymaster"
    smtp_url: str = field(default="", repr=False)
    """Empty: mail is written to `outbox_dir` instead of being sent."""
    default_locale: str = "zh_Hans_CN"
    timezone: str = "Asia/Shanghai"
    instance_dir: Path = ROOT / "instance"
    files_dir: Path = ROOT / "instance" / "files"
    outbox_dir: Path = ROOT / "instance" / "outbox"
    model_dir: Path = ROOT / "classifier" / "model"
    proxy_hops: int = 0
    """How many proxies of our own stand in front and set X-Forwarded-For."""
    demonstration: bool = False
    """A town of invented people, with its sign-ins shown; never in production."""

    @property
    def in_production(self) -> bool:
        return self.environment == "production"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment, or on a development machine what `make run` left in the instance folder.

        Raises InvalidSettings with everything that is missing or wrong, so that one restart is enough.
        Where ENVIRONMENT is not set, the service takes itself to be in production.
        """
        return _checked(_with_development_file(os.environ if env is None else env))


def instance_dir(env: Mapping[str, str] | None = None) -> Path:
    """The folder that holds everything this installation keeps: database, queue, files, keys."""
    given = (os.environ if env is None else env).get("INSTANCE_DIR")
    return Path(given).absolute() if given else ROOT / "instance"


def development_file(directory: Path) -> Path:
    return directory / "development.env"


def read_file(path: Path) -> dict[str, str]:
    """Lines of NAME=value; an absent file is an empty one."""
    if not path.is_file():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: value for name, equals, value in pairs if equals}


def environment_with(**values: str) -> dict[str, str]:
    """The environment for a process we start: our own and these."""
    return {**os.environ, **values}


def preset(name: str, value: str) -> None:
    """Set a variable for a library that reads it when it is imported, unless the operator set it."""
    os.environ.setdefault(name, value)


def given(name: str, default: str = "") -> str:
    """One variable, for the supervisor, which works before the settings are complete."""
    return os.environ.get(name) or default


def _with_development_file(env: Mapping[str, str]) -> dict[str, str]:
    if env.get("ENVIRONMENT") or env.get("DATABASE_URL"):
        return dict(env)
    return {**read_file(development_file(instance_dir(env))), **env}


def _checked(env: Mapping[str, str]) -> Settings:
    problems = [f"{name} is missing" for name in REQUIRED if not env.get(name)]
    values: dict[str, object] = {
        "environment": env.get("ENVIRONMENT") or "production",
        **{
            f.name: env[f.name.upper()] for f in fields(Settings) if f.type is str and env.get(f.name.upper())
        },
    }
    instance = instance_dir(env)
    values |= {"instance_dir": instance, "files_dir": instance / "files", "outbox_dir": instance / "outbox"}
    for name, convert in CONVERSIONS.items():
        raw = env.get(name.upper(), "")
        if not raw:
            continue
        try:
            values[name] = convert(raw)
        except ValueError as error:
            problems.append(f"{name.upper()} {error}")
    problems += _contradictions(values)
    if problems:
        raise InvalidSettings(problems)
    return Settings(**values)  # type: ignore[arg-type]


def _contradictions(values: Mapping[str, object]) -> list[str]:
    problems = []
    if values["environment"] not in ENVIRONMENTS:
        problems.append(f"ENVIRONMENT is none of {', '.join(ENVIRONMENTS)}")
    if values["environment"] == "production":
        if values.get("demonstration"):
            problems.append("DEMONSTRATION is never possible in production")
        if len(str(values.get("secret_key", ""))) in range(1, SHORTEST_SECRET):
            problems.append(f"SECRET_KEY is shorter than {SHORTEST_SECRET} characters")
    return problems


def _data_key(raw: str) -> bytes:
    try:
        key = base64.b64decode(raw, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != DATA_KEY_BYTES:
        raise ValueError("is not 32 bytes in base64")
    return key


def _sentinels(raw: str) -> tuple[tuple[str, int], ...]:
    addresses = [address.strip().rpartition(":") for address in raw.split(",")]
    if not all(host and port.isdecimal() for host, _, port in addresses):
        raise ValueError("is not a list of host:port, separated by commas")
    return tuple((host, int(port)) for host, _, port in addresses)


def _timezone(raw: str) -> str:
    try:
        return ZoneInfo(raw).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("is not the name of a time zone") from None


def _count(raw: str) -> int:
    if not raw.isdecimal():
        raise ValueError("is not a whole number")
    return int(raw)


def _truth(raw: str) -> bool:
    if raw.lower() not in TRUE | FALSE:
        raise ValueError("is neither yes nor no")
    return raw.lower() in TRUE


def _address(raw: str) -> str:
    if not raw.startswith(("http://", "https://")):
        raise ValueError("does not begin with http:// or https://")
    return raw.rstrip("/")


def _folder(raw: str) -> Path:
    return Path(raw).absolute()


CONVERSIONS = {
    "data_key": _data_key,
    "redis_sentinels": _sentinels,
    "timezone": _timezone,
    "proxy_hops": _count,
    "demonstration": _truth,
    "base_url": _address,
    "files_dir": _folder,
    "outbox_dir": _folder,
    "model_dir": _folder,
}
