"""The merchant's inbox, and its answers in the green channel."""

from datetime import date
from functools import wraps
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from complaints import (
    agreements,
    claims,
    green_channel,
    merchant_inbox,
    offers,
    payer_inbox,
    queries,
    reach,
    receipts,
    rulebook,
    workflow,
)
from complaints.actors import Actor
from complaints.deadlines import LAW_ZONE
from complaints.errors import NotAllowed, Unknown
from complaints.merchant_inbox import Tab
from jobs.queue import enqueue
from models import db
from models.codes import Action, Role
from models.complaint import Complaint
from web import case_steps, compensation, promises
from web.auth import current_actor
from web.case_steps import OF_PAYERS
from web.merchant_schemas import SOON, DayIn, OfferChoiceIn, ProofIn, TermsIn, WordsIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again

bp = Blueprint("merchant", __name__, url_prefix="/merchant")
bp.add_app_template_global(compensation.standing, "compensation_standing")
bp.add_app_template_global(compensation.clock, "compensation_clock")
bp.add_app_template_global(compensation.most, "compensation_most")
bp.add_app_template_global(compensation.is_capped, "compensation_is_capped")


def merchants_only(view):  # type: ignore[no-untyped-def]
    """Signed in, and for a merchant. Others may see that the page exists, and may not use it."""

    @wraps(view)
    @login_required
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_actor().role is not Role.MERCHANT:
            raise NotAllowed
        return view(*args, **kwargs)

    return guarded


@bp.get("")
@merchants_only
def inbox() -> str:
    tab = Tab(request.args["tab"]) if request.args.get("tab") in set(Tab) else Tab.TO_ANSWER
    page = merchant_inbox.page(db.session(), current_actor(), tab, request.args.get("after", ""))
    counts = merchant_inbox.counts(db.session(), current_actor())
    return render_template("merchant/inbox.html", page=page, tab=tab, tabs=Tab, counts=counts)


@bp.get("/compensation")
@merchants_only
def paid_ahead() -> str:
    """What consumers asked this business to pay ahead, about itself or about those on its premises."""
    page = payer_inbox.page(db.session(), current_actor(), request.args.get("after", ""))
    counts = merchant_inbox.counts(db.session(), current_actor())
    return render_template("merchant/compensation.html", page=page, tabs=Tab, tab=None, counts=counts)


@bp.get("/complaints/<receipt>")
@merchants_only
def complaint(receipt: str) -> str:
    return _page(_find(receipt))


@bp.post("/complaints/<receipt>/offer")
@merchants_only
@once
def offer(receipt: str) -> Response:
    found = _again(receipt)
    terms = TermsIn().load(_form("remedies"))
    green_channel.make_offer(found, current_actor(), terms, **_time())
    return _done(found, _("Your offer is with the consumer. It is open for 48 hours."))


@bp.post("/complaints/<receipt>/accept-claim")
@merchants_only
@once
def accept_claim(receipt: str) -> Response:
    found = _again(receipt)
    day: date = DayIn().load(_form())["perform_by"]
    if not green_channel.is_as_asked(day, now()):
        green_channel.offer_claim(found, current_actor(), day, **_time())
        return _done(
            found,
            _(
                "The day is more than three days off, so this is an offer: the consumer has 48 hours to accept it."
            ),
        )
    green_channel.accept_claim(found, current_actor(), day, **_time())
    return _done(found, _("Agreed. Please report here when it is done."))


@bp.post("/complaints/<receipt>/accept-offer")
@merchants_only
@once
def accept_offer(receipt: str) -> Response:
    found = _again(receipt)
    offer_id = OfferChoiceIn().load(_form())["offer_id"]
    green_channel.accept_offer(found, current_actor(), offer_id, **_time())
    return _done(found, _("Agreed. Please report here when it is done."))


@bp.post("/complaints/<receipt>/pay")
@merchants_only
@once
def pay(receipt: str) -> Response:
    found = _again(receipt)
    proof = ProofIn().load(_form())["proof"]
    green_channel.pay_at_once(found, current_actor(), proof, **_time())
    return _done(found, _("Thank you. The consumer is asked to confirm that the money arrived."))


@bp.post("/complaints/<receipt>/answer")
@merchants_only
@once
def answer(receipt: str) -> Response:
    found = _again(receipt)
    green_channel.answer(found, current_actor(), WordsIn().load(_form())["reason"], **_time())
    return _done(found, _("Your answer is with the consumer."))


@bp.post("/complaints/<receipt>/dispute")
@merchants_only
@once
def dispute(receipt: str) -> Response:
    found = _again(receipt)
    green_channel.dispute(found, current_actor(), WordsIn().load(_form())["reason"], **_time())
    return _done(found, _("Your view is on record. Evidence you add below goes with it."))


@bp.post("/complaints/<receipt>/decline")
@merchants_only
@once
def decline(receipt: str) -> Response:
    found = _again(receipt)
    green_channel.close(found, current_actor(), reason=WordsIn().load(_form())["reason"], **_time())
    return _done(found, _("The complaint goes on to the authority."))


@bp.post("/complaints/<receipt>/performed")
@merchants_only
@once
def performed(receipt: str) -> Response:
    found = _again(receipt)
    agreements.report_performed(found, current_actor(), ProofIn().load(_form())["proof"], **_time())
    return _done(found, _("Thank you. The consumer is asked to confirm."))


@bp.post("/complaints/<receipt>/message")
@merchants_only
@once
def message(receipt: str) -> Response:
    found = _again(receipt)
    words = WordsIn().load(_form())["reason"]
    workflow.perform(found, Action.MESSAGE, current_actor(), reason=words, **_time())
    return _done(found, _("Your message is sent."))


@bp.post("/complaints/<receipt>/<step>")
@merchants_only
@once
def pay_ahead(receipt: str, step: str) -> Response:
    """A step of whoever pays ahead, which need not be the merchant complained about."""
    if step not in OF_PAYERS:
        raise Unknown
    chosen, actor = case_steps.STEPS[step], current_actor()
    workflow.demand(
        _find(receipt), chosen.action, actor
    )  # a form to fill in again must be one that may be sent
    found = _again(receipt)
    chosen.act(found, actor, chosen.schema().load(_form()))
    return _done(found, case_steps.said(chosen, found))


def _find(receipt: str) -> Complaint:
    return queries.one_for(db.session(), current_actor(), receipts.normalised(receipt))


def _again(receipt: str) -> Complaint:
    """The complaint, with word left how its page is shown once more when what was typed is refused."""
    found = _find(receipt)
    form_again(lambda errors: _page(found, errors))
    return found


def _page(found: Complaint, errors: Messages | None = None) -> str:
    actor: Actor = current_actor()
    actions = workflow.available_actions(found, actor)
    return render_template(
        "merchant/complaint.html",
        complaint=found,
        actor=actor,
        actions=actions,
        Action=Action,
        known=reach.known_to_merchant(found) if actor.merchant_id == found.merchant_id else None,
        standing=offers.standing(found),
        running=promises.running(found),
        ended=promises.ended(found),
        payer_steps=case_steps.open_to(found, actor, actions, frozenset(OF_PAYERS)),
        may_pay=Action.PAY_AT_ONCE in actions and claims.is_small(found),
        soon=now().astimezone(LAW_ZONE).date() + SOON,
        today=now().astimezone(LAW_ZONE).date(),
        errors=errors or {},
        value=request.form,
        asked_at=request.path.rpartition("/")[2],
    )


def _form(*lists: str) -> dict[str, Any]:
    return {**request.form.to_dict(), **{name: request.form.getlist(name) for name in lists}}


def _time() -> dict[str, Any]:
    return {"now": now(), "clock": rulebook.current(db.session())}


def _done(found: Complaint, words: str) -> Response:
    db.session.commit()
    enqueue("jobs.notices.send_due")
    flash(words, "good")
    return redirect(url_for("merchant.complaint", receipt=found.receipt), 303)
