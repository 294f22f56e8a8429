"""What a merchant's application takes. Form only, and that the licence number can be one at all."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from complaints.membership import PLEDGE_VERSION, Candidate
from complaints.merchants import is_licence_no
from models.codes import Industry
from web import amounts, districts
from web.desk_schemas import CHOOSE
from web.filing_schemas import Form, email, phone, text
from web.refusals import SENTENCES

LARGEST_COMPENSATION = 100_000_000  # fen: one million yuan for one complaint


class ApplicationIn(Form):
    licence_no = text(40, required=True)
    name = text(160, required=True)
    industry = fields.Enum(Industry, by_value=True, required=True, error_messages=CHOOSE)
    district = fields.String(
        required=True, validate=validate.OneOf(list(districts.NAMES)), error_messages=CHOOSE
    )
    address = text(200, required=True)
    phone = text(40, required=True)
    contact_name = text(80, required=True)
    contact_email = text(254, required=True)
    pledges_compensation = fields.Boolean(load_default=False)
    compensation_limit = fields.String(load_default=None)
    signs_pledge = fields.Boolean(load_default=False)
    pledge_version = fields.String(load_default="")

    def __init__(self, locale: str = "zh_Hans_CN") -> None:
        super().__init__()
        self.locale = locale

    @validates_schema(skip_on_field_errors=False)
    def is_signed(self, given: dict[str, Any], **kwargs: Any) -> None:
        if not given.get("signs_pledge"):
            raise ValidationError(
                [_l("Please sign the pledge: without it there is no green channel.")], "signs_pledge"
            )
        if given.get("pledge_version") != PLEDGE_VERSION:
            raise ValidationError(
                [_l("The pledge has been worded anew. Please read it once more and sign it.")], "signs_pledge"
            )

    @validates_schema(skip_on_field_errors=False)
    def is_licensed(self, given: dict[str, Any], **kwargs: Any) -> None:
        if given.get("licence_no") and not is_licence_no(given["licence_no"]):
            raise ValidationError([SENTENCES["not_a_licence"]], "licence_no")

    @validates_schema(skip_on_field_errors=False)
    def has_a_limit(self, given: dict[str, Any], **kwargs: Any) -> None:
        if given.get("pledges_compensation") and not given.get("compensation_limit"):
            raise ValidationError([_l("Please say up to which sum you pledge.")], "compensation_limit")

    @post_load
    def as_candidate(self, given: dict[str, Any], **kwargs: Any) -> Candidate:
        problems: dict[str, list[Any]] = {}
        for name, read in (("phone", phone), ("contact_email", email)):
            try:
                given[name] = read(given[name])
            except ValueError as error:
                problems[name] = [error.args[0]]
        limit = None
        if given["pledges_compensation"]:
            try:
                limit = _limit(given["compensation_limit"])
            except ValidationError as error:
                problems["compensation_limit"] = list(error.messages)
        if problems:
            raise ValidationError(problems)
        told = {name: given[name] for name in TOLD}
        return Candidate(**told, locale=self.locale, compensation_limit=limit)


TOLD = (
    "licence_no", "name", "industry", "district", "address", "phone", "contact_name", "contact_email",
    "pledges_compensation",
)  # fmt: skip


def _limit(typed: str) -> int:
    limit = amounts.parse(typed, "CNY")
    if limit > LARGEST_COMPENSATION:
        raise ValidationError([_l("At most one million yuan can be pledged for one complaint.")])
    return limit
