"""Passwords: argon2id, sized for two cores, re-hashed when the sizes change."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app

SHORTEST, LONGEST = 10, 200
# Shown on the sign-in page of a demonstration, where everybody is invented.
OF_THE_DEMONSTRATION = "green-channel"
TOO_COMMON = frozenset({"1234567890", "password123", "qwertyuiop", "0123456789", "1111111111", "abcdefghij"})


def init_app(app: Flask) -> None:
    cheap = app.config["SETTINGS"].environment == "test"
    hasher = (
        PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher(2, 19_456, 1)
    )
    app.extensions["passwords"] = hasher
    # Checked for addresses nobody has, so that an answer takes as long for them as for others.
    app.extensions["decoy"] = hasher.hash("nobody has this address")


def hashed(password: str) -> str:
    return _hasher().hash(password)


def is_right(password: str, known: str | None) -> bool:
    """Whether `password` is the one behind `known`. With None it takes as long, and is wrong."""
    try:
        _hasher().verify(known or current_app.extensions["decoy"], password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def is_outdated(known: str) -> bool:
    return _hasher().check_needs_rehash(known)


def _hasher() -> PasswordHasher:
    return current_app.extensions["passwords"]
