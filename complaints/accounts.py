"""Accounts: consumers register, colleagues are invited, a lost password is set anew by the same one-time way in."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from complaints.errors import Conflict, Gone
from models.codes import NoticeChannel, Recipient, Role
from models.complaint import Complaint
from models.notice import Notice
from models.people import Invitation, User

INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=2)


def by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def register(
    session: Session, email: str, name: str, password_hash: str, locale: str, *, now: datetime
) -> User:
    """A new consumer. Raises Conflict where the address has an account."""
    if by_email(session, email) is not None:
        raise Conflict("email_taken")
    user = User(
        email=email.strip(),
        name=name.strip(),
        password_hash=password_hash,
        role=Role.CONSUMER,
        locale=locale,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def claim(session: Session, user: User, complaint_ids: list[int]) -> int:
    """Give the complaints whose secret this consumer showed to the account; how many. Another's account keeps its own."""
    if not complaint_ids or user.role is not Role.CONSUMER:
        return 0
    claimed = session.scalars(
        update(Complaint)
        .where(Complaint.id.in_(complaint_ids), Complaint.consumer_id.is_(None))
        .values(consumer_id=user.id)
        .returning(Complaint.id)
    )
    return len(claimed.all())


def invite(session: Session, user: User, *, now: datetime) -> Invitation:
    """A one-time way in for a new `user`, owed by mail; earlier ones end. Its link is made when the letter is written."""
    return _owe_a_way_in(session, user, "invitation", now=now, life=INVITATION_LIFE)


def reset(session: Session, user: User, *, now: datetime) -> Invitation:
    """The same for somebody who lost the password. It works for a short while."""
    return _owe_a_way_in(session, user, "password_lost", now=now, life=RESET_LIFE)


def _owe_a_way_in(
    session: Session, user: User, template: str, *, now: datetime, life: timedelta
) -> Invitation:
    session.execute(
        update(Invitation)
        .where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )
    invitation = Invitation(user=user, created_at=now, expires_at=now + life)
    session.add(invitation)
    session.flush()
    session.add(
        Notice(
            key=f"invitation:{invitation.id}",
            template=template,
            channel=NoticeChannel.MAIL,
            recipient=Recipient.USER,
            user_id=user.id,
            locale=user.locale,
            params={"invitation": invitation.id},
            created_at=now,
            send_at=now,
        )
    )
    return invitation


def invitation(session: Session, named: tuple[int, datetime] | None, *, now: datetime) -> Invitation:
    """The invitation with this number, made at this instant. Raises Gone for one that was used, ran out or never was."""
    number, made_at = named or (0, now)
    found = session.get(Invitation, number)
    if found is None or found.created_at != made_at or not _is_open(found, now):
        raise Gone("invitation_gone")
    return found


def _is_open(found: Invitation, now: datetime) -> bool:
    return found.used_at is None and now < found.expires_at and found.user.is_enabled


def take_up(found: Invitation, password_hash: str, *, now: datetime) -> User:
    """Use an invitation: the password is set and every older session of the person ends."""
    found.used_at = now
    return set_password(found.user, password_hash)


def set_password(user: User, password_hash: str) -> User:
    user.password_hash = password_hash
    user.session_epoch += 1
    return user
