"""What the forms of desk and mediation take. Form only: whether a thing may be done is the rules' business."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate

from complaints import acceptance, compensation, messages, reports
from models.codes import (
    CompensationStatus,
    Hazard,
    Industry,
    Issue,
    RefusalGround,
    TerminationGround,
    Urgency,
)
from web import amounts
from web.filing_schemas import NAMED_HAZARDS, Form, text

CHOOSE = {"required": _l("Please choose one.")}
LONGEST_ID = 2**31 - 1


def chosen(**more: Any) -> fields.Integer:
    """The number of a row that was picked from a list."""
    return fields.Integer(validate=validate.Range(1, LONGEST_ID), error_messages=CHOOSE, **more)


class NothingIn(Form):
    """A button without fields."""


class WordsIn(Form):
    """A message or a note."""

    text = text(messages.LONGEST, required=True)


class ReasonIn(Form):
    reason = text(4000, required=True)


class RemarkIn(Form):
    reason = text(4000, load_default="")


class AssignIn(Form):
    officer = chosen(required=True)


class CategoryIn(Form):
    """A person's reading of a complaint."""

    industry = fields.Enum(Industry, by_value=True, required=True, error_messages=CHOOSE)
    issue = fields.Enum(Issue, by_value=True, required=True, error_messages=CHOOSE)
    urgency = fields.Enum(Urgency, by_value=True, load_default=Urgency.NORMAL)
    hazards = fields.List(
        fields.Enum(Hazard, by_value=True, validate=validate.OneOf(NAMED_HAZARDS)), load_default=list
    )
    reason = text(2000, load_default="")


class OfficeIn(Form):
    department = chosen(required=True)
    reason = text(2000, required=True)


class RefuseIn(Form):
    """A decision of non-acceptance. What makes it complete is for the rules to say (S-02)."""

    ground = fields.Enum(RefusalGround, by_value=True, load_default=None)
    reason = text(acceptance.LONGEST, load_default="")
    remedies = text(acceptance.LONGEST, load_default="")


class MediationIn(Form):
    """Who mediates, and what is on record of everybody's consent."""

    mediator = chosen(required=True)
    consumer = fields.Boolean(load_default=False)
    merchant = fields.Boolean(load_default=False)
    delegation = fields.Boolean(load_default=False)
    no_interest = fields.Boolean(load_default=False)


class TerminateIn(Form):
    ground = fields.Enum(TerminationGround, by_value=True, load_default=None)
    reason = text(4000, required=True)


class ClueIn(Form):
    clue = text(reports.LONGEST, required=True)


class GrantIn(Form):
    """How much is paid ahead, typed in yuan and given on in fen."""

    amount = fields.String(required=True, error_messages={"required": _l("Please say how much.")})

    @post_load
    def reckon(self, given: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        try:
            return {"amount": amounts.parse(given["amount"], "CNY")}
        except ValidationError as error:
            raise ValidationError({"amount": error.messages}) from error


class WhyNotIn(Form):
    reason = text(compensation.LONGEST_REASON, required=True)


class PaymentIn(Form):
    reference = text(compensation.LONGEST_REFERENCE, required=True)


class RecoveryIn(Form):
    """How the recovery from the merchant ended."""

    status = fields.Enum(
        CompensationStatus,
        by_value=True,
        required=True,
        error_messages=CHOOSE,
        validate=validate.OneOf((CompensationStatus.RECOVERED, CompensationStatus.WRITTEN_OFF)),
    )


class FilterIn(Form):
    """A list worth coming back to: its name and what its address asks."""

    name = text(60, required=True)
    query = text(600, load_default="")
