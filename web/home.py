"""The front page and the standing pages about the service."""

from flask import Blueprint, render_template

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> str:
    return render_template("public/home.html")


@bp.get("/help")
def help_page() -> str:
    return render_template("public/help.html")


@bp.get("/about")
def about() -> str:
    return render_template("public/about.html")


@bp.get("/privacy")
def privacy() -> str:
    return render_template("public/privacy.html")


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("public/accessibility.html")


@bp.get("/for-merchants")
def merchants() -> str:
    return render_template("public/merchants.html")
