"""Receipt codes and the secrets that open them."""

import hashlib
import secrets

# Crockford's alphabet: no I, L, O or U, so that a code survives being read out on the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
PREFIX = "GC"
RECEIPT_LENGTH = 10
LENGTHS = frozenset({8, RECEIPT_LENGTH})  # those of 8 were given out before
SECRET_LENGTH = 12


def new_receipt() -> str:
    """A public number for a complaint, like GC4K7M2Q9XB3H: unguessable, ten random signs and one that checks them.

    50 random bits: beside ten million stored, one in a hundred million new ones meets an old one. The database
    refuses that one, and whoever sent it sends it again.
    """
    body = _random(RECEIPT_LENGTH)
    return f"{PREFIX}{body}{_check(body)}"


def new_secret() -> str:
    """What lets the consumer in without an account: 60 random bits in three groups."""
    return _grouped(_random(SECRET_LENGTH))


def secret_of(seed: bytes) -> str:
    """The secret that belongs to `seed`, twelve random bytes or more: always the same one."""
    return _grouped(_signs(seed[:SECRET_LENGTH]))


def of_nobody() -> str:
    """The hash of a secret that is told to nobody, for a complaint that came in without its consumer."""
    return digest(secrets.token_hex(16))


def hashed(secret: str) -> str:
    """The form in which a random secret is kept. Not for passwords, which people choose."""
    return digest(secret.upper().translate(LOOKALIKES).replace("-", "").replace(" ", ""))


def digest(secret: str) -> str:
    """SHA-256 of a long random secret, to the letter."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(secret: str, secret_hash: str) -> bool:
    """Whether `secret`, as somebody typed it, is the one behind `secret_hash`."""
    return secrets.compare_digest(hashed(secret), secret_hash)


def normalised(receipt: str) -> str:
    """The receipt as it is stored, whatever spaces, dashes, case or look-alikes it was typed with."""
    plain = receipt.upper().replace("-", "").replace(" ", "").strip()
    return plain[:2] + plain[2:].translate(LOOKALIKES)


def is_receipt(text: str) -> bool:
    """Whether `text` can be a receipt at all: the last sign checks the others."""
    code = normalised(text)
    body, check = code[len(PREFIX) : -1], code[-1:]
    return code.startswith(PREFIX) and len(body) in LENGTHS and _check(body) == check


def _random(length: int) -> str:
    return _signs(secrets.token_bytes(length))


def _signs(random: bytes) -> str:
    # 256 is a multiple of 32: every sign is as likely as every other.
    return "".join([ALPHABET[byte % 32] for byte in random])


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def _check(body: str) -> str:
    total = 0
    for place, sign in enumerate(body, start=1):
        value = ALPHABET.find(sign)
        if value < 0:
            return ""
        total += place * value
    return ALPHABET[total % 31]
