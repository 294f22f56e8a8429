"""A merchant's own pages: its pledge, its colleagues and the keys of its programs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from complaints import accounts, keys
from complaints.errors import Conflict, Invalid, Unknown
from jobs.queue import enqueue
from models import db
from models.codes import Role
from models.organisations import Merchant
from models.people import ApiKey, User
from web.auth import signed_in_user
from web.merchant import merchants_only
from web.merchant_schemas import ColleagueIn, KeyIn, ProfileIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again

bp = Blueprint("merchant_profile", __name__, url_prefix="/merchant/profile")


@bp.get("")
@merchants_only
def show() -> str:
    return _page()


@bp.post("")
@merchants_only
@once
def change() -> Response:
    form_again(_page)
    given = ProfileIn().load(request.form)
    merchant = _merchant()
    merchant.phone, merchant.instant_pay_limit = given["phone"], given["instant_pay_limit"]
    return _done(_("Saved."))


@bp.post("/colleagues")
@merchants_only
@once
def invite() -> Response:
    form_again(_page)
    given = ColleagueIn().load(request.form)
    colleague = _new_colleague(given["email"], given["name"])
    accounts.invite(db.session(), colleague, now=now())
    answer = _done(_("The invitation is on its way to %(email)s.", email=colleague.email))
    enqueue("jobs.notices.send_due")
    return answer


@bp.post("/colleagues/<int:user_id>/remove")
@merchants_only
@once
def remove(user_id: int) -> Response:
    colleague = db.session.scalar(select(User).where(User.id == user_id, User.merchant_id == _merchant().id))
    if colleague is None:
        raise Unknown
    if colleague.id == signed_in_user().id:
        raise Conflict("not_yourself")
    colleague.is_enabled = False
    colleague.session_epoch += 1
    return _done(_("%(name)s can no longer sign in.", name=colleague.name))


@bp.post("/keys")
@merchants_only
@once
def new_key() -> str:
    """Make a key and show it this one time. A second click makes no second one."""
    form_again(_page)
    given = KeyIn().load(request.form)
    secret = keys.issue(db.session(), signed_in_user(), given["key_name"], now=now())
    db.session.commit()
    return render_template("merchant/key.html", secret=secret, name=given["key_name"])


@bp.post("/keys/<int:key_id>/revoke")
@merchants_only
@once
def revoke(key_id: int) -> Response:
    key = db.session.scalar(select(ApiKey).where(ApiKey.id == key_id, ApiKey.merchant_id == _merchant().id))
    if key is None:
        raise Unknown
    key.revoked_at = key.revoked_at or now()
    return _done(_("The key no longer opens anything."))


def _merchant() -> Merchant:
    merchant = signed_in_user().merchant
    if merchant is None:
        raise Unknown
    return merchant


def _new_colleague(email: str, name: str) -> User:
    if accounts.by_email(db.session(), email) is not None:
        raise Invalid("email", "email_taken")
    colleague = User(
        email=email.strip(),
        name=name,
        role=Role.MERCHANT,
        merchant_id=_merchant().id,
        locale=str(get_locale()),
        created_at=now(),
    )
    db.session.add(colleague)
    db.session.flush()
    return colleague


def _page(errors: Messages | None = None) -> str:
    merchant = _merchant()
    people = db.session.scalars(
        select(User).where(User.merchant_id == merchant.id).order_by(User.is_enabled.desc(), User.name)
    )
    programs = db.session.scalars(
        select(ApiKey).where(ApiKey.merchant_id == merchant.id).order_by(ApiKey.id.desc())
    )
    return render_template(
        "merchant/profile.html",
        merchant=merchant,
        people=list(people),
        programs=list(programs),
        errors=errors or {},
        value=request.form,
    )


def _done(words: str) -> Response:
    db.session.commit()
    flash(words, "good")
    return redirect(url_for("merchant_profile.show"), 303)
