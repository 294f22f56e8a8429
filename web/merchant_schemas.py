"""The forms a merchant answers with."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from complaints.claims import PAID
from complaints.deadlines import LAW_ZONE
from complaints.green_channel import LATEST_PERFORMANCE, Terms
from models.codes import Remedy
from web import amounts
from web.filing_schemas import Form, text
from web.moments import now

PLEASE = {"required": _l("Please fill this in.")}


class TermsIn(Form):
    """What is offered: remedies, money for those that cost, a day, and words."""

    remedies = fields.List(
        fields.Enum(Remedy, by_value=True),
        required=True,
        error_messages={"required": _l("Please choose at least one.")},
    )
    amount = fields.String(load_default=None)
    currency = fields.String(load_default="CNY", validate=validate.OneOf(amounts.CURRENCIES))
    perform_by = fields.Date(required=True, error_messages=PLEASE)
    terms = text(2000, load_default="")

    @validates_schema(skip_on_field_errors=True)
    def can_be_kept(self, given: dict[str, Any], **kwargs: Any) -> None:
        _check_day(given["perform_by"], "perform_by")
        if PAID & set(given["remedies"]) and not given["amount"]:
            raise ValidationError([_l("Please say how much.")], "amount")

    @post_load
    def as_terms(self, given: dict[str, Any], **kwargs: Any) -> Terms:
        amount, currency = None, given["currency"]
        if given["amount"] and PAID & set(given["remedies"]):
            try:
                currency = amounts.currency_of(given["amount"], currency)
                amount = amounts.parse(given["amount"], currency)
            except ValidationError as error:
                raise ValidationError({"amount": error.messages}) from error
        return Terms(given["remedies"], given["perform_by"], amount, currency, given["terms"])


class DayIn(Form):
    """By when what was asked for will be done."""

    perform_by = fields.Date(required=True, error_messages=PLEASE)

    @validates_schema(skip_on_field_errors=True)
    def is_near(self, given: dict[str, Any], **kwargs: Any) -> None:
        _check_day(given["perform_by"], "perform_by")


class WordsIn(Form):
    reason = text(4000, required=True)


class ProofIn(Form):
    proof = text(2000, required=True)


class OfferChoiceIn(Form):
    offer_id = fields.Integer(required=True, validate=validate.Range(min=1, max=2**62))


class ProfileIn(Form):
    """What a merchant may change by itself."""

    phone = text(40, load_default=None)
    instant_pay_limit = fields.String(required=True, error_messages=PLEASE)

    @post_load
    def reckon(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        try:
            given["instant_pay_limit"] = amounts.parse(given["instant_pay_limit"], "CNY")
        except ValidationError as error:
            raise ValidationError({"instant_pay_limit": error.messages}) from error
        if given["instant_pay_limit"] > LARGEST_INSTANT_PAY:
            raise ValidationError(
                {"instant_pay_limit": [_l("At most 50,000 yuan can be paid without a second look.")]}
            )
        return given


class ColleagueIn(Form):
    name = text(80, required=True)
    email = fields.Email(required=True, validate=validate.Length(max=254))


class KeyIn(Form):
    key_name = text(80, required=True)


LARGEST_INSTANT_PAY = 5_000_000


def _check_day(day: Any, field: str) -> None:
    today = now().astimezone(LAW_ZONE).date()
    if not today <= day <= today + LATEST_PERFORMANCE:
        raise ValidationError([_l("Please give a day from today on, within a year.")], field)


SOON = timedelta(days=3)
