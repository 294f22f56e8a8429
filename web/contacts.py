"""Who complained: masked, and shown for a while after a look that is on record."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from models.complaint import Contact

SHOWN_FOR = timedelta(minutes=10)
MOST_OPEN = 10
KEY = "contacts"


def open_for_a_while(browser: MutableMapping[str, Any], receipt: str, now: datetime) -> None:
    """From now on this browser may see the contact of one complaint, for as long as SHOWN_FOR."""
    until = int((now + SHOWN_FOR).timestamp())
    opened = {**browser.get(KEY, {}), receipt: until}
    browser[KEY] = dict(list(opened.items())[-MOST_OPEN:])


def is_open(browser: MutableMapping[str, Any], receipt: str, now: datetime) -> bool:
    return bool(browser.get(KEY, {}).get(receipt, 0) > now.timestamp())


def masked(contact: Contact | None) -> dict[str, str]:
    """Enough of a contact to know it again, by field; nothing of none."""
    if contact is None:
        return {}
    return {
        "name": masked_name(contact.name),
        "phone": masked_phone(contact.phone),
        "email": masked_email(contact.email),
    }


def masked_name(name: str) -> str:
    """The family name and nothing else: 王＊＊, J＊＊."""
    return f"{name.strip()[:1]}＊＊"


def masked_phone(phone: str | None) -> str:
    """The last two digits: enough to recognise a number one knows, not to dial it."""
    return f"＊＊＊＊＊＊{phone[-2:]}" if phone else ""


def masked_email(email: str | None) -> str:
    name, at, domain = (email or "").partition("@")
    return f"{name[:1]}＊＊@{domain}" if at else ""
