"""Evidence of a party: how much there may be, and its rows. Bytes and storage belong to the edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from complaints import workflow
from complaints.actors import Actor, shown_to
from complaints.deadlines import Clock
from complaints.errors import Invalid, Unknown
from models.attachment import Attachment
from models.codes import Action, Audience, Party, Role
from models.complaint import Complaint
from models.draft import Draft

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_TOGETHER = 40 * MEGABYTE
MOST_FILES = 12
PARTIES = {Role.CONSUMER: Party.CONSUMER, Role.MERCHANT: Party.MERCHANT}


@dataclass(frozen=True)
class Stored:
    """A file the edge has looked into and puts away under these keys. `ending` is that of the copy shown to others."""

    content_type: str
    ending: str
    size: int  # of the original
    sha256: str  # of the original
    original_key: str
    shown_key: str


def party_of(actor: Actor) -> Party:
    """In whose name `actor` adds evidence: a side's own, or the office's."""
    return PARTIES.get(actor.role, Party.STAFF)


def check_room(existing: Sequence[Attachment], sizes: Sequence[int]) -> None:
    """Let files of `sizes` bytes pass beside the party's `existing` ones, or raise Invalid for `files`."""
    if any(size > LARGEST_FILE for size in sizes):
        raise Invalid("files", "file_too_large", most=LARGEST_FILE // MEGABYTE)
    if len(existing) + len(sizes) > MOST_FILES:
        raise Invalid("files", "too_many_files", most=MOST_FILES)
    if sum(attachment.size for attachment in existing) + sum(sizes) > LARGEST_TOGETHER:
        raise Invalid("files", "files_too_large", most=LARGEST_TOGETHER // MEGABYTE)


def own(complaint: Complaint, actor: Actor) -> list[Attachment]:
    """What the party of `actor` has put in so far."""
    party = party_of(actor)
    return [attachment for attachment in complaint.attachments if attachment.party is party]


def add_to_draft(
    session: Session, draft: Draft, files: Sequence[Stored], *, now: datetime
) -> list[Attachment]:
    """Keep `files` with a complaint not yet sent; what it already holds is passed over. The rows of the others.

    Raises Invalid for more than there may be.
    """
    existing = of_draft(session, draft)
    fresh = _fresh(existing, files)
    rows = [
        _row(stored, Party.CONSUMER, number=number, caption="", user_id=None, now=now)
        for number, stored in enumerate(fresh, start=len(existing) + 1)
    ]
    for row in rows:
        row.draft_id = draft.id
    session.add_all(rows)
    return rows


def of_draft(session: Session, draft: Draft) -> list[Attachment]:
    query = select(Attachment).where(Attachment.draft_id == draft.id).order_by(Attachment.id)
    return list(session.scalars(query))


def one_of_draft(session: Session, draft: Draft, attachment_id: int) -> Attachment:
    """One file of a draft. Raises Unknown for any other."""
    query = select(Attachment).where(Attachment.draft_id == draft.id, Attachment.id == attachment_id)
    attachment = session.scalar(query)
    if attachment is None:
        raise Unknown
    return attachment


def hand_over(session: Session, draft: Draft, complaint: Complaint) -> None:
    """The files of a draft become those of the complaint made from it. Repeatable."""
    held = update(Attachment).where(Attachment.draft_id == draft.id)
    session.execute(held.values(complaint_id=complaint.id, draft_id=None))


def add(
    complaint: Complaint,
    actor: Actor,
    files: Sequence[Stored],
    *,
    now: datetime,
    clock: Clock,
    caption: str = "",
) -> list[Attachment]:
    """Attach `files` to an open complaint and say so on its timeline; what it already holds is passed over.

    Raises Invalid for more than there may be, and what workflow.perform raises. Repeatable: nothing new is
    no event.
    """
    existing = own(complaint, actor)
    fresh = _fresh(existing, files)
    if not fresh:
        return []
    event = workflow.perform(
        complaint, Action.ATTACH, actor, now=now, clock=clock, reason=caption, details={"files": len(fresh)}
    )
    rows = [
        _row(stored, party_of(actor), number=number, caption=caption, user_id=actor.user_id, now=now)
        for number, stored in enumerate(fresh, start=len(existing) + 1)
    ]
    for row in rows:
        row.audience = event.audience
    complaint.attachments.extend(rows)
    return rows


def seen_by(complaint: Complaint, role: Role) -> list[Attachment]:
    """The files that readers of `role` who may see the complaint may open."""
    audiences = shown_to(role)
    return [attachment for attachment in complaint.attachments if attachment.audience in audiences]


def one_of(complaint: Complaint, role: Role, attachment_id: int) -> Attachment:
    """One file of a complaint that was found through queries. Raises Unknown for any other, and one not for `role`."""
    for attachment in seen_by(complaint, role):
        if attachment.id == attachment_id:
            return attachment
    raise Unknown


def _fresh(existing: Sequence[Attachment], files: Sequence[Stored]) -> list[Stored]:
    """Those of `files` that are not among the `existing` ones, each once. Raises Invalid where there is no room for them."""
    known = {attachment.sha256 for attachment in existing}
    fresh = list({stored.sha256: stored for stored in files if stored.sha256 not in known}.values())
    check_room(existing, [stored.size for stored in fresh])
    return fresh


def _row(
    stored: Stored, party: Party, *, number: int, caption: str, user_id: int | None, now: datetime
) -> Attachment:
    return Attachment(
        party=party,
        audience=Audience.PARTIES,
        name=f"{party}-{number}.{stored.ending}",
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        original_key=stored.original_key,
        shown_key=stored.shown_key,
        caption=caption[:200],
        uploaded_by_id=user_id,
        uploaded_at=now,
    )
