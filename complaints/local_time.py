"""Instants and the local days of a zone, both ways."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    return utc(instant).astimezone(zone).date()


@lru_cache(maxsize=4096)  # a sweep asks for the same few hundred midnights over and over
def midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def at_minute(on: date, minute: int, zone: ZoneInfo) -> datetime:
    return (datetime.combine(on, time.min, zone) + timedelta(minutes=minute)).astimezone(UTC)
