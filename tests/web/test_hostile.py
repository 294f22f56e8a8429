"""Addresses and forms that nobody would send on purpose: they are answered, and never break."""

import pytest

from models.codes import Role
from tests.factories import a_department, a_shop, a_user, lodged

MARKS = (
    "1.999999999999999999",
    "-1.999999999999999999",
    "9" * 5_000,
    "²",
    "١",
    "1.-5",
    "a~1",
    "1e300~1",
    "nan~1",
)


@pytest.fixture(params=[Role.OFFICER, Role.MERCHANT, Role.MEDIATOR])
def lists_of(request, session, sign_in):
    """The addresses of the lists that somebody of each role pages through, the page mark left open."""
    place = (
        {"merchant": a_shop(session)}
        if request.param is Role.MERCHANT
        else {"department": a_department(session, "market-haidian")}
    )
    person = a_user(session, request.param, **place)
    sign_in(person)
    return {
        Role.OFFICER: ("/desk?tab=open&at={}", "/desk?tab=ended&at={}", "/desk/search?q=退款&at={}"),
        Role.MERCHANT: ("/merchant?after={}", "/merchant?tab=ended&after={}"),
        Role.MEDIATOR: ("/mediation?at={}",),
    }[request.param]


@pytest.mark.parametrize("mark", MARKS)
def test_a_page_mark_of_nonsense_shows_the_first_page(client, lists_of, mark):
    answers = [client.get(address.format(mark)).status_code for address in lists_of]

    assert answers == [200] * len(lists_of)


def test_a_form_that_came_too_late_and_half_filled_is_told_so(client, session, sign_in):
    office = a_department(session, "market-haidian")
    complaint = lodged(session, opts_in=False).complaint
    complaint.department = office
    sign_in(a_user(session, department=office))

    resumed = client.post(f"/desk/complaints/{complaint.receipt}/resume", data={"reason": ""})
    sorted_ = client.post(f"/desk/complaints/{complaint.receipt}/sort", data={"industry": "\x00"})

    assert (resumed.status_code, sorted_.status_code) == (409, 409)
    assert f'href="/desk/complaints/{complaint.receipt}"' in resumed.text
