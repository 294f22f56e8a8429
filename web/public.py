"""Filing a complaint in steps, without account or scripts. What was typed waits on the server."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from complaints import drafts, duplicates, evidence, merchants
from complaints.drafts import Draft
from complaints.errors import Invalid
from extensions import limiter
from jobs.queue import enqueue
from models.base import db
from models.codes import Issue
from models.complaint import Complaint
from web import amounts, districts, drafting, filing, promises, readers, suggestions, wizard
from web.filing import Answers
from web.filing_schemas import NAMED_HAZARDS, STEPS
from web.moments import now
from web.validation import Messages, form_again

bp = Blueprint("public", __name__, url_prefix="/complaints")

bp.add_app_template_global(districts.name, "district_name")
bp.add_app_template_global(wizard.url, "step_url")

FIRST = wizard.ORDER[0]
LONGEST_KEPT = 60_000


@bp.get("/new")
def start() -> Response:
    """Begin, or go on where this browser left off."""
    draft = drafting.current()
    return wizard.away(wizard.left_at(draft) if draft is not None else wizard.url(FIRST))


@bp.get("/new/<any(what, whom, ask, contact):step>")
def show(step: str) -> Response | str:
    draft = drafting.current()
    if draft is None and step != FIRST:
        return wizard.away(wizard.url(FIRST))
    given = wizard.answers_of(draft)
    return _page(step, given, given.get(step, {}), {})


@bp.post("/new/<any(what, whom, ask, contact):step>")
@limiter.limit("300/hour")
def keep(step: str) -> Response | str:
    """Keep one step and go on. A button may instead ask for a `look` or to come back `later`."""
    draft = drafting.locked() if step != FIRST or drafting.current() is not None else None
    given = wizard.answers_of(draft)
    answers = filing.typed(step, request.form)
    form_again(lambda errors: _page(step, given, answers, errors))
    if "look" in request.form:
        return _page(step, given, answers, {})
    if "later" not in request.form or len(str(answers)) > LONGEST_KEPT:
        filing.checked(step, answers)
        if step == "whom" and "merchant_id" not in request.form:
            answers["merchant_id"] = filing.meant(answers["merchant_name"])
    draft, code = (draft, drafting.code()) if draft else drafts.begin(db.session(), now=now())
    drafts.keep(draft, step, answers, now=now())
    onward = url_for("public.saved") if "later" in request.form else wizard.after(step, draft)
    db.session.commit()
    return drafting.remember(wizard.away(onward), code)


@bp.get("/new/check")
def check() -> Response | str:
    draft = drafting.current()
    if draft is None:
        return wizard.away(wizard.url(FIRST))
    missing = filing.first_incomplete(draft)
    if missing:
        flash(_("Before sending, please complete this step."), "warning")
        return wizard.away(wizard.url(missing))
    return _check_page(draft)


@bp.post("/new/check")
@limiter.limit("40/hour")
def send() -> Response:
    """Send once: a double click, the back button or a second tab lead to the same receipt."""
    draft = drafts.lock(db.session(), drafting.code(), now=now())
    if draft.complaint_id is None:
        missing = filing.first_incomplete(draft)
        if missing:
            return wizard.away(wizard.url(missing))
        complaint = filing.lodge(draft, filing.filer()).complaint
        db.session.commit()
        enqueue("jobs.notices.send_due")
    else:
        complaint = db.session.get_one(Complaint, draft.complaint_id)
    readers.remember(complaint)
    return wizard.away(url_for("public.receipt"))


@bp.get("/new/receipt")
def receipt() -> Response | str:
    """The promise card: receipt and secret, shown as long as the sent draft is kept."""
    draft = drafting.any_draft()
    if draft is None or draft.complaint_id is None:
        return wizard.away(url_for("receipts.find"))
    complaint = db.session.get_one(Complaint, draft.complaint_id)
    page = render_template(
        "public/receipt.html",
        complaint=complaint,
        secret=drafts.secret_of(draft),
        promise=promises.of(complaint),
    )
    return wizard.unkept(page)


@bp.post("/new/receipt")
def put_away() -> Response:
    """The secret has been written down: forget it here and go to the complaint."""
    draft = drafting.any_draft()
    if draft is None or draft.complaint_id is None:
        return wizard.away(url_for("receipts.find"))
    complaint = db.session.get_one(Complaint, draft.complaint_id)
    readers.remember(complaint)
    drafts.discard(draft, now=now())
    db.session.commit()
    return drafting.forget(wizard.away(url_for("receipts.show", receipt=complaint.receipt)))


@bp.get("/new/saved")
def saved() -> Response | str:
    """The code to come back with, on this device or another."""
    draft = drafting.current()
    if draft is None:
        return wizard.away(wizard.url(FIRST))
    code = drafts.written(drafting.code())
    onward = wizard.left_at(draft)
    return wizard.unkept(render_template("public/saved.html", draft=draft, code=code, onward=onward))


@bp.get("/resume")
def resume() -> str:
    return render_template("public/resume.html", typed="", errors={})


@bp.post("/resume")
@limiter.limit("10/minute;60/hour")
def take_up() -> Response:
    """Open a draft in this browser by its code."""
    code = request.form.get("code", "")[:40].strip()
    form_again(lambda errors: render_template("public/resume.html", typed=code, errors=errors))
    draft = drafts.find(db.session(), code, now=now()) if code else None
    if draft is None:
        raise Invalid("code", "draft_unknown" if code else "required")
    onward = url_for("public.receipt") if draft.complaint_id else wizard.left_at(draft)
    return drafting.remember(wizard.away(onward), drafts.written(code))


@bp.post("/new/discard")
def discard() -> Response:
    """Throw the draft away. Its files go with the next sweep."""
    if drafting.current() is not None:
        drafts.discard(drafting.locked(), now=now())
        db.session.commit()
    flash(_("Your draft has been thrown away."), "success")
    return drafting.forget(wizard.away(url_for("home.index")))


def _page(step: str, given: Answers, answers: Answers, errors: Messages) -> str:
    """The form of one step with what was typed in it, and what is wrong with it."""
    return render_template(
        f"public/{step}.html",
        given=answers,
        errors=errors,
        **wizard.parts(step, given),
        **CONTEXTS[step](given, answers),
    )


def _for_what(given: Answers, answers: Answers) -> Answers:
    body = str(answers.get("body", ""))
    return {"reading": suggestions.reading(body) if body.strip() else None, "named_hazards": NAMED_HAZARDS}


def _for_whom(given: Answers, answers: Answers) -> Answers:
    name = str(answers.get("merchant_name", ""))
    picked = filing.merchant_of({"whom": answers})
    found = merchants.search(db.session(), name) if name.strip() else []
    if picked is not None and picked not in found:
        found.insert(0, picked)
    return {"found": found, "picked": picked, "districts": districts.choices()}


def _for_ask(given: Answers, answers: Answers) -> Answers:
    return {"currencies": amounts.CURRENCIES}


def _for_contact(given: Answers, answers: Answers) -> Answers:
    return {
        "merchant": filing.merchant_of(given),
        "has_green_channel": filing.may_use_green_channel(given),
        "is_gone": filing.issue_of(given) is Issue.MERCHANT_CLOSED,
        "has_hazard": bool(given.get("what", {}).get("hazards")),
    }


CONTEXTS: dict[str, Callable[[Answers, Answers], Answers]] = {
    "what": _for_what,
    "whom": _for_whom,
    "ask": _for_ask,
    "contact": _for_contact,
}


def _check_page(draft: Draft) -> str:
    given = drafts.answers(draft)
    merchant = filing.merchant_of(given)
    values = {step: filing.checked(step, given[step]) for step in STEPS}
    return render_template(
        "public/check.html",
        **wizard.parts("check", given),
        values=values,
        merchant=merchant,
        files=evidence.of_draft(db.session(), draft),
        is_suspected=not values["what"]["hazards"] and suggestions.sounds_dangerous(values["what"]["body"]),
        suggested=None if values["what"]["industry"] else filing.read_as(given),
        alike=duplicates.own_open(
            db.session(),
            [*readers.held(), filing.filer()],
            merchant=merchant,
            merchant_name=values["whom"]["merchant_name"],
        ),
        has_green_channel=filing.may_use_green_channel(given),
    )
