"""What a later model makes of a complaint that is under way: nothing changes by itself, a person is asked to look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from complaints import routing
from complaints.workflow import UNROUTED
from models.codes import Action, Industry, NoticeChannel, Recipient, Status, Urgency
from models.complaint import Complaint, Event
from models.notice import Notice
from models.reclassification import Doubt, Reclassification
from models.suggestion import Suggestion

LETTER = "danger_suspected"
DRAWER = "/desk?tab=danger"
BETWEEN_LETTERS = timedelta(hours=1)


@dataclass(frozen=True)
class Standing:
    """What is known of a complaint when it is read anew. `first` is the category that its first reading led to."""

    industry: Industry
    urgency: Urgency
    status: Status
    is_open: bool
    first: Industry | None
    was_classified: bool

    @property
    def was_chosen(self) -> bool:
        """Whether its category is somebody's word: an officer's, or the consumer's own against the model's."""
        is_routed = self.status not in UNROUTED
        return self.was_classified or (is_routed and self.first != self.industry)


@dataclass(frozen=True)
class Finding:
    """How a reading stands to the complaint. `is_settled`: it differs, and that is nobody's business any more."""

    differs: bool = False
    is_settled: bool = False
    disputes: bool = False
    suspects_danger: bool = False

    @property
    def is_doubt(self) -> bool:
        return self.disputes or self.suspects_danger


def judge(standing: Standing, said: Suggestion) -> Finding:
    """Hold a reading against what is there. Of a model that abstains only danger is taken up.

    A complaint that waits to be sorted is not disputed: whoever sorts it sees the reading anyway.
    """
    differs = not said.abstained and said.industry != standing.industry
    is_settled = differs and (standing.was_chosen or not standing.is_open)
    is_sorted = standing.status not in UNROUTED
    unseen = standing.is_open and not standing.was_classified and standing.urgency is not Urgency.EMERGENCY
    return Finding(
        differs=differs,
        is_settled=is_settled,
        disputes=differs and is_sorted and not is_settled,
        suspects_danger=unseen and said.urgency == Urgency.EMERGENCY,
    )


def of(complaint: Complaint) -> Finding:
    """What a later reading says against an open complaint, as long as no person has decided since."""
    if len(complaint.suggestions) < 2:
        return Finding()
    first, *later = complaint.suggestions
    standing = Standing(
        industry=complaint.industry,
        urgency=complaint.urgency,
        status=complaint.status,
        is_open=complaint.closed_at is None,
        first=routing.industry_of(first, routing.trade_of(complaint.merchant)),
        was_classified=any(event.action is Action.CLASSIFY for event in complaint.events),
    )
    findings = [judge(standing, said) for said in later]
    return Finding(
        disputes=findings[-1].disputes,
        suspects_danger=any(finding.suspects_danger for finding in findings),
    )


def replace(
    session: Session, ids: Sequence[int], found: Iterable[tuple[int, Finding]], now: datetime
) -> None:
    """Let the doubts about the complaints `ids` be those of `found`. A suspicion of danger stays till a person looks."""
    of_these = Doubt.complaint_id.in_(ids)
    session.execute(delete(Doubt).where(of_these, Doubt.suspects_danger.is_(False)))
    session.execute(update(Doubt).where(of_these).values(disputes=False))
    rows = [
        {
            "complaint_id": id_,
            "disputes": finding.disputes,
            "suspects_danger": finding.suspects_danger,
            "at": now,
        }
        for id_, finding in found
    ]
    if rows:
        fresh = insert(Doubt).values(rows)
        kept = Doubt.suspects_danger | fresh.excluded.suspects_danger
        session.execute(
            fresh.on_conflict_do_update(
                index_elements=["complaint_id"],
                set_={"disputes": fresh.excluded.disputes, "suspects_danger": kept, "at": now},
            )
        )
        # Whoever decided while the texts were being read has the last word.
        decided = select(Event.id).where(
            Event.complaint_id == Doubt.complaint_id, Event.action == Action.CLASSIFY
        )
        doubtful = Doubt.complaint_id.in_([row["complaint_id"] for row in rows])
        session.execute(delete(Doubt).where(doubtful, decided.exists()))


def settle(session: Session, complaint: Complaint) -> None:
    """A person has decided: nothing is in doubt any more."""
    session.execute(delete(Doubt).where(Doubt.complaint_id == complaint.id))


def warn(session: Session, run: Reclassification, offices: Iterable[int], now: datetime) -> None:
    """Owe each of `offices` one letter an hour at most, which leads to what is suspected there."""
    hour = int(now.timestamp() // BETWEEN_LETTERS.total_seconds())
    rows = [
        {
            "key": f"reclassification:{run.id}:{office}:{hour}",
            "template": LETTER,
            "channel": NoticeChannel.MAIL,
            "recipient": Recipient.DEPARTMENT,
            "department_id": office,
            "params": {"path": DRAWER},
            "created_at": now,
            "send_at": now,
            "attempts": 0,
            "last_error": "",
        }
        for office in sorted(set(offices))
    ]
    if rows:
        session.execute(insert(Notice).values(rows).on_conflict_do_nothing(index_elements=["key"]))
