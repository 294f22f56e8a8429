"""The dispatch catalogue: its rules in order, one to be written, and a form to try it."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from complaints import catalogue, merchants, routing, rulebook
from complaints.errors import Invalid
from complaints.routing import Choice, Facts
from models.base import db
from models.codes import Industry
from models.organisations import Merchant
from models.routing import RoutingRule
from web import districts
from web.admin import departments
from web.admin.pages import admin_id, bp, done
from web.admin.schemas import FactsIn, RouteIn
from web.moments import now
from web.once import once
from web.validation import Messages, form_again, sentences


@bp.get("/routing")
def routes() -> str:
    industry = Industry(request.args["industry"]) if request.args.get("industry") in set(Industry) else None
    district = request.args["district"] if request.args.get("district") in districts.NAMES else None
    rules = catalogue.listed(db.session(), industry=industry, district=district)
    return render_template(
        "admin/routes.html",
        rules=rules,
        industry=industry,
        district=district,
        is_whole=industry is None and district is None,
        is_catch_all=catalogue.is_catch_all,
    )


@bp.get("/routing/try")
def try_routes() -> str:
    """Which rule would win, and why. Everything asked stands in the address, so an answer can be passed on."""
    if "industry" not in request.args:
        return _try_page(request.args, {}, None)
    try:
        facts = _facts(FactsIn().load(request.args.to_dict()))
    except ValidationError as error:
        return _try_page(request.args, sentences(error.messages), None)
    rules = rulebook.routes(db.session())
    choice = routing.choose(facts, rules)
    return _try_page(request.args, {}, choice, catalogue.passed_over(facts, rules, choice.rule))


@bp.get("/routing/new")
def new_route() -> str:
    return _page(None)


@bp.post("/routing/new")
@once
def add_route() -> Response:
    form_again(lambda errors: _page(None, errors))
    rule = catalogue.add(db.session(), _given(), admin_id(), now=now())
    return done(
        _("The rule is in force: it is tried last before the catch-all."), "admin.route", rule_id=rule.id
    )


@bp.get("/routing/<int:rule_id>")
def route(rule_id: int) -> str:
    return _page(catalogue.one(db.session(), rule_id))


@bp.post("/routing/<int:rule_id>")
@once
def change_route(rule_id: int) -> Response:
    form_again(lambda errors: _page(catalogue.one(db.session(), rule_id), errors))
    old = catalogue.one(db.session(), rule_id)
    rule = catalogue.replace(db.session(), old, _given(), admin_id(), now=now())
    return done(_("Saved."), "admin.route", rule_id=rule.id)


@bp.post("/routing/<int:rule_id>/move")
@once
def move_route(rule_id: int) -> Response:
    rule = catalogue.one(db.session(), rule_id)
    catalogue.move(db.session(), rule, request.form.get("direction") == "up", admin_id(), now=now())
    return done(_("Moved."), "admin.routes", _anchor=f"rule-{rule_id}")


@bp.post("/routing/<int:rule_id>/withdraw")
@once
def withdraw_route(rule_id: int) -> Response:
    catalogue.withdraw(db.session(), catalogue.one(db.session(), rule_id), admin_id(), now=now())
    return done(_("The rule is withdrawn. Complaints it sent keep showing it."), "admin.routes")


def _given() -> dict[str, Any]:
    given: dict[str, Any] = RouteIn().load(request.form.to_dict())
    given["merchant_id"] = _merchant_id(given.pop("merchant"))
    return given


def _facts(given: dict[str, Any]) -> Facts:
    return Facts(
        industry=given["industry"],
        district=given["district"],
        lane=given["lane"],
        urgency=given["urgency"],
        merchant_id=_merchant_id(given["merchant"]),
    )


def _merchant_id(typed: str) -> int | None:
    """The one merchant with this name or licence number. Raises Invalid where there is none, or more than one."""
    if not typed:
        return None
    found = merchants.exact(db.session(), typed)
    if found is None:
        raise Invalid("merchant", "no_such_merchant")
    return found.id


def _try_page(
    value: MultiDict[str, str], errors: Messages, choice: Choice | None, passed_over: int = 0
) -> str:
    rule = db.session.get(RoutingRule, choice.rule_id) if choice else None
    return render_template(
        "admin/try.html", value=value, errors=errors, rule=rule, choice=choice, passed_over=passed_over
    )


def _page(rule: RoutingRule | None, errors: Messages | None = None) -> str:
    merchant = db.session.get(Merchant, rule.merchant_id) if rule and rule.merchant_id else None
    return render_template(
        "admin/route.html",
        rule=rule,
        merchant=merchant,
        is_catch_all=rule is not None and catalogue.is_catch_all(rule),
        offices=departments.choices(),
        action=url_for("admin.change_route", rule_id=rule.id) if rule else url_for("admin.add_route"),
        errors=errors or {},
        value=request.form,
    )
