"""Who joins in at once where somebody's safety is at stake: the liaison that the dispatch catalogue names (domain 5.4).

The authority has the complaint and telephones. The liaison has no sight of it: it is told which office to call.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from complaints import notices, routing
from models.codes import Industry, Lane, Status
from models.complaint import Complaint
from models.notice import Notice

TEMPLATE = "emergency"


def tell(complaint: Complaint, rules: Sequence[routing.Rule], *, now: datetime) -> Notice | None:
    """Owe the liaison a notice; None on other lanes, where it has the complaint itself, and where it was told before.

    Call it once the complaint has its office. Needs no session for a complaint that was just made.
    """
    if complaint.lane is not Lane.EMERGENCY:
        return None
    liaison_id = _liaison(complaint, rules)
    told = {notice.department_id for notice in complaint.notices if notice.template == TEMPLATE}
    if liaison_id in {complaint.department_id, complaint.authority_id} | told:
        return None
    return notices.tell_office(complaint, TEMPLATE, liaison_id, now=now, params={"path": "/desk"})


def _liaison(complaint: Complaint, rules: Sequence[routing.Rule]) -> int:
    """The first receiver of its rule. What nobody has sorted yet is no industry's."""
    facts = routing.facts_of(complaint)
    if complaint.status is Status.TRIAGE:
        facts = replace(facts, industry=Industry.OTHER)
    return routing.choose(facts, rules).receiver_id
