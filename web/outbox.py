"""Mail that was written instead of being sent, for whoever tries the service out. Only in a demonstration."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, current_app, render_template

from complaints.errors import Unknown

bp = Blueprint("outbox", __name__, url_prefix="/outbox")
MOST = 60


@bp.before_request
def only_in_a_demonstration() -> None:
    if not current_app.config["SETTINGS"].demonstration:
        raise Unknown


@bp.get("")
def listing() -> str:
    newest = sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:MOST]
    return render_template("outbox/list.html", letters=[(path.stem, *_read(path)) for path in newest])


@bp.get("/<name>")
def show(name: str) -> str:
    path = _folder() / f"{name}.eml"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise Unknown
    letter, sent_at = _read(path)
    return render_template("outbox/letter.html", letter=letter, sent_at=sent_at, text=letter.get_content())


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].outbox_dir)


def _read(path: Path) -> tuple[EmailMessage, datetime]:
    """A letter, and when it was written: in UTC, which mail calls -0000 and Python no zone."""
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    written: datetime = letter["Date"].datetime
    return letter, written if written.tzinfo else written.replace(tzinfo=UTC)
