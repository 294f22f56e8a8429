"""What each step of the filing form takes. Form only: whether a thing may be done is the rules' business."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from complaints.deadlines import LAW_ZONE
from complaints.intake import LONGEST_BODY
from complaints.text import clean
from i18n import LANGUAGES
from models.codes import Hazard, Industry, Issue, Remedy
from web import amounts, districts
from web.moments import now

EARLIEST = date(1990, 1, 1)
NAMED_HAZARDS = (Hazard.INJURY, Hazard.FOOD_POISONING, Hazard.MINOR_IN_DANGER, Hazard.CRIME)
PLEASE = {"required": _l("Please fill this in.")}


class Form(Schema):
    """Text from a form: without control characters, trimmed, and an empty field is no answer."""

    class Meta:
        unknown = EXCLUDE  # the proof of origin and the names of buttons come along

    @pre_load
    def tidy(self, typed: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        tidied = {name: _tidy(value) for name, value in typed.items()}
        return {name: value for name, value in tidied.items() if value not in ("", [], None)}


def text(most: int, **more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=most), error_messages=PLEASE, **more)


class WhatIn(Form):
    """What happened, what it is about, and whether somebody is in danger."""

    body = fields.String(
        required=True, validate=validate.Length(min=5, max=LONGEST_BODY), error_messages=PLEASE
    )
    industry = fields.Enum(Industry, by_value=True, load_default=None)
    issue = fields.Enum(Issue, by_value=True, load_default=None)
    hazards = fields.List(
        fields.Enum(Hazard, by_value=True, validate=validate.OneOf(NAMED_HAZARDS)),
        load_default=list,
        validate=validate.Length(max=len(NAMED_HAZARDS)),
    )


class WhomIn(Form):
    """A merchant that was found, or one that was typed in."""

    merchant_id = fields.Integer(load_default=None, validate=validate.Range(min=1, max=2**31 - 1))
    merchant_name = text(160, load_default="")
    merchant_address = text(200, load_default=None)
    district = fields.String(load_default=None, validate=validate.OneOf(list(districts.NAMES)))

    @validates_schema
    def names_somebody(self, given: dict[str, Any], **kwargs: Any) -> None:
        if given.get("merchant_id") is None and not given.get("merchant_name"):
            raise ValidationError([_l("Please say whom the complaint is about.")], "merchant_name")


class AskIn(Form):
    """What is asked for, and what it is about in figures."""

    remedies = fields.List(
        fields.Enum(Remedy, by_value=True),
        required=True,
        error_messages={"required": _l("Please choose at least one.")},
        validate=validate.Length(max=len(Remedy)),
    )
    amount = fields.String(load_default=None)
    currency = fields.String(load_default="CNY", validate=validate.OneOf(amounts.CURRENCIES))
    happened_on = fields.Date(load_default=None)
    order_no = text(80, load_default=None)
    is_visitor = fields.Boolean(load_default=False)
    departs_at = fields.NaiveDateTime(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def is_possible(self, given: dict[str, Any], **kwargs: Any) -> None:
        today = now().astimezone(LAW_ZONE).date()
        happened = given.get("happened_on")
        if happened is not None and happened > today + timedelta(days=1):
            raise ValidationError([_l("This date lies in the future.")], "happened_on")
        if happened is not None and happened < EARLIEST:
            raise ValidationError([_l("This date is too long ago to be right.")], "happened_on")
        departs = given.get("departs_at")
        if departs is not None and not now() < departs.replace(tzinfo=LAW_ZONE) < now() + timedelta(days=366):
            raise ValidationError([_l("Please give a departure that is still to come.")], "departs_at")

    @post_load
    def reckon(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if given["amount"] is not None:
            given["currency"] = amounts.currency_of(given["amount"], given["currency"])
            given["amount"] = _amount(given["amount"], given["currency"])
        departs: datetime | None = given["departs_at"] if given["is_visitor"] else None
        given["departs_at"] = departs.replace(tzinfo=LAW_ZONE) if departs else None
        return given


class ContactIn(Form):
    """Who complains, how to reach them, and what they agree to."""

    name = text(80, required=True)
    phone = fields.String(load_default=None)
    email = fields.String(load_default=None)
    address = text(200, load_default=None)
    locale = fields.String(load_default=None, validate=validate.OneOf(list(LANGUAGES)))
    opts_in = fields.Boolean(load_default=False)
    consents_to_publication = fields.Boolean(load_default=False)
    consents_to_delegation = fields.Boolean(load_default=False)
    is_honest = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=False)
    def can_be_reached(self, given: dict[str, Any], **kwargs: Any) -> None:
        if not given.get("phone") and not given.get("email"):
            raise ValidationError(
                [_l("Please give a telephone number or an e-mail address, so that we can reach you.")],
                "phone",
            )

    @validates_schema(skip_on_field_errors=False)
    def is_said(self, given: dict[str, Any], **kwargs: Any) -> None:
        if not given.get("is_honest"):
            raise ValidationError([_l("Please confirm this before you go on.")], "is_honest")

    @post_load
    def normalise(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return _reachable(given)


class ReachIn(Form):
    """Another telephone number or e-mail address; an empty field leaves what is there."""

    phone = fields.String(load_default=None)
    email = fields.String(load_default=None)

    @post_load
    def normalise(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return _reachable(given)


def phone(typed: str) -> str:
    """A number in one form: Chinese as dialled at home, others with + and country. Raises ValueError."""
    try:
        number = phonenumbers.parse(typed[:40], "CN")
    except phonenumbers.NumberParseException as error:
        raise ValueError(
            _l("Please give a telephone number, for example 138 0013 8000 or +44 20 7946 0018.")
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(_l("Please give a telephone number, for example 138 0013 8000 or +44 20 7946 0018."))
    if number.country_code == 86:
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        return re.sub(r"\D", "", national)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(typed: str) -> str:
    """An address that mail could go to. Raises ValueError."""
    try:
        return validate_email(typed[:254], check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(_l("Please give an e-mail address, for example name@example.com.")) from error


def _reachable(given: dict[str, Any]) -> dict[str, Any]:
    """The telephone number and the e-mail address of `given` in one form. Raises ValidationError by field."""
    problems: dict[str, list[Any]] = {}
    for name, read in (("phone", phone), ("email", email)):
        if given[name] is not None:
            try:
                given[name] = read(given[name])
            except ValueError as error:
                problems[name] = [error.args[0]]
    if problems:
        raise ValidationError(problems)
    return given


def _amount(typed: str, currency: str) -> int:
    try:
        return amounts.parse(typed, currency)
    except ValidationError as error:
        raise ValidationError({"amount": error.messages}) from error


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value).strip()
    return [_tidy(one) for one in value] if isinstance(value, list) else value


STEPS: dict[str, Form] = {"what": WhatIn(), "whom": WhomIn(), "ask": AskIn(), "contact": ContactIn()}
