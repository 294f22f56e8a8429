"""What the API takes and gives. `In` refuses unknown fields; `Out` names every field it gives."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from complaints.claims import PAID
from complaints.green_channel import Terms
from complaints.intake import LARGEST_AMOUNT, LONGEST_BODY
from complaints.text import clean
from i18n import LANGUAGES
from models import codes
from web import amounts, districts, filing_schemas
from web.filing_schemas import NAMED_HAZARDS
from web.moments import now

LARGEST_PAGE = 100
READABLE = r"[^\s\u0000-\u001f\u007f-\u009f]"  # for the document: somewhere in it is something to read


class Words(fields.String):
    """Text without control characters and blanks around it, measured as it was sent; an empty one is missing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        given = super()._deserialize(value, attr, data, **kwargs)
        tidied = clean(given).strip()
        if not tidied and self.required:
            raise self.make_error("required")
        for measured in self.validators:
            measured(given)
        return tidied


def words(most: int, *, required: bool = False, **more: Any) -> Words:
    if required:
        more["metadata"] = {"pattern": READABLE, **more.get("metadata", {})}
    length = validate.Length(min=1 if required else None, max=most)
    return Words(validate=length, required=required, **more)


class Phone(fields.String):
    """A telephone number in whatever form people write it, kept in one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        given = super()._deserialize(value, attr, data, **kwargs)
        try:
            return filing_schemas.phone(given)
        except ValueError as error:
            raise ValidationError([error.args[0]]) from error


class PersonIn(Schema):
    """Who complains. A telephone number or an e-mail address is needed."""

    name = words(80, required=True)
    phone = Phone(load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    address = words(200, load_default=None, allow_none=True)
    locale = fields.String(load_default="zh_Hans_CN", validate=validate.OneOf(sorted(LANGUAGES)))


class ComplaintIn(Schema):
    """A complaint. Amounts are whole minor units: 12.50 CNY is 1250."""

    text = words(LONGEST_BODY, required=True)
    merchant_name = words(160, load_default="")
    licence_no = fields.String(load_default=None, allow_none=True, validate=validate.Length(equal=18))
    merchant_address = words(200, load_default=None, allow_none=True)
    district = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(list(districts.NAMES))
    )
    person = fields.Nested(PersonIn, required=True)
    industry = fields.Enum(codes.Industry, by_value=True, load_default=None, allow_none=True)
    issue = fields.Enum(codes.Issue, by_value=True, load_default=None, allow_none=True)
    hazards = fields.List(
        fields.Enum(
            codes.Hazard,
            by_value=True,
            validate=validate.OneOf(NAMED_HAZARDS),
            metadata={"enum": list(NAMED_HAZARDS)},
        ),
        load_default=list,
        validate=validate.Length(max=5),
    )
    remedies = fields.List(
        fields.Enum(codes.Remedy, by_value=True), load_default=list, validate=validate.Length(max=6)
    )
    amount = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(min=0, max=LARGEST_AMOUNT)
    )
    currency = fields.String(load_default="CNY", validate=validate.OneOf(amounts.CURRENCIES))
    happened_on = fields.Date(load_default=None, allow_none=True)
    order_no = words(80, load_default=None, allow_none=True)
    departs_at = fields.AwareDateTime(load_default=None, allow_none=True)
    opts_in = fields.Boolean(load_default=False)
    consents_to_publication = fields.Boolean(load_default=False)
    consents_to_delegation = fields.Boolean(load_default=False)
    source_ref = words(
        80, load_default=None, allow_none=True, metadata={"description": "Your own number of it."}
    )

    @validates("departs_at")
    def is_still_to_come(self, departs: datetime | None, **kwargs: Any) -> None:
        if departs is not None and not now() < departs < now() + timedelta(days=366):
            raise ValidationError([_l("Please give a departure that is still to come.")])

    @validates_schema
    def names_a_merchant(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data.get("merchant_name") and not data.get("licence_no"):
            raise ValidationError("Missing data for required field.", "merchant_name")


class EventOut(Schema):
    action = fields.Enum(codes.Action, by_value=True)
    from_status = fields.Enum(codes.Status, by_value=True)
    to_status = fields.Enum(codes.Status, by_value=True)
    role = fields.Enum(codes.Role, by_value=True)
    reason = fields.String()
    details = fields.Dict()
    at = fields.AwareDateTime()


class DeadlineOut(Schema):
    rule = fields.String(attribute="rule_code")
    started_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    met_at = fields.AwareDateTime(allow_none=True)
    breached_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


class OfferOut(Schema):
    id = fields.Integer()
    party = fields.Enum(codes.Party, by_value=True)
    remedies = fields.List(fields.String())
    amount = fields.Integer(allow_none=True)
    currency = fields.String(allow_none=True)
    perform_by = fields.Date()
    terms = fields.String()
    status = fields.Enum(codes.OfferStatus, by_value=True)
    made_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class ComplaintOut(Schema):
    """A complaint in a list."""

    receipt = fields.String()
    status = fields.Enum(codes.Status, by_value=True)
    outcome = fields.Enum(codes.Outcome, by_value=True, allow_none=True)
    level = fields.Integer()
    lane = fields.Enum(codes.Lane, by_value=True)
    urgency = fields.Enum(codes.Urgency, by_value=True)
    industry = fields.Enum(codes.Industry, by_value=True)
    issue = fields.Enum(codes.Issue, by_value=True)
    text = fields.String(attribute="body")
    language = fields.String()
    merchant_name = fields.String()
    district = fields.String(allow_none=True)
    amount = fields.Integer(allow_none=True)
    currency = fields.String(allow_none=True)
    remedies = fields.List(fields.String())
    order_no = fields.String(allow_none=True)
    happened_on = fields.Date(allow_none=True)
    submitted_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)


class WholeComplaintOut(ComplaintOut):
    """One complaint with all that the caller may know of it."""

    events = fields.List(fields.Nested(EventOut))
    deadlines = fields.List(fields.Nested(DeadlineOut))
    offers = fields.List(fields.Nested(OfferOut))
    actions = fields.List(fields.String(), metadata={"description": "What the caller may do now."})


class LodgedOut(Schema):
    """The answer to a filing. The secret is given here and never again."""

    receipt = fields.String()
    secret = fields.String()
    status = fields.Enum(codes.Status, by_value=True)
    industry = fields.Enum(codes.Industry, by_value=True)
    department = fields.String(allow_none=True)
    url = fields.Url()
    deadlines = fields.List(fields.Nested(DeadlineOut))


class PageIn(Schema):
    limit = fields.Integer(load_default=25, validate=validate.Range(min=1, max=LARGEST_PAGE))
    after = fields.String(load_default="", validate=validate.Length(max=40))
    status = fields.Enum(codes.Status, by_value=True, load_default=None)


class ComplaintsOut(Schema):
    """One page, newest first. `next` is what to give as `after` for the following page; null on the last."""

    complaints = fields.List(fields.Nested(ComplaintOut))
    next = fields.String(allow_none=True)


class TermsIn(Schema):
    remedies = fields.List(
        fields.Enum(codes.Remedy, by_value=True), required=True, validate=validate.Length(min=1, max=6)
    )
    amount = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_AMOUNT)
    )
    currency = fields.String(load_default="CNY", validate=validate.OneOf(amounts.CURRENCIES))
    perform_by = fields.Date(required=True)
    terms = words(2000, load_default="")

    @post_load
    def as_terms(self, data: dict[str, Any], **kwargs: Any) -> Terms:
        amount = data["amount"] if PAID & set(data["remedies"]) else None
        return Terms(data["remedies"], data["perform_by"], amount, data["currency"], data["terms"])


class DayIn(Schema):
    perform_by = fields.Date(required=True)


class ReasonIn(Schema):
    reason = words(4000, required=True)


class ProofIn(Schema):
    proof = words(2000, required=True)


class MerchantsIn(Schema):
    q = words(60, required=True)


class MerchantOut(Schema):
    licence_no = fields.String(allow_none=True)
    name = fields.String()
    name_en = fields.String(allow_none=True)
    industry = fields.Enum(codes.Industry, by_value=True)
    district = fields.String(allow_none=True)
    is_member = fields.Boolean()


class MerchantsOut(Schema):
    merchants = fields.List(fields.Nested(MerchantOut))


class TextIn(Schema):
    text = words(LONGEST_BODY, required=True)


class EvidenceOut(Schema):
    start = fields.Integer()
    end = fields.Integer()
    words = fields.String()
    weight = fields.Float()


class SuggestionOut(Schema):
    """Three answers, each with its probability, the second choice and the words that spoke for it."""

    industry = fields.String(allow_none=True)
    confidence = fields.Float()
    second = fields.String(allow_none=True)
    second_confidence = fields.Float(allow_none=True)
    issue = fields.String()
    issue_confidence = fields.Float()
    issue_second = fields.String()
    issue_second_confidence = fields.Float()
    urgency = fields.String()
    urgency_confidence = fields.Float()
    urgency_second = fields.String()
    urgency_second_confidence = fields.Float()
    emergency_probability = fields.Float()
    language = fields.String()
    abstained = fields.Boolean()
    reason = fields.String()
    model_version = fields.String()
    evidence = fields.List(fields.Nested(EvidenceOut))
    issue_evidence = fields.List(fields.Nested(EvidenceOut))
    urgency_evidence = fields.List(fields.Nested(EvidenceOut))


class ProblemOut(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    request_id = fields.String()
