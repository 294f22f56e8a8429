"""Following a complaint: by receipt and secret, or from the account it was claimed for."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from complaints import agreements, offers, queries, reach, receipts, rulebook, workflow
from complaints.actors import Actor
from complaints.deadlines import LAW_ZONE
from complaints.errors import Invalid
from extensions import limiter
from models.base import db
from models.codes import Action, Role
from models.complaint import Complaint
from web import amounts, contacts, promises, readers, timelines, wizard
from web.languages import viewer
from web.moments import now
from web.uploads import ACCEPT
from web.validation import Messages, form_again

bp = Blueprint("receipts", __name__, url_prefix="/complaints")

bp.add_app_template_global(timelines.entries, "timeline_entries")

PAGE = 20


@bp.get("/follow")
def find() -> str:
    """Asks for receipt and secret. A link may bring the receipt; the secret is never in an address."""
    return _find_page({"receipt": request.args.get("receipt", "")[:30]}, {})


@bp.post("/follow")
@limiter.limit("10/minute;60/hour")
def open_one() -> Response:
    """Let whoever knows receipt and secret in. What is wrong is never said more exactly than that.

    Limited by address alone: with sixty random bits to guess, a limit by receipt would only lock its owner out.
    """
    typed = {name: request.form.get(name, "")[:40].strip() for name in ("receipt", "secret")}
    form_again(lambda errors: _find_page(typed, errors))
    for name, value in typed.items():
        if not value:
            raise Invalid(name, "required")
    if not receipts.is_receipt(typed["receipt"]):
        raise Invalid("receipt", "no_receipt")
    complaint = queries.opened_by(db.session(), typed["receipt"], typed["secret"])
    if complaint is None:
        raise Invalid("secret", "wrong_secret")
    readers.remember(complaint)
    return wizard.away(url_for("receipts.show", receipt=complaint.receipt))


@bp.get("/mine")
def mine() -> str | Response:
    """The complaints of the account at hand, newest first, and those this browser holds the secret of."""
    person = readers.signed_in_consumer()
    held = [found for actor in readers.held() for found in db.session.scalars(queries.visible_to(actor))]
    if person is None and not held:
        return wizard.away(url_for("receipts.find"))
    before = request.args.get("before", type=int)
    own = _page_of(person, before) if person is not None else []
    return render_template(
        "receipts/mine.html",
        own=own[:PAGE],
        held=[complaint for complaint in held if complaint not in own],
        has_account=person is not None,
        older=own[PAGE - 1].id if len(own) > PAGE else None,
    )


@bp.get("/<receipt>")
def show(receipt: str) -> str | Response:
    """The consumer's own page of one complaint; others who may see it are shown to theirs.

    A receipt without its secret leads to the question for it, whether there is such a complaint or not.
    """
    code = receipts.normalised(receipt)
    if not readers.holds(code) and viewer() is None and receipts.is_receipt(code):
        return wizard.away(url_for("receipts.find", receipt=code))
    complaint, actor = readers.find(code)
    if actor.role is not Role.CONSUMER:
        return wizard.away(readers.page_of(complaint, actor))
    return page(complaint, actor, {})


@bp.post("/<receipt>/put-away")
def put_away(receipt: str) -> Response:
    """Close the complaint in this browser, as on a shared computer. Repeatable."""
    readers.forget(receipts.normalised(receipt))
    return wizard.away(url_for("home.index"))


def page(complaint: Complaint, actor: Actor, errors: Messages) -> str:
    """The page, with a form that was refused filled in again."""
    today = now().astimezone(LAW_ZONE).date()
    return render_template(
        "receipts/complaint.html",
        complaint=complaint,
        actor=actor,
        actions=workflow.available_actions(complaint, actor),
        standing=offers.standing(complaint),
        promise=promises.of(complaint),
        masked=contacts.masked(complaint.contact),
        is_known_to_merchant=reach.known_to_merchant(complaint) is not None,
        supplement=promises.asked_for_supplement(complaint),
        has_account=actor.user_id is not None,
        errors=errors,
        typed=request.form,
        form_at=request.path.rpartition("/")[2] if errors else "",
        today=today,
        may_reopen=agreements.may_reopen(complaint, now=now(), clock=rulebook.current(db.session())),
        currencies=amounts.CURRENCIES,
        accept=ACCEPT,
        Action=Action,
    )


def _find_page(typed: dict[str, str], errors: Messages) -> str:
    return render_template("receipts/find.html", typed=typed, errors=errors)


def _page_of(actor: Actor, before: int | None) -> list[Complaint]:
    query = queries.visible_to(actor).order_by(Complaint.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Complaint.id < before)
    return list(db.session.scalars(query))
