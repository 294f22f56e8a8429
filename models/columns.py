"""Column types: codes with a CHECK, and personal data sealed at rest."""

from enum import StrEnum
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Enum, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def coded(codes: type[StrEnum], name: str = "") -> Enum:
    """A column that holds one of `codes` as text, checked by the database.

    `name` is needed where one table has two columns of the same codes: each CHECK wants a name of its own.
    """
    return Enum(
        codes,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or codes.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Unsealable(Exception):
    """Sealed data cannot be read: no key was given, or a wrong one."""


class Seal:
    """The keys for personal data: the first seals, all of them open. One for the process, set where it starts."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None

    def use(self, keys: list[str]) -> None:
        """Take `keys` (urlsafe base64, 32 bytes each), newest first."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, text: str) -> bytes:
        return self.close_bytes(text.encode())

    def open(self, sealed: bytes) -> str:
        return self.open_bytes(sealed).decode()

    def close_bytes(self, content: bytes) -> bytes:
        return self._keys().encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        try:
            return self._keys().decrypt(bytes(sealed))
        except InvalidToken as error:
            raise Unsealable from error

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise Unsealable
        return self._fernet


seal = Seal()


class Sealed(TypeDecorator[str]):
    """Text encrypted in the database (domain 1.16). It cannot be searched or sorted by."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal.close(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else seal.open(value)
