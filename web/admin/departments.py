"""Departments: the tree, and one office to be added, changed or closed."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import i18n
from complaints import offices
from models.base import db
from models.codes import DepartmentKind
from models.organisations import Department
from web.admin.pages import admin_id, bp, done
from web.admin.schemas import NewOfficeIn, OfficeIn, ReasonIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again


def choices(active_only: bool = True) -> list[tuple[int, str]]:
    """Every office in use, for a list to choose from; the depth in the tree shows."""
    return [
        (office.id, f"{'　' * depth}{i18n.local(office, 'name')}")
        for depth, office in offices.tree(db.session())
        if office.is_active or not active_only
    ]


@bp.get("/departments")
def departments() -> str:
    return render_template("admin/departments.html", tree=offices.tree(db.session()))


@bp.get("/departments/new")
def new_department() -> str:
    return _page(None)


@bp.post("/departments/new")
@once
def add_department() -> Response:
    form_again(lambda errors: _page(None, errors))
    given = NewOfficeIn().load(_form())
    office = offices.add(db.session(), given.pop("code"), given, admin_id(), now=now())
    return done(_("%(name)s is there now.", name=i18n.local(office, "name")), "admin.departments")


@bp.get("/departments/<int:office_id>")
def department(office_id: int) -> str:
    return _page(offices.one(db.session(), office_id))


@bp.post("/departments/<int:office_id>")
@once
def change_department(office_id: int) -> Response:
    office = offices.one(db.session(), office_id)
    form_again(lambda errors: _page(offices.one(db.session(), office_id), errors))
    offices.change(db.session(), office, OfficeIn().load(_form()), admin_id(), now=now())
    return done(_("Saved."), "admin.department", office_id=office_id)


@bp.post("/departments/<int:office_id>/close")
@once
def close_department(office_id: int) -> Response:
    office = offices.one(db.session(), office_id)
    form_again(lambda errors: _page(offices.one(db.session(), office_id), errors))
    reason = ReasonIn().load(request.form.to_dict())["reason"]
    offices.close(db.session(), office, admin_id(), reason, now=now())
    return done(_("The office is closed."), "admin.department", office_id=office_id)


@bp.post("/departments/<int:office_id>/reopen")
@once
def reopen_department(office_id: int) -> Response:
    offices.reopen(db.session(), offices.one(db.session(), office_id), admin_id(), now=now())
    return done(_("The office is open again."), "admin.department", office_id=office_id)


def _form() -> dict[str, Any]:
    return {**request.form.to_dict(), "industries": request.form.getlist("industries")}


def _page(office: Department | None, errors: Messages | None = None) -> str:
    return render_template(
        "admin/department.html",
        office=office,
        used=offices.in_use(db.session(), office) if office else {},
        above=[pair for pair in choices() if office is None or pair[0] != office.id],
        kinds=i18n.choices(DepartmentKind),
        levels=[(number, i18n.level(number)) for number in (3, 4, 5)],
        errors=errors or {},
        value=request.form,
        industries=request.form.getlist("industries")
        if request.form
        else (office.industries if office else []),
    )
