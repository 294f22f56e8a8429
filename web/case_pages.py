"""The page of one complaint and of each step on it, for those who handle it: the desk and the mediators."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser
from flask_babel import force_locale
from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import select
from werkzeug.wrappers import Response

import i18n
from complaints import assignments, case_file, doubts, handovers, mediation, routing, workflow
from complaints.actors import Actor
from complaints.errors import Unknown
from extensions import limiter
from i18n import DEFAULT_LANGUAGE, LANGUAGES
from jobs.queue import enqueue
from models.base import db
from models.codes import Action
from models.complaint import Complaint
from models.organisations import Department
from models.suggestion import Suggestion
from web import case_steps, contacts, promises, suggestions
from web.auth import current_actor
from web.case_steps import STEPS
from web.moments import now
from web.validation import Messages, form_again

STEPS_OF = {"desk": frozenset[str](), "mediation": case_steps.OF_MEDIATORS}


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `weighs` where it spoke for the classifier's suggestion."""

    text: str
    weighs: bool


# Whoever looks at one contact after the other is stopped, not only written down.
limit_looks = limiter.shared_limit(
    "120/hour",
    scope="contact",
    key_func=lambda: f"looks:{browser.get('_user_id')}",
    exempt_when=lambda: (request.view_args or {}).get("step") != "contact",
)


def show(desk: str, receipt: str) -> str:
    complaint = case_file.read(db.session(), current_actor(), receipt)
    return render_template("desk/show.html", **_context(complaint, desk))


def ask(desk: str, receipt: str, name: str, errors: Messages | None = None) -> str:
    """The form of one step on a page of its own: for those with much to choose from, and for what comes back."""
    _known(desk, name)
    actor = current_actor()
    complaint = case_file.read(db.session(), actor, receipt)
    workflow.demand(complaint, STEPS[name].action, actor)
    return render_template(
        "desk/step.html",
        **_context(complaint, desk),
        **_choices(name, complaint, actor),
        name=name,
        step=STEPS[name],
        errors=errors or {},
        typed=request.form,
    )


def take(desk: str, receipt: str, name: str) -> Response:
    """Do the step, commit, hurry the notices, and go where the complaint can still be seen."""
    _known(desk, name)
    actor, step = current_actor(), STEPS[name]
    complaint = case_file.read(db.session(), actor, receipt)
    workflow.demand(complaint, step.action, actor)  # a form to fill in again must be one that may be sent
    form_again(lambda errors: ask(desk, receipt, name, errors))
    step.act(complaint, actor, step.schema().load(_typed(step)))
    db.session.commit()
    enqueue("jobs.notices.send_due")
    flash(case_steps.said(step, complaint), "good")
    if not actor.is_party_to(complaint):
        flash(_("It has left your office: %(office)s has it now.", office=_office(complaint)), "talk")
        return redirect(url_for(f"{desk}.inbox"), 303)
    return redirect(url_for(f"{desk}.show", receipt=complaint.receipt), 303)


def _known(desk: str, name: str) -> None:
    if name not in (STEPS_OF[desk] or STEPS):
        raise Unknown


def _typed(step: case_steps.Step) -> dict[str, Any]:
    lists = [name for name, field in step.schema().fields.items() if isinstance(field, fields.List)]
    return {**request.form.to_dict(), **{name: request.form.getlist(name) for name in lists}}


def _context(complaint: Complaint, desk: str) -> dict[str, Any]:
    actor = current_actor()
    actions = workflow.available_actions(complaint, actor)
    said = complaint.suggestions[-1] if complaint.suggestions else None
    return {
        "complaint": complaint,
        "actor": actor,
        "actions": actions,
        "desk": desk,
        "steps": case_steps.open_to(complaint, actor, actions, STEPS_OF[desk]),
        "said": said,
        "by_trade": _by_trade(complaint, said),
        "calls_at_once": promises.calls_at_once(complaint),
        "doubt": doubts.of(complaint),
        "pieces": pieces(complaint.body, said),
        "read_now": suggestions.answers(complaint.body) if said else None,
        "waiting": handovers.waiting(complaint),
        "parent": _parent(complaint, actor),
        "running": promises.running(complaint),
        "ended": promises.ended(complaint),
        "contact": complaint.contact if contacts.is_open(browser, complaint.receipt, now()) else None,
        "masked": contacts.masked(complaint.contact),
        "other_ways": other_ways(complaint),
        "is_delegated": mediation.is_delegated(complaint),
    }


def _choices(name: str, complaint: Complaint, actor: Actor) -> dict[str, Any]:
    """What the form of a step lets one choose from."""
    session = db.session()
    if name == "assign":
        return {"officers": [(one.id, one.name) for one in assignments.candidates(session, complaint)]}
    if name == "mediation":
        return {"candidates": mediation.candidates(session, complaint)}
    if name in {"transfer", "designate"}:
        query = select(Department).where(Department.is_active, Department.id != complaint.department_id)
        if name == "designate":
            query = query.where(Department.id.in_(actor.departments))
        return {"offices": session.scalars(query.order_by(Department.level.desc(), Department.code)).all()}
    return {}


def _by_trade(complaint: Complaint, said: Suggestion | None) -> bool:
    """Whether an unsure reading was enough, since the merchant is known for one of the two it hesitates between."""
    if said is None or not said.abstained or complaint.status in workflow.UNROUTED:
        return False
    is_sorted = any(event.action is Action.CLASSIFY for event in complaint.events)
    trade = routing.industry_of(said, routing.trade_of(complaint.merchant))
    return not is_sorted and trade is complaint.industry


def pieces(body: str, said: Suggestion | None) -> list[Piece]:
    """The text cut where it spoke for the suggestion."""
    spans = (
        sorted((int(start), int(end)) for start, end, _weight in said.evidence) if said is not None else []
    )
    cut, at = [], 0
    for start, end in spans:
        if at <= start < end <= len(body):
            cut += [Piece(body[at:start], weighs=False), Piece(body[start:end], weighs=True)]
            at = end
    return [piece for piece in [*cut, Piece(body[at:], weighs=False)] if piece.text]


def other_ways(complaint: Complaint) -> str:
    """The five ways of Consumer Rights Law art 39, in the language of whoever will read the refusal."""
    wanted = complaint.contact.locale if complaint.contact is not None else DEFAULT_LANGUAGE
    with force_locale(wanted if wanted in LANGUAGES else DEFAULT_LANGUAGE):
        return _(
            "You may still: 1. settle it with the merchant yourselves; 2. ask the consumer association or another"
            " body lawfully set up for it to mediate; 3. complain to the administrative authority responsible;"
            " 4. apply for arbitration if the two sides agreed on it; 5. sue in the people's court."
            " (Consumer Rights Law, article 39)"
        )


def _parent(complaint: Complaint, actor: Actor) -> Complaint | None:
    """The complaint that a report was split off from, where the reader may see that too."""
    parent = complaint.parent if complaint.parent_id is not None else None
    return parent if parent is not None and actor.is_party_to(parent) else None


def _office(complaint: Complaint) -> str:
    return i18n.local(complaint.department, "name") if complaint.department is not None else ""
