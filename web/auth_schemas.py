"""The forms of accounts."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate, validates_schema

from i18n import LANGUAGES
from web.passwords import LONGEST, SHORTEST, TOO_COMMON


class Form(Schema):
    """A form of a page: what the browser adds by itself is left out, and text loses the blanks around it."""

    class Meta:
        unknown = EXCLUDE


class Trimmed(fields.String):
    def _deserialize(self, value, attr, data, **kwargs):  # type: ignore[no-untyped-def]
        return super()._deserialize(value, attr, data, **kwargs).replace("\x00", "").strip()


def _email() -> fields.Email:
    return fields.Email(required=True, validate=validate.Length(max=254))


def _new_password() -> fields.String:
    return fields.String(required=True, validate=[validate.Length(SHORTEST, LONGEST), _uncommon])


def _uncommon(password: str) -> None:
    if password.lower() in TOO_COMMON or len(set(password)) < 4:
        raise ValidationError(str(_l("This password is too easy to guess.")))


class EmailIn(Form):
    email = _email()

    @pre_load
    def trim(self, data, **kwargs):  # type: ignore[no-untyped-def]
        return {**data.to_dict(), "email": data.get("email", "").strip()}


class SignInIn(EmailIn):
    password = fields.String(required=True, validate=validate.Length(1, LONGEST))
    next = fields.String(load_default="")


class RegisterIn(EmailIn):
    name = Trimmed(required=True, validate=validate.Length(1, 80))
    password = _new_password()


class PasswordIn(Form):
    password = _new_password()
    again = fields.String(required=True)

    @validates_schema
    def alike(self, data, **kwargs):  # type: ignore[no-untyped-def]
        if data.get("password") != data.get("again"):
            raise ValidationError(str(_l("The two passwords are not the same.")), "again")


class PasswordChangeIn(PasswordIn):
    current = fields.String(required=True, validate=validate.Length(1, LONGEST))


class AccountIn(Form):
    name = Trimmed(required=True, validate=validate.Length(1, 80))
    locale = fields.String(required=True, validate=validate.OneOf(sorted(LANGUAGES)))
    timezone = fields.String(required=True, validate=validate.OneOf(sorted(available_timezones())))
