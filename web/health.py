"""For those who watch the service: is the process alive, and can it do its work? Says nothing else."""

from flask import Blueprint
from sqlalchemy import text

from extensions import limiter
from models.base import db

bp = Blueprint("health", __name__)
limiter.exempt(bp)


@bp.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "ok"}


@bp.get("/readyz")
def ready() -> dict[str, str]:
    """Answers when the database does; else the error page of a database that is away says 503."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok", "database": "ok"}
