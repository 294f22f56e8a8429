"""The sentence for each way the rules can say no."""

from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from complaints.errors import Refused
from i18n import label

SENTENCES: dict[str, LazyString] = {
    "refused": _l("That cannot be done."),
    "unknown": _l("There is nothing here, or it is not yours to see."),
    "not_allowed": _l("You may see this, but doing it is for somebody else."),
    "wrong_status": _l("This cannot be done any more: somebody was quicker, or the complaint has moved on."),
    "invalid": _l("Something here is missing or wrong."),
    "conflict": _l("This would contradict what is already there."),
    "gone": _l("This has run out and cannot be used any more."),
    "required": _l("Please fill this in."),
    "too_long": _l("Please write at most %(most)s characters."),
    "phone_or_email": _l("Please give a telephone number or an e-mail address, so that we can reach you."),
    "in_future": _l("This date lies in the future."),
    "out_of_range": _l("This is out of bounds."),
    "hazard": _l("Somebody's safety may be at stake, so this goes to the authority and not into the green channel."),
    "no_opt_in": _l("The consumer did not choose the green channel."),
    "not_a_member": _l("The merchant is not a member of the green channel."),
    "asked_before": _l("The consumer was asked once already. Please decide with what is there."),
    "handover_open": _l("Another office has been asked and has not answered yet."),
    "bounced_before": _l("This was sent back once. Only the level above can move it now."),
    "no_handover": _l("No office has been asked to take over."),
    "not_the_asked_office": _l("Another office has been asked, not yours."),
    "same_department": _l("This office has it already."),
    "not_active": _l("This office no longer works."),
    "not_above": _l("Only the level above both offices can decide this."),
    "no_conflict": _l("No office has sent it back, so nothing is to be decided."),
    "no_offer": _l("There is no open offer."),
    "offer_expired": _l("This offer has run out or was replaced. Please look at what is open now."),
    "own_offer": _l("This is your own offer; the other side has to answer it."),
    "over_instant_pay_limit": _l("Only a sum of money within the instant-pay limit can be paid at once."),
    "waiver": _l("An offer may not ask anybody to give up a right, to withdraw the complaint or to rate you well."),
    "sends_elsewhere": _l("Whoever was asked first answers. Please do not send the consumer to the manufacturer or to somebody else."),
    "no_agreement": _l("There is no agreement under way."),
    "not_reported": _l("The merchant has not reported that it was done."),
    "email_taken": _l("This e-mail address has an account already."),
    "invitation_gone": _l("This link was used before or has run out. Please ask for a new one."),
    "not_yourself": _l("You cannot remove yourself."),
    "filed_before": _l("A complaint with this number of yours was filed before."),
    "not_a_licence": _l("This is not a unified social credit code: its last sign does not fit the others."),
    "unknown_merchant": _l("No merchant with this licence number is known here. Please give its name."),
    "key_reused": _l("This Idempotency-Key was used before with another content."),
    "key_in_use": _l("The first request with this Idempotency-Key is still at work."),
}


def sentence(refusal: Refused) -> str:
    """What to tell the reader. A code without words of its own borrows those of its kind."""
    words = str(SENTENCES.get(refusal.code) or SENTENCES[type(refusal).code])
    return words % {name: _plain(value) for name, value in refusal.facts.items()}


def _plain(value: Any) -> str:
    return str(label(value)) if isinstance(value, StrEnum) else str(value)
