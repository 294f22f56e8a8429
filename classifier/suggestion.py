"""The answer of the classifier: plain codes, figures and the places in the text that speak for them."""

from dataclasses import dataclass
from typing import NamedTuple

INDUSTRIES = ("housekeeping", "catering", "prepaid_card", "ecommerce", "other")
ISSUES = (
    "refund_refused",
    "quality",
    "false_advertising",
    "food_safety",
    "merchant_closed",
    "price_fee",
    "delivery",
    "service_attitude",
    "contract_terms",
    "personal_injury",
    "damage_theft",
    "privacy",
    "counterfeit",
    "safety_hazard",
    "other",
)
URGENCIES = ("emergency", "high", "normal", "low")
LANGUAGES = ("zh_Hans", "zh_Hant", "en", "ja", "ko", "ru", "fr", "de", "es", "ar")
UNKNOWN_LANGUAGE = "und"
REASONS = ("", "low_confidence", "close_call", "no_evidence", "foreign_language", "no_model")


class Evidence(NamedTuple):
    """A piece of the text, from `start` up to but excluding `end`, and how much it weighed."""

    start: int
    end: int
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the classifier says about one text.

    Probabilities are calibrated and lie between 0 and 1. When `abstained`, a person decides: `industry` and
    `second` are still the two likeliest, and `reason` says why no more can be said. `urgency` is "emergency"
    whenever `emergency_probability` reaches the model's threshold, chosen so that few emergencies are missed.
    """

    industry: str
    confidence: float
    second: str
    second_confidence: float
    issue: str
    issue_confidence: float
    urgency: str
    urgency_confidence: float
    emergency_probability: float
    evidence: tuple[Evidence, ...]
    language: str
    model_version: str
    abstained: bool
    reason: str
    issue_second: str = "other"
    issue_second_confidence: float = 0.0
    urgency_second: str = "normal"
    urgency_second_confidence: float = 0.0
    issue_evidence: tuple[Evidence, ...] = ()
    urgency_evidence: tuple[Evidence, ...] = ()


def abstention(reason: str, *, language: str = UNKNOWN_LANGUAGE, model_version: str = "") -> Suggestion:
    """No opinion at all: a person decides, and the reason says why."""
    return Suggestion(
        industry="other",
        confidence=0.0,
        second="other",
        second_confidence=0.0,
        issue="other",
        issue_confidence=0.0,
        urgency="normal",
        urgency_confidence=0.0,
        emergency_probability=0.0,
        evidence=(),
        language=language,
        model_version=model_version,
        abstained=True,
        reason=reason,
    )
