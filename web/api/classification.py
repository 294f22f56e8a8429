"""The classifier by API: what it reads in a text, with its reasons. Nothing is stored."""

from typing import Any

from flask_smorest import Blueprint

import classifier
from web import suggestions
from web.api.keys import needs_key
from web.api.schemas import SuggestionOut, TextIn

blp = Blueprint(
    "api_classification", __name__, url_prefix="/api/v1/suggestions", description="Classification"
)


@blp.post("")
@needs_key
@blp.arguments(TextIn())
@blp.response(200, SuggestionOut)
def suggest(given: dict[str, Any]) -> classifier.Suggestion:
    """Suggest industry, issue and urgency for a text."""
    return suggestions.of(given["text"])
