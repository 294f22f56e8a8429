"""Links that are a key by themselves: signed, never stored, made anew whenever a letter is written."""

from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from models.organisations import MerchantApplication
from models.people import Invitation

INVITATION, APPLICATION, SECRET = "invitation", "application", "secret"


def invitation(row: Invitation) -> str:
    """The path that lets an invited person choose a password."""
    return f"/invitations/{_signed(INVITATION, row.id, row.created_at)}"


def application(row: MerchantApplication) -> str:
    """The path where an applicant reads how the application stands."""
    return f"/for-merchants/applications/{_signed(APPLICATION, row.id, row.submitted_at)}"


def new_secret(complaint_id: int, asked_at: datetime) -> str:
    """The path where whoever lost the secret of a complaint is given a new one."""
    return f"/complaints/new-secret/{_signed(SECRET, complaint_id, asked_at)}"


def opened(kind: str, token: str) -> tuple[int, datetime] | None:
    """The row that `token` names and the instant it was made, or None for a token of somebody else's making."""
    try:
        number, instant = _serializer(kind).loads(token)
    except BadSignature:
        return None
    return int(number), datetime.fromisoformat(instant)


def _signed(kind: str, number: int, at: datetime) -> str:
    signed = _serializer(kind).dumps([number, at.isoformat()])
    return signed if isinstance(signed, str) else signed.decode()


def _serializer(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"link:{kind}")
