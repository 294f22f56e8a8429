"""Merchants' applications on the desk, and the standing of those who joined: for the district's market regulation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from complaints import membership, merchants
from complaints.text import clean
from jobs.queue import enqueue
from models.base import db
from models.codes import ApplicationStatus, Membership, Role
from models.organisations import Merchant, MerchantApplication
from web import pinyin
from web.auth import current_actor, staff_only
from web.desk_schemas import ReasonIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again

bp = Blueprint("applications", __name__, url_prefix="/desk/applications")
bp.before_request(staff_only)
PAGE, MOST_FOUND = 30, 200


@bp.get("")
def inbox() -> str:
    """Those that wait, oldest first; or those decided, newest first."""
    is_decided = request.args.get("tab") == "decided"
    before = _number(request.args.get("before", ""))
    query = membership.visible_to(db.session(), current_actor())
    if is_decided:
        query = query.where(MerchantApplication.status != ApplicationStatus.SUBMITTED)
        query = query.order_by(MerchantApplication.id.desc())
        if before:
            query = query.where(MerchantApplication.id < before)
    else:
        query = query.where(MerchantApplication.status == ApplicationStatus.SUBMITTED)
        query = query.order_by(MerchantApplication.submitted_at, MerchantApplication.id)
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    more = rows[PAGE - 1].id if is_decided and len(rows) > PAGE else None
    verifies = bool(membership.districts_of(db.session(), current_actor()))
    return render_template(
        "join/inbox.html", rows=rows[:PAGE], is_decided=is_decided, more=more, verifies=verifies
    )


@bp.get("/<int:application_id>")
def show(application_id: int) -> str:
    return _page(_find(application_id))


@bp.post("/<int:application_id>/verify")
@once
def verify(application_id: int) -> Response:
    application = _find(application_id)
    readings = pinyin.readings(application.name)
    person = membership.verify(db.session(), application, current_actor(), readings, now=now())
    words = _(
        "%(name)s is a member now; the invitation is on its way to %(email)s.",
        name=application.name,
        email=person.email,
    )
    return _done(words, "applications.show", application_id=application_id)


@bp.post("/<int:application_id>/refuse")
@once
def refuse(application_id: int) -> Response:
    form_again(lambda errors: _page(_find(application_id), errors))
    reason = ReasonIn().load(request.form.to_dict())["reason"]
    membership.refuse(db.session(), _find(application_id), current_actor(), reason, now=now())
    return _done(_("The application is refused, and the applicant is told why."), "applications.inbox")


@bp.get("/members")
def members() -> str:
    typed = clean(request.args.get("q", "")).strip()[:60]
    session = db.session()
    found = merchants.search(session, typed, limit=MOST_FOUND) if typed else _latest()
    districts = membership.districts_of(session, current_actor())
    joined = {Membership.MEMBER, Membership.SUSPENDED}
    rows = [one for one in found if one.membership in joined and one.district in districts][:PAGE]
    return render_template("join/members.html", rows=rows, typed=typed)


@bp.get("/members/<int:merchant_id>")
def member(merchant_id: int) -> str:
    return _member_page(merchant_id)


@bp.post("/members/<int:merchant_id>/suspend")
@once
def suspend(merchant_id: int) -> Response:
    form_again(lambda errors: _member_page(merchant_id, errors))
    reason = ReasonIn().load(request.form.to_dict())["reason"]
    merchant = membership.members(db.session(), current_actor(), merchant_id)
    membership.suspend(db.session(), merchant, current_actor(), reason, now=now())
    words = _("%(name)s is out of the green channel and is told why.", name=merchant.name)
    return _done(words, "applications.member", merchant_id=merchant_id)


@bp.post("/members/<int:merchant_id>/readmit")
@once
def readmit(merchant_id: int) -> Response:
    form_again(lambda errors: _member_page(merchant_id, errors))
    reason = ReasonIn().load(request.form.to_dict())["reason"]
    merchant = membership.members(db.session(), current_actor(), merchant_id)
    membership.readmit(db.session(), merchant, current_actor(), reason, now=now())
    return _done(
        _("%(name)s is back in the green channel.", name=merchant.name),
        "applications.member",
        merchant_id=merchant_id,
    )


def _find(application_id: int) -> MerchantApplication:
    return membership.one_for(db.session(), current_actor(), application_id)


def _latest() -> list[Merchant]:
    """The members who joined last, suspended ones first."""
    districts = membership.districts_of(db.session(), current_actor())
    query = select(Merchant).where(
        Merchant.membership.in_((Membership.MEMBER, Membership.SUSPENDED)), Merchant.district.in_(districts)
    )
    order = (Merchant.membership != Membership.SUSPENDED, Merchant.pledged_at.desc(), Merchant.id.desc())
    return list(db.session.scalars(query.order_by(*order).limit(PAGE)))


def _page(application: MerchantApplication, errors: Messages | None = None) -> str:
    known = db.session.scalar(select(Merchant).where(Merchant.licence_no == application.licence_no))
    return render_template(
        "join/application.html", application=application, known=known, errors=errors or {}, value=request.form
    )


def _member_page(merchant_id: int, errors: Messages | None = None) -> str:
    return render_template(
        "join/member.html",
        merchant=membership.members(db.session(), current_actor(), merchant_id),
        may_move=current_actor().role is Role.SUPERVISOR,
        Membership=Membership,
        errors=errors or {},
        value=request.form,
    )


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _done(words: str, endpoint: str, **values: int) -> Response:
    db.session.commit()
    enqueue("jobs.notices.send_due")
    flash(words, "good")
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type]
