"""The links at the top of every page, by role, and those at the foot."""

from typing import NamedTuple

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models.codes import Role
from web import learning
from web.languages import viewer

Entry = tuple[str, LazyString]

EVERYBODY: tuple[Entry, ...] = (
    ("public.start", _l("File a complaint")),
    ("receipts.find", _l("Follow a complaint")),
    ("home.merchants", _l("For merchants")),
    ("home.help_page", _l("Help")),
)
STAFF_PAGES: tuple[Entry, ...] = (
    ("desk.inbox", _l("Desk")),
    ("desk.search", _l("Search")),
    ("applications.inbox", _l("Applications")),
)
BY_ROLE: dict[Role, tuple[Entry, ...]] = {
    Role.CONSUMER: (
        ("receipts.mine", _l("My complaints")),
        ("public.start", _l("File a complaint")),
        ("home.help_page", _l("Help")),
    ),
    Role.MERCHANT: (("merchant.inbox", _l("Inbox")), ("merchant_profile.show", _l("Our pledge"))),
    Role.OFFICER: STAFF_PAGES,
    Role.MEDIATOR: (("mediation.inbox", _l("My mediations")),),
    Role.SUPERVISOR: STAFF_PAGES,
    Role.ADMIN: (("admin.index", _l("Administration")),),
}
CITY_PAGES: tuple[Entry, ...] = (("learning.show", _l("Classifier")),)


class Link(NamedTuple):
    url: str
    words: LazyString
    is_here: bool


FOOT: tuple[Entry, ...] = (
    ("public.start", _l("File a complaint")),
    ("receipts.find", _l("Follow a complaint")),
    ("home.merchants", _l("For merchants")),
    ("home.help_page", _l("Help")),
)


def nav() -> list[Link]:
    """What the reader at hand is offered."""
    person = viewer()
    if person is None:
        return _links(EVERYBODY)
    more = CITY_PAGES if person.role is Role.SUPERVISOR and learning.may_look(person) else ()
    return _links((*BY_ROLE.get(person.role, EVERYBODY), *more))


def foot_links() -> list[Link]:
    return _links(FOOT)


def here() -> str:
    """The address of this page, to come back to. What answers a POST has none, unless a page stands at the same one."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.path if current_app.url_map.bind("").test(request.path, "GET") else ""


def _links(entries: tuple[Entry, ...]) -> list[Link]:
    return [Link(url_for(endpoint), words, request.endpoint == endpoint) for endpoint, words in entries]
