"""The front page and the standing pages about the service."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from complaints import drafts, rulebook
from complaints.clock import LAW_ZONE, Target
from models.base import db
from web.moments import now

bp = Blueprint("home", __name__)

# What everybody is promised, in the order in which it comes about.
PROMISED = ("S-32", "S-11", "S-10", "S-01", "S-04", "S-13")


@bp.get("/")
def index() -> str:
    return render_template("public/home.html", times=times(now()))


@bp.get("/help")
def help_page() -> str:
    return render_template("public/help.html", times=times(now()), draft_days=drafts.KEPT.days)


@bp.get("/about")
def about() -> str:
    return render_template("public/about.html", times=times(now()))


@bp.get("/privacy")
def privacy() -> str:
    return render_template("public/privacy.html", draft_days=drafts.KEPT.days)


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("public/accessibility.html")


@bp.get("/for-merchants")
def merchants() -> str:
    return render_template("public/merchants.html", times=times(now()))


def times(at: datetime) -> dict[str, Target]:
    """The allowances promised to everybody as the rules stand at `at`: pages never know a number of their own."""
    today = at.astimezone(ZoneInfo(LAW_ZONE)).date()
    rules = rulebook.current(db.session()).rules
    return {rule.code: rule.target for rule in rules if rule.code in PROMISED and rule.is_in_force(today)}
