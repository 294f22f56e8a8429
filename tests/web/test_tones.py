"""What the clock of a deadline shows: words, a shape and a tone that say the same."""

from datetime import timedelta

import pytest

from models.deadline import Deadline
from tests.factories import NOW
from web import tones

DUE = NOW + timedelta(days=2)
LATER = DUE + timedelta(minutes=3)


@pytest.fixture(autouse=True)
def in_english(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def shown(now=NOW, **values):
    return tones.face(Deadline(**{"due_at": DUE, **values}), now)


@pytest.mark.parametrize(
    ("values", "face"),
    [
        ({"met_at": NOW, "ended_at": NOW}, ("good", "check", "done in time")),
        ({"met_at": DUE, "ended_at": DUE}, ("good", "check", "done in time")),
        ({"met_at": LATER, "ended_at": LATER, "breached_at": DUE}, ("warn", "diamond", "done late")),
        ({"met_at": LATER, "ended_at": LATER}, ("warn", "diamond", "done late")),
        ({"ended_at": NOW}, ("plain", "cross", "no longer owed")),
        ({"ended_at": LATER, "breached_at": DUE}, ("late", "triangle", "missed")),
        ({"due_at": None}, ("plain", "pause", "the clock stands still")),
    ],
    ids=["early", "on the dot", "late", "late before any sweep saw it", "dropped", "missed", "paused"],
)
def test_what_was_done_late_never_looks_like_what_was_done_in_time(values, face):
    assert shown(**values) == face


def test_a_running_clock_grows_warmer():
    assert [shown(now).tone for now in (NOW, DUE - timedelta(hours=3), LATER)] == ["wait", "warn", "late"]
