"""Who looks at one complaint: somebody signed in, or whoever showed its receipt and secret here."""

from collections.abc import Iterator

from flask import current_app, session, url_for

from complaints import actors, queries, receipts
from complaints.actors import Actor
from complaints.errors import Unknown
from models.base import db
from models.codes import Role
from models.complaint import Complaint
from web.languages import viewer

MOST_RECEIPTS = 20
PAGES = {
    Role.CONSUMER: "receipts.show",
    Role.MERCHANT: "merchant.complaint",
    Role.MEDIATOR: "mediation.show",
}


def remember(complaint: Complaint) -> None:
    """This browser showed the secret: it may come back to the complaint until it is closed or signs out."""
    held = {**session.get("receipts", {}), complaint.receipt: complaint.id}
    session["receipts"] = dict(list(held.items())[-MOST_RECEIPTS:])


def forget(receipt: str) -> None:
    session["receipts"] = {code: id_ for code, id_ in session.get("receipts", {}).items() if code != receipt}


def held() -> list[Actor]:
    """An actor for each receipt this browser holds."""
    return [Actor(Role.CONSUMER, complaint_id=id_) for id_ in session.get("receipts", {}).values()]


def holds(receipt: str) -> bool:
    return receipt in session.get("receipts", {})


def signed_in_consumer() -> Actor | None:
    """The consumer whose account is signed in, if one is."""
    person = viewer()
    return actors.of(person) if person is not None and person.role is Role.CONSUMER else None


def find(receipt: str, *, as_consumer: bool = False) -> tuple[Complaint, Actor]:
    """The complaint and as whom the reader sees it. Raises Unknown where it is not theirs to see.

    `as_consumer` leaves out what a merchant, an officer or a mediator would see.
    """
    code = receipts.normalised(receipt)
    for actor in _possible(code):
        if as_consumer and actor.role is not Role.CONSUMER:
            continue
        complaint = db.session.scalar(queries.visible_to(actor).where(Complaint.receipt == code))
        if complaint is not None:
            return complaint, actor
    raise Unknown


def page_of(complaint: Complaint, actor: Actor) -> str:
    """Where this reader looks at the complaint."""
    endpoint = PAGES.get(actor.role, "desk.show")
    if endpoint not in current_app.view_functions:
        endpoint = "receipts.show"
    return url_for(endpoint, receipt=complaint.receipt)


def _possible(receipt: str) -> Iterator[Actor]:
    held_id = session.get("receipts", {}).get(receipt)
    if held_id is not None:
        yield Actor(Role.CONSUMER, complaint_id=held_id)
    person = viewer()
    if person is not None:
        yield actors.of(person, queries.departments_of(db.session(), person))
