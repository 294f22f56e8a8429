"""People: found, invited, moved to another office, shut out."""

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

import i18n
from complaints import admin_log, staff
from complaints.text import clean
from i18n import LANGUAGES
from models.base import db
from models.codes import Role
from models.people import User
from web.admin import departments
from web.admin.pages import admin_id, bp, done
from web.admin.schemas import COLLEAGUES, PersonIn, PlaceIn, ReasonIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again

LONGEST_SEARCH = 80


@bp.get("/people")
def people() -> str:
    typed = clean(request.args.get("q", "")).strip()[:LONGEST_SEARCH]
    role = Role(request.args["role"]) if request.args.get("role") in set(staff.LISTED) else None
    rows = staff.page(db.session(), typed=typed, role=role, after=_cursor())
    more = rows[staff.PAGE - 1] if len(rows) > staff.PAGE else None
    return render_template(
        "admin/people.html",
        people=rows[: staff.PAGE],
        more=more,
        typed=typed,
        role=role,
        roles=i18n.choices(Role, staff.LISTED),
    )


@bp.get("/people/new")
def new_person() -> str:
    return _new_page()


@bp.post("/people/new")
@once
def invite_person() -> Response:
    form_again(_new_page)
    given = PersonIn().load(request.form.to_dict())
    person = staff.invite(db.session(), User(**given, created_at=now()), admin_id(), now=now())
    words = _("The invitation is on its way to %(email)s.", email=person.email)
    return done(words, "admin.person", hurry="jobs.notices.send_due", user_id=person.id)


@bp.get("/people/<int:user_id>")
def person(user_id: int) -> str:
    return _page(user_id)


@bp.post("/people/<int:user_id>/place")
@once
def move_person(user_id: int) -> Response:
    form_again(lambda errors: _page(user_id, errors))
    given = PlaceIn().load(request.form.to_dict())
    found = staff.one(db.session(), user_id)
    freed = staff.move(db.session(), found, given["role"], given["department_id"], admin_id(), now=now())
    return done(_freed(freed) or _("Saved."), "admin.person", user_id=user_id)


@bp.post("/people/<int:user_id>/disable")
@once
def disable_person(user_id: int) -> Response:
    form_again(lambda errors: _page(user_id, errors))
    reason = ReasonIn().load(request.form.to_dict())["reason"]
    found = staff.one(db.session(), user_id)
    freed = staff.disable(db.session(), found, admin_id(), reason, now=now())
    words = _("%(name)s can no longer sign in.", name=found.name)
    return done(f"{words} {_freed(freed)}".strip(), "admin.person", user_id=user_id)


@bp.post("/people/<int:user_id>/enable")
@once
def enable_person(user_id: int) -> Response:
    found = staff.one(db.session(), user_id)
    staff.enable(db.session(), found, admin_id(), now=now())
    return done(_("%(name)s can sign in again.", name=found.name), "admin.person", user_id=user_id)


@bp.post("/people/<int:user_id>/invite")
@once
def invite_again(user_id: int) -> Response:
    found = staff.one(db.session(), user_id)
    staff.invite_again(db.session(), found, admin_id(), now=now())
    words = _("The invitation is on its way to %(email)s.", email=found.email)
    return done(words, "admin.person", hurry="jobs.notices.send_due", user_id=user_id)


@bp.post("/people/<int:user_id>/sign-out")
@once
def end_sessions(user_id: int) -> Response:
    found = staff.one(db.session(), user_id)
    staff.end_sessions(db.session(), found, admin_id(), now=now())
    return done(_("%(name)s is signed out everywhere.", name=found.name), "admin.person", user_id=user_id)


def _cursor() -> tuple[str, int] | None:
    """The name and the id of the last row of the page before, as the link to the next page gives them."""
    number = request.args.get("after", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return clean(request.args.get("name", ""))[:80], int(number)


def _freed(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(num)d open complaint is nobody's now and waits on the desk.",
        "%(num)d open complaints are nobody's now and wait on the desk.",
        count,
    )


def _new_page(errors: Messages | None = None) -> str:
    return render_template(
        "admin/person_new.html",
        roles=i18n.choices(Role, COLLEAGUES),
        offices=departments.choices(),
        languages=list(LANGUAGES.items()),
        errors=errors or {},
        value=request.form,
    )


def _page(user_id: int, errors: Messages | None = None) -> str:
    found = staff.one(db.session(), user_id)
    return render_template(
        "admin/person.html",
        person=found,
        is_colleague=found.role in COLLEAGUES,
        mediating=staff.mediating(db.session(), found),
        roles=i18n.choices(Role, COLLEAGUES),
        offices=departments.choices(),
        changes=admin_log.page(db.session(), subject=staff.subject(found))[:10],
        errors=errors or {},
        value=request.form,
    )
