"""Accounts: consumers register, colleagues are invited, a lost password is set anew by the same one-time way in."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from complaints import receipts
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
    claimed = session.execute(
        update(Complaint)
        .where(Complaint.id.in_(complaint_ids), Complaint.consumer_id.is_(None))
        .values(consumer_id=user.id)
    )
    return claimed.rowcount


def invite(session: Session, user: User, *, now: datetime, life: timedelta = INVITATION_LIFE) -> str:
    """A one-time way in for `user`, owed by mail; earlier ones end. The token is returned and kept only as a hash."""
    session.execute(
        update(Invitation)
        .where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )
    token = receipts.new_secret()
    invitation = Invitation(
        user=user, token_hash=receipts.hashed(token), created_at=now, expires_at=now + life
    )
    session.add(invitation)
    session.flush()
    session.add(
        Notice(
            key=f"invitation:{invitation.id}",
            template="invitation",
            channel=NoticeChannel.MAIL,
            recipient=Recipient.USER,
            user_id=user.id,
            locale=user.locale,
            params={"path": f"/invitations/{token}"},
            created_at=now,
            send_at=now,
        )
    )
    return token


def invitation(session: Session, token: str, *, now: datetime) -> Invitation:
    """The invitation behind `token`. Raises Gone for one that was used, ran out or never was."""
    found = session.scalar(select(Invitation).where(Invitation.token_hash == receipts.hashed(token)))
    if found is None or found.used_at is not None or found.expires_at <= now or not found.user.is_enabled:
        raise Gone("invitation_gone")
    return found


def take_up(found: Invitation, password_hash: str, *, now: datetime) -> User:
    """Use an invitation: the password is set and every older session of the person ends."""
    found.used_at = now
    return set_password(found.user, password_hash)


def set_password(user: User, password_hash: str) -> User:
    user.password_hash = password_hash
    user.session_epoch += 1
    return user
