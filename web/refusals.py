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
    "hazard": _l(
        "Somebody's safety may be at stake, so this goes to the authority and not into the green channel."
    ),
    "no_opt_in": _l("The consumer did not choose the green channel."),
    "not_a_member": _l("The merchant is not a member of the green channel."),
    "channel_used": _l("The complaint was in the green channel before. It goes on with the authority."),
    "authority_chosen": _l("The consumer chose to go to the authority."),
    "asked_before": _l("The consumer was asked once already. Please decide with what is there."),
    "handover_open": _l("Another office has been asked and has not answered yet."),
    "bounced_before": _l("This was sent back once. Only the level above can move it now."),
    "is_a_report": _l("This is a report of illegality: it is checked, not mediated."),
    "not_of_this_office": _l("Only somebody who works in the office responsible can handle it."),
    "not_in_the_list": _l("This is not in the list any more. Please choose again."),
    "reason_too_short": _l("Please give the reason in at least %(least)s characters."),
    "remedies_missing": _l("Please say which ways remain: a refusal without them is not sent."),
    "consent_missing": _l("Mediation needs this consent. Please ask for it, and tick it when it is given."),
    "declaration_missing": _l("Please ask the mediator to declare this, and tick it when it is done."),
    "not_a_mediator": _l("This person does not mediate, or does not work here any more."),
    "not_in_the_pool": _l("This mediator does not belong to the pool for this kind of complaint."),
    "is_a_party": _l("This mediator is a side of the dispute."),
    "too_many_filters": _l("You may keep at most %(most)s lists. Please forget one first."),
    "no_handover": _l("No office has been asked to take over."),
    "not_the_asked_office": _l("Another office has been asked, not yours."),
    "same_department": _l("This office has it already."),
    "not_active": _l("This office no longer works."),
    "not_above": _l("Only the level above both offices can decide this."),
    "no_conflict": _l("No office has sent it back, so nothing is to be decided."),
    "no_offer": _l("There is no open offer."),
    "offer_expired": _l("This offer has run out or was replaced. Please look at what is open now."),
    "offer_stands": _l(
        "Your offer is promised for 48 hours. Until it ends or is answered, a new one must be at least as much, in the"
        " same currency."
    ),
    "later_than_as_asked": _l(
        "Granting what was asked means doing it within three days. For a later day please make an offer: the consumer"
        " decides on it."
    ),
    "own_offer": _l("This is your own offer; the other side has to answer it."),
    "over_instant_pay_limit": _l("Only a sum of money within the instant-pay limit can be paid at once."),
    "waiver": _l(
        "An offer may not ask anybody to give up a right, to withdraw the complaint or to rate you well."
    ),
    "sends_elsewhere": _l(
        "Whoever was asked first answers. Please do not send the consumer to the manufacturer or to somebody else."
    ),
    "wrong_compensation_status": _l("This was decided before, and cannot go back."),
    "over_pledge": _l("At most ¥%(most)s: no more than was claimed, and no more than was pledged."),
    "paid_for_itself": _l("There is nobody to recover it from: it was paid for nobody else."),
    "no_agreement": _l("There is no agreement under way."),
    "not_due_yet": _l(
        "The merchant has time until the end of %(day)s. If it is not done by then, you can say so here from the"
        " day after. If you need it sooner, write a message."
    ),
    "reopening_over": _l(
        "A closed complaint can be opened again for %(days)s days. Please file a new one and name this one in it."
    ),
    "not_reported": _l("The merchant has not reported that it was done."),
    "email_taken": _l("This e-mail address has an account already."),
    "invitation_gone": _l("This link was used before or has run out. Please ask for a new one."),
    "not_yourself": _l("You cannot remove yourself."),
    "filed_before": _l("A complaint with this number of yours was filed before."),
    "not_a_licence": _l("This is not a unified social credit code: its last sign does not fit the others."),
    "unknown_merchant": _l("No merchant with this licence number is known here. Please give its name."),
    "key_reused": _l("This Idempotency-Key was used before with another content."),
    "draft_gone": _l("This draft has run out or was sent already. Please begin a new complaint."),
    "draft_sent": _l(
        "This complaint has been sent, so it can no longer be changed here. Evidence can still be added on its own page."
    ),
    "draft_unknown": _l("No draft belongs to this code, or it has run out."),
    "no_receipt": _l(
        "This is no receipt of ours: its last sign does not fit the others. Please compare it once more."
    ),
    "wrong_secret": _l("Receipt and secret do not belong together. Please compare both once more."),
    "file_empty": _l("This file is empty."),
    "file_too_large": _l("A file may be at most %(most)s MB. Please choose a smaller one."),
    "files_too_large": _l("All files together may be at most %(most)s MB."),
    "too_many_files": _l("At most %(most)s files can be added."),
    "file_type": _l(
        "Only photographs (JPEG, PNG, WebP, HEIC) and PDF files can be added, and this is none of them."
    ),
    "picture_too_large": _l(
        "This picture has more than %(most)s million dots. Please take a screenshot of it and add that."
    ),
    "picture_broken": _l("This picture is damaged and cannot be opened."),
    "document_locked": _l("This PDF file asks for a password. Please add one that everybody can open."),
    "document_too_long": _l(
        "A PDF file may have at most %(most)s pages. Please add only the pages that matter."
    ),
    "document_broken": _l("This PDF file is damaged and cannot be opened."),
    "key_in_use": _l("The first request with this Idempotency-Key is still at work."),
    "member_already": _l("This merchant is a member already. Colleagues are invited from its own pages."),
    "member_suspended": _l(
        "This membership is suspended. Please speak to the market regulation of your district."
    ),
    "contact_email_taken": _l(
        "The contact's e-mail address belongs to another account. Please refuse and ask for another address."
    ),
    "decided_before": _l("This application has been decided already."),
    "membership_moved": _l("The membership is not what it was a moment ago. Please look once more."),
    "code_taken": _l("An office with this code is there already."),
    "office_has_complaints": _l("The office still owns %(count)s open complaints."),
    "office_has_people": _l("%(count)s people still work in this office."),
    "office_has_rules": _l("%(count)s routing rules still name this office."),
    "office_has_offices": _l("%(count)s offices still stand below this one."),
    "office_above_is_lower": _l("The office above must be of the same level or a higher one."),
    "office_below_itself": _l("An office cannot stand below itself."),
    "role_without_office": _l("This role belongs to no office."),
    "not_a_colleague": _l("This role cannot be given here."),
    "last_administrator": _l("Somebody must remain who can administer the service."),
    "person_disabled": _l("This account is disabled. Enable it first."),
    "second_catch_all": _l(
        "Please name at least one condition: there is a rule for everything else already."
    ),
    "catch_all_stays": _l(
        "The rule for everything else must stay as it is, or a complaint could be nobody's."
    ),
    "no_such_merchant": _l("No merchant has exactly this name or number, or more than one has."),
    "too_early": _l("A new version begins on %(earliest)s at the earliest."),
    "cannot_roll": _l("Hours and minutes end when they end: only days, months and years can move on."),
    "not_a_weekend": _l("Only a Saturday or a Sunday can be made up."),
    "reclassification_under_way": _l("A run is under way already. Let it end, or cancel it first."),
    "no_model": _l("There is no model to read with. An operator makes one with: flask classifier train"),
    "queue_away": _l("The queue does not answer at this moment. Please try again a little later."),
}


def sentence(refusal: Refused) -> str:
    """What to tell the reader. A code without words of its own borrows those of its kind."""
    words = str(SENTENCES.get(refusal.code) or SENTENCES[type(refusal).code])
    return words % {name: _plain(value) for name, value in refusal.facts.items()}


def _plain(value: Any) -> str:
    return str(label(value)) if isinstance(value, StrEnum) else str(value)
