"""The order of the steps of the filing form, and the way from one to the next."""

from typing import Any

from flask import Response, make_response, redirect, url_for
from flask_babel import lazy_gettext as _l

from complaints import drafts
from complaints.drafts import Draft
from web import drafting, filing

ORDER = ("what", "whom", "ask", "evidence", "contact", "check")
TITLES = {
    "what": _l("What happened"),
    "whom": _l("Whom it is about"),
    "ask": _l("What you ask for"),
    "evidence": _l("Evidence"),
    "contact": _l("How to reach you"),
    "check": _l("Check and send"),
}


def parts(step: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the frame of every step needs: where it is, and what lies behind it."""
    place = ORDER.index(step)
    draft = drafting.current()
    return {
        "step": step,
        "kept_as": f"filing.{draft.id if draft is not None else 'new'}.{step}",
        "steps": [(str(TITLES[name]), url(name) if _is_open(name, given) else None) for name in ORDER],
        "place": place + 1,
        "back": url(ORDER[place - 1]) if place else "",
    }


def after(step: str, draft: Draft | None) -> str:
    """The next step; straight back to the check where everything else is answered."""
    if draft is not None and not filing.first_incomplete(draft):
        return url("check")
    return url(ORDER[ORDER.index(step) + 1])


def left_at(draft: Draft) -> str:
    """The address of the step at which the writer left off."""
    return url(draft.step if draft.step in ORDER else ORDER[0])


def url(step: str) -> str:
    if step == "check":
        return url_for("public.check")
    return url_for("evidence.draft_files") if step == "evidence" else url_for("public.show", step=step)


def away(address: str) -> Response:
    """On to another page after a form."""
    return make_response(redirect(address, 303))


def unkept(page: str) -> Response:
    """A page that shows a secret, or somebody's answers, and is not to be left behind in any cache."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def answers_of(draft: Draft | None) -> dict[str, Any]:
    return drafts.answers(draft) if draft is not None else {}


def _is_open(step: str, given: dict[str, Any]) -> bool:
    return bool(given.get(step)) or (step == "evidence" and bool(given.get("ask")))
