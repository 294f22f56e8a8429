"""Looking up merchants while typing: a fragment for the form, or JSON for programs."""

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from complaints import merchants
from extensions import limiter
from models.base import db
from models.organisations import Merchant
from web import districts

bp = Blueprint("merchant_search", __name__, url_prefix="/merchants")


@bp.get("/search")
@limiter.limit("120/minute")
def search() -> Response:
    """The merchants that `merchant_name` (or `q`) may mean, as tiles of the filing form."""
    typed = request.args.get("merchant_name") or request.args.get("q", "")
    found = merchants.search(db.session(), typed)
    return make_response(render_template("public/_merchants.html", found=found, picked=None, typed=typed))


@bp.get("/search.json")
@limiter.limit("120/minute")
def as_json() -> Response:
    """The same as JSON: what anybody may know of a merchant, and no more."""
    found = merchants.search(db.session(), request.args.get("q", ""))
    return jsonify({"merchants": [_public(merchant) for merchant in found]})


def _public(merchant: Merchant) -> dict[str, str | int | bool | None]:
    return {
        "id": merchant.id,
        "name": merchant.name,
        "name_en": merchant.name_en,
        "licence_no": merchant.licence_no,
        "district": merchant.district,
        "district_name": districts.name(merchant.district),
        "address": merchant.address,
        "industry": merchant.industry,
        "is_member": merchant.is_member,
    }
