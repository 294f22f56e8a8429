"""Evidence: chosen, looked into, kept, and served to whoever may see the complaint and to nobody else."""

from collections.abc import Mapping
from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

import files
from complaints import drafts, evidence, rulebook
from complaints.drafts import Draft
from complaints.errors import Invalid, Refused
from extensions import limiter
from jobs.queue import enqueue
from models.attachment import Attachment
from models.base import db
from models.complaint import Complaint
from web import drafting, readers, uploads, wizard
from web.errors import refused
from web.moments import now
from web.refusals import sentence
from web.security import body_limit, safe_next
from web.validation import Messages, form_again

bp = Blueprint("evidence", __name__, url_prefix="/complaints")

bp.add_app_template_filter(uploads.words, "words_of_file")
bp.add_app_template_global(evidence.seen_by, "evidence_for")

# A file of somebody else's is never a page of ours: no scripts, no frames, no forms, whatever it holds.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'"
SHOWN_IN_PLACE = frozenset({"image/jpeg"})
LONGEST_CAPTION = 200
LARGEST_TOGETHER = evidence.LARGEST_TOGETHER // evidence.MEGABYTE


@bp.get("/new/evidence")
def draft_files() -> Response | str:
    draft = drafting.current()
    return wizard.away(url_for("public.start")) if draft is None else _draft_page(draft, {})


@bp.post("/new/evidence")
@limiter.limit("200/hour")
@body_limit(uploads.REQUEST_LIMIT)
def add_to_draft() -> Response:
    """Look into what was chosen and keep it. With nothing chosen, or with `onward`, go on."""
    draft = drafting.required()
    form_again(lambda errors: _draft_page(draft, errors))
    session = db.session()
    chosen = uploads.read(request.files.getlist("files"))
    offered = {uploads.described(one): one for one in chosen}
    draft = drafting.locked()
    added = evidence.add_to_draft(session, draft, list(offered), now=now())
    drafts.reached(draft, "evidence", now=now())
    session.flush()
    uploads.keep(added, offered)
    session.commit()
    if "later" in request.form:
        return wizard.away(url_for("public.saved"))
    stays = chosen and "onward" not in request.form
    return wizard.away(wizard.url("evidence") if stays else wizard.after("evidence", draft))


@bp.post("/new/evidence/<int:attachment_id>/remove")
def remove_from_draft(attachment_id: int) -> Response:
    """Take one file out again. Repeatable: what is gone is gone."""
    draft = drafting.locked()
    session = db.session()
    for attachment in evidence.of_draft(session, draft):
        if attachment.id == attachment_id:
            session.delete(attachment)
            session.commit()
            files.remove(attachment.original_key)
            files.remove(attachment.shown_key)
    return wizard.away(wizard.url("evidence"))


@bp.get("/new/evidence/<int:attachment_id>")
def show_of_draft(attachment_id: int) -> Response:
    return served(evidence.one_of_draft(db.session(), drafting.required(), attachment_id))


@bp.get("/<receipt>/evidence/<int:attachment_id>")
def show(receipt: str, attachment_id: int) -> Response:
    """The copy without metadata, for every role that may see the complaint and is meant to see the file."""
    complaint, actor = readers.find(receipt)
    return served(evidence.one_of(complaint, actor.role, attachment_id))


@bp.post("/<receipt>/evidence")
@limiter.limit("200/hour")
@body_limit(uploads.REQUEST_LIMIT)
def add(receipt: str) -> Response:
    """Add files to a complaint as whichever party the reader is. The same file twice is kept once."""
    complaint, actor = readers.find(receipt)
    back = safe_next(request.form.get("next"), url_for("receipts.show", receipt=complaint.receipt))
    form_again(lambda errors: _again(complaint, errors, back, request.form))
    chosen = uploads.read(request.files.getlist("files"))
    offered = {uploads.described(one): one for one in chosen}
    added = evidence.add(
        complaint,
        actor,
        list(offered),
        now=now(),
        clock=rulebook.current(db.session()),
        caption=request.form.get("caption", "")[:LONGEST_CAPTION],
    )
    db.session.flush()
    uploads.keep(added, offered)
    db.session.commit()
    if added:
        enqueue("jobs.notices.send_due")
        flash(_("Your evidence has been added."), "success")
    return redirect(f"{back}#evidence", 303)  # type: ignore[return-value]


@bp.errorhandler(413)
def too_much(error: RequestEntityTooLarge) -> Response | tuple[str, int]:
    """More than a request may bring: said beside the field, like everything else that is wrong with it."""
    try:
        return _too_much(), 413
    except (
        Refused
    ) as refusal:  # no draft or complaint to say it beside; nobody else asks what a handler raises
        return refused(refusal)


def _too_much() -> str:
    errors = {"files": [sentence(Invalid("files", "files_too_large", most=LARGEST_TOGETHER))]}
    receipt = (request.view_args or {}).get("receipt")
    if receipt is None:
        return _draft_page(drafting.required(), errors)
    complaint, actor = readers.find(receipt)
    return _again(complaint, errors, readers.page_of(complaint, actor), {})


def served(attachment: Attachment) -> Response:
    """One file with everything that keeps a browser from taking it for more than a file."""
    response = send_file(
        BytesIO(files.get(attachment.shown_key)),
        mimetype=attachment.content_type,
        as_attachment=attachment.content_type not in SHOWN_IN_PLACE,
        download_name=attachment.name,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _again(complaint: Complaint, errors: Messages, back: str, typed: Mapping[str, str]) -> str:
    return render_template(
        "complaint/evidence_again.html", complaint=complaint, errors=errors, back=back, typed=typed
    )


def _draft_page(draft: Draft, errors: Messages) -> str:
    return render_template(
        "public/evidence.html",
        files=evidence.of_draft(db.session(), draft),
        errors=errors,
        accept=uploads.ACCEPT,
        most=evidence.MOST_FILES,
        **wizard.parts("evidence", drafts.answers(draft)),
    )
