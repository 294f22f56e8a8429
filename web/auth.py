"""Signing in and out, accounts, invitations, and who the reader is for the rules."""

import hmac
from datetime import UTC, datetime

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import login_required, login_user, logout_user
from flask_login.utils import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from complaints import accounts, actors, queries
from complaints.actors import Actor
from complaints.errors import NotAllowed
from extensions import limiter, login
from jobs import links
from jobs.queue import enqueue
from models import db
from models.codes import STAFF, Role
from models.people import Invitation, User
from web import passwords
from web.auth_schemas import AccountIn, EmailIn, PasswordChangeIn, PasswordIn, RegisterIn, SignInIn
from web.languages import remember, viewer
from web.once import once
from web.security import safe_next
from web.validation import Messages, form_again

bp = Blueprint("auth", __name__)
HOMES = {
    Role.CONSUMER: "receipts.mine",
    Role.MERCHANT: "merchant.inbox",
    Role.MEDIATOR: "mediation.inbox",
    Role.ADMIN: "admin.index",
}


def init_app(app: Flask) -> None:
    passwords.init_app(app)
    login.login_view = "auth.sign_in"
    login.session_protection = "strong"
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)


def staff_only() -> Response | None:
    """Before every view of the desk: officers and supervisors. Others may know that it is there, and may not sit at it."""
    if not current_user.is_authenticated:
        return login.unauthorized()
    if signed_in_user().role not in STAFF:
        raise NotAllowed
    return None


def current_actor() -> Actor:
    """The signed-in person as the rules see them. Raises 401 by way of the sign-in page where nobody is."""
    if "actor" not in g:
        user = signed_in_user()
        g.actor = actors.of(user, queries.departments_of(db.session(), user))
    return g.actor


def signed_in_user() -> User:
    """The row of whoever is signed in. Only behind `login_required`."""
    return current_user._get_current_object()


def home_of(user: User) -> str:
    endpoint = HOMES.get(user.role, "desk.inbox")
    return url_for(endpoint)


@bp.get("/sign-in")
def sign_in() -> str | Response:
    person = viewer()
    if person is not None:
        return redirect(home_of(person), 303)
    return _sign_in_page()


def _by_address() -> str:
    """Under what the attempts on one account are counted: the address itself stays out of Valkey."""
    typed = request.form.get("email", "").strip().lower()[:254]
    key = current_app.config["SECRET_KEY"].encode()
    return f"sign-in:{hmac.digest(key, typed.encode(), 'sha256').hex()}"


@bp.post("/sign-in")
@limiter.limit("10 per minute; 60 per hour")
@limiter.limit("10 per 5 minutes", key_func=_by_address)
def check_sign_in() -> str | Response | tuple[str, int]:
    form_again(_sign_in_page)
    given = SignInIn().load(request.form)
    user = accounts.by_email(db.session(), given["email"])
    is_right = passwords.is_right(given["password"], user.password_hash if user else None)
    if user is None or not is_right or not user.is_enabled:
        return _sign_in_page({"password": [_("E-mail address and password do not belong together.")]}), 422
    if passwords.is_outdated(user.password_hash or ""):
        user.password_hash = passwords.hashed(given["password"])
    return _enter(user, given["next"])


@bp.post("/sign-out")
def sign_out() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("home.index"), 303)


@bp.get("/register")
def register() -> str:
    return _register_page()


@bp.post("/register")
@limiter.limit("10 per hour")
@once
def create_account() -> Response | str:
    form_again(_register_page)
    given = RegisterIn().load(request.form)
    user = accounts.register(
        db.session(),
        given["email"],
        given["name"],
        passwords.hashed(given["password"]),
        str(get_locale()),
        now=datetime.now(UTC),
    )
    flash(_("Your account is ready. Complaints you opened here are now in it."), "good")
    return _enter(user, "")


@bp.get("/password")
def forgotten() -> str:
    return render_template("auth/forgotten.html", errors={}, value={})


@bp.post("/password")
@limiter.limit("5 per hour")
def send_new_way_in() -> str:
    form_again(lambda errors: render_template("auth/forgotten.html", errors=errors, value=request.form))
    given = EmailIn().load(request.form)
    user = accounts.by_email(db.session(), given["email"])
    if user is not None and user.is_enabled:
        accounts.reset(db.session(), user, now=datetime.now(UTC))
        db.session.commit()
        enqueue("jobs.notices.send_due")
    # The same answer for every address: whether somebody has an account is theirs to tell.
    return render_template("auth/forgotten_sent.html", email=given["email"])


@bp.get("/invitations/<token>")
@limiter.limit("30 per hour")
def invitation(token: str) -> str:
    found = _invitation(token, datetime.now(UTC))
    return render_template("auth/invitation.html", person=found.user, errors={}, token=token)


@bp.post("/invitations/<token>")
@limiter.limit("30 per hour")
def take_up_invitation(token: str) -> Response:
    now = datetime.now(UTC)
    found = _invitation(token, now)
    form_again(
        lambda errors: render_template("auth/invitation.html", person=found.user, errors=errors, token=token)
    )
    given = PasswordIn().load(request.form)
    user = accounts.take_up(found, passwords.hashed(given["password"]), now=now)
    return _enter(user, "")


@bp.get("/account")
@login_required
def account() -> str:
    return _account_page()


@bp.post("/account")
@login_required
def change_account() -> Response:
    form_again(_account_page)
    given = AccountIn().load(request.form)
    user = signed_in_user()
    user.name, user.locale, user.timezone = given["name"], given["locale"], given["timezone"]
    db.session.commit()
    flash(_("Saved."), "good")
    answer = redirect(url_for("auth.account"), 303)
    remember(answer, user.locale)
    return answer


@bp.post("/account/password")
@login_required
@limiter.limit("10 per hour")
def change_password() -> Response | tuple[str, int]:
    form_again(_account_page)
    given = PasswordChangeIn().load(request.form)
    user = signed_in_user()
    if not passwords.is_right(given["current"], user.password_hash):
        return _account_page({"current": [_("This is not your password.")]}), 422
    accounts.set_password(user, passwords.hashed(given["password"]))
    flash(_("Your password is changed, and you are signed out everywhere else."), "good")
    return _enter(user, url_for("auth.account"))


def _invitation(token: str, now: datetime) -> Invitation:
    return accounts.invitation(db.session(), links.opened(links.INVITATION, token), now=now)


def _enter(user: User, wanted: str) -> Response:
    """Begin a fresh session for `user`, keeping only the receipts opened in this browser."""
    opened = session.get("receipts", {})
    accounts.claim(db.session(), user, list(opened.values()))
    db.session.commit()
    session.clear()
    login_user(user)
    session["epoch"] = user.session_epoch
    session.permanent = True
    g.pop("viewer", None)
    g.pop("actor", None)
    answer = redirect(safe_next(wanted, home_of(user)), 303)
    remember(answer, user.locale)
    return answer


def _load(user_id: str) -> User | None:
    user = db.session.get(User, int(user_id)) if user_id.isdecimal() else None
    if user is None or session.get("epoch") != user.session_epoch:
        return None
    return user


def _ask_to_sign_in() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("auth.sign_in", next=wanted or None), 303)


def _sign_in_page(errors: Messages | None = None) -> str:
    wanted = request.values.get("next", "")
    return render_template(
        "auth/sign_in.html",
        errors=errors or {},
        value=request.form,
        next=safe_next(wanted, ""),
        doors=_doors(),
        password=passwords.OF_THE_DEMONSTRATION,
    )


def _doors() -> list[User]:
    """Somebody of each role, to try; nobody outside a demonstration."""
    if not current_app.config["SETTINGS"].demonstration:
        return []
    first = select(func.min(User.id)).where(User.role != Role.SYSTEM).group_by(User.role)
    return list(db.session.scalars(select(User).where(User.id.in_(first)).order_by(User.role)))


def _register_page(errors: Messages | None = None) -> str:
    return render_template(
        "auth/register.html", errors=errors or {}, value=request.form, opened=session.get("receipts", {})
    )


def _account_page(errors: Messages | None = None) -> str:
    return render_template(
        "auth/account.html", errors=errors or {}, value=request.form, person=signed_in_user()
    )
