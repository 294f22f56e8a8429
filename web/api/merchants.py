"""Looking merchants up by API."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from complaints import merchants
from models import db
from web.api.keys import needs_key
from web.api.schemas import MerchantsIn, MerchantsOut

blp = Blueprint("api_merchants", __name__, url_prefix="/api/v1/merchants", description="Merchants")


@blp.get("")
@needs_key
@blp.arguments(MerchantsIn(), location="query", unknown=RAISE)
@blp.response(200, MerchantsOut)
def search(given: dict[str, Any]) -> dict[str, Any]:
    """Find merchants by a piece of the name, its pinyin, or the licence number."""
    return {"merchants": merchants.search(db.session(), given["q"], limit=20)}
