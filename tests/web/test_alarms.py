"""Until when the desk is told to telephone at once."""

import pytest

from models.codes import Hazard, Status
from models.deadline import Deadline
from tests.factories import NOW, a_complaint
from web import promises


def emergency(status=Status.PENDING_ACCEPTANCE, *clocks, hazards=(Hazard.INJURY,)):
    complaint = a_complaint(status, hazards=list(hazards))
    for code, met_at in clocks:
        complaint.deadlines.append(Deadline(rule_code=code, met_at=met_at))
    return complaint


@pytest.mark.parametrize(
    ("complaint", "calls"),
    [
        (emergency(), True),
        (emergency(Status.PENDING_ACCEPTANCE, ("S-28", None)), True),
        (emergency(Status.PENDING_ACCEPTANCE, ("S-01", NOW), ("S-28", None)), True),
        (emergency(Status.ACCEPTED, ("S-28", NOW)), False),
        (emergency(Status.ACCEPTED, ("S-28", NOW), ("S-28", None)), True),
        (emergency(Status.TERMINATED, ("S-28", None)), False),
        (emergency(hazards=()), False),
    ],
)
def test_the_alarm_lasts_until_somebody_acted(complaint, calls):
    assert promises.calls_at_once(complaint) is calls
