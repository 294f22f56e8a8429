"""What the forms of administration take. Form only: whether a thing may be done is the rules' business."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate

from complaints.calendar_days import LONGEST_NAME, DayKind
from i18n import LANGUAGES
from models.codes import (
    DEPARTMENT_ROLES,
    Binding,
    DepartmentKind,
    Industry,
    Lane,
    Role,
    RollPolicy,
    Unit,
    Urgency,
)
from web import districts
from web.desk_schemas import CHOOSE, chosen
from web.filing_schemas import Form, email, text

COLLEAGUES = (*sorted(DEPARTMENT_ROLES), Role.ADMIN)
CODE = validate.Regexp(
    r"[a-z0-9]+(-[a-z0-9]+)*\Z",
    error=_l("Please use small letters, figures and hyphens, for example desk-city."),
)


def _district(**more: Any) -> fields.String:
    return fields.String(load_default=None, validate=validate.OneOf(list(districts.NAMES)), **more)


class OfficeIn(Form):
    """An office, as it is changed."""

    name_zh = text(120, required=True)
    name_en = text(160, required=True)
    phone = text(40, load_default=None)
    parent_id = chosen(load_default=None)
    level = fields.Integer(required=True, validate=validate.OneOf((3, 4, 5)), error_messages=CHOOSE)
    kind = fields.Enum(DepartmentKind, by_value=True, required=True, error_messages=CHOOSE)
    district = _district()
    industries = fields.List(fields.Enum(Industry, by_value=True), load_default=list)


class NewOfficeIn(OfficeIn):
    code = fields.String(required=True, validate=[validate.Length(3, 60), CODE])


class ReasonIn(Form):
    reason = text(2000, required=True)


class PlaceIn(Form):
    """A role, and for those who work in an office, the office."""

    role = fields.Enum(
        Role, by_value=True, required=True, validate=validate.OneOf(COLLEAGUES), error_messages=CHOOSE
    )
    department_id = chosen(load_default=None)


class PersonIn(PlaceIn):
    name = text(80, required=True)
    email = fields.String(required=True, validate=validate.Length(max=254))
    locale = fields.String(load_default="zh_Hans_CN", validate=validate.OneOf(sorted(LANGUAGES)))

    @post_load
    def normalise(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        try:
            given["email"] = email(given["email"])
        except ValueError as error:
            raise ValidationError({"email": [error.args[0]]}) from error
        return given


class FactsIn(Form):
    """A complaint that might come, to try the catalogue with."""

    industry = fields.Enum(Industry, by_value=True, required=True, error_messages=CHOOSE)
    district = _district()
    lane = fields.Enum(Lane, by_value=True, load_default=Lane.ORDINARY)
    urgency = fields.Enum(Urgency, by_value=True, load_default=Urgency.NORMAL)
    merchant = text(160, load_default="")


class RouteIn(Form):
    """One line of the dispatch catalogue. What is left open matches everything."""

    industry = fields.Enum(Industry, by_value=True, load_default=None)
    district = _district()
    lane = fields.Enum(Lane, by_value=True, load_default=None)
    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    merchant = text(160, load_default="")
    receiver_id = chosen(required=True)
    pool_id = chosen(required=True)
    authority_id = chosen(required=True)
    reason_zh = text(200, required=True)
    reason_en = text(240, required=True)


class TimeLimitIn(Form):
    """A new version of a time limit."""

    duration = fields.Integer(required=True, validate=validate.Range(1, 3650))
    unit = fields.Enum(Unit, by_value=True, required=True, error_messages=CHOOSE)
    roll_policy = fields.Enum(RollPolicy, by_value=True, required=True, error_messages=CHOOSE)
    warn_at = fields.List(fields.Integer(validate=validate.OneOf((50, 80))), load_default=list)
    binding = fields.Enum(Binding, by_value=True, required=True, error_messages=CHOOSE)
    instrument = text(160, required=True)
    article = text(60, load_default="")
    url = fields.URL(load_default="", schemes={"https", "http"}, validate=validate.Length(max=300))
    title_zh = text(160, required=True)
    title_en = text(200, required=True)
    promise_zh = text(2000, load_default="")
    promise_en = text(2000, load_default="")
    valid_from = fields.Date(required=True)
    reason = text(2000, required=True)


class DayIn(Form):
    """What a date is to be."""

    on = fields.Date(required=True)
    kind = fields.Enum(DayKind, by_value=True, required=True, error_messages=CHOOSE)
    name = text(LONGEST_NAME, load_default="")
    is_provisional = fields.Boolean(load_default=False)
