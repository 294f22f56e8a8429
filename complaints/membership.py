"""How a merchant joins the green channel, is refused, suspended and readmitted (domain 1.13: application, pledge, exit)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from complaints import accounts, admin_log, merchants
from complaints.actors import Actor
from complaints.errors import Conflict, Invalid, NotAllowed, Unknown
from complaints.merchants import Readings
from models.codes import (
    STAFF,
    AdminAction,
    ApplicationStatus,
    Industry,
    Membership,
    NoticeChannel,
    Recipient,
    Role,
)
from models.notice import Notice
from models.organisations import Department, Merchant, MerchantApplication
from models.people import User

PLEDGE_VERSION = "2026-11"  # of the wording in templates/join/_pledge.html
VERIFYING_OFFICES = "market-"  # the market regulation of a district checks the licences of its merchants
COPIED = (
    "licence_no",
    "name",
    "industry",
    "district",
    "address",
    "phone",
    "pledges_compensation",
    "compensation_limit",
)


@dataclass(frozen=True)
class Candidate:
    """What a merchant says of itself when it asks to join. The limit is in fen for one complaint."""

    licence_no: str
    name: str
    industry: Industry
    district: str
    address: str
    phone: str
    contact_name: str
    contact_email: str
    locale: str
    pledges_compensation: bool = False
    compensation_limit: int | None = None


def apply(session: Session, candidate: Candidate, *, now: datetime) -> MerchantApplication:
    """Take in an application, signed under PLEDGE_VERSION. Repeatable: a licence has one open application.

    Raises Invalid for a licence number that does not check, and for a merchant that is in or was suspended.
    """
    licence_no = merchants.licence_no(candidate.licence_no)
    if not merchants.is_licence_no(licence_no):
        raise Invalid("licence_no", "not_a_licence")
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(licence_no))))
    waiting = _waiting(session, licence_no)
    if waiting is not None:
        return waiting
    _enter_candidacy(_merchant(session, licence_no))
    application = MerchantApplication(
        **{**asdict(candidate), "licence_no": licence_no}, pledge_version=PLEDGE_VERSION, submitted_at=now
    )
    session.add(application)
    session.flush()
    _owe(
        session, application, "application_received", now, Recipient.APPLICANT, application_id=application.id
    )
    return application


def visible_to(session: Session, actor: Actor) -> Select[Any]:
    """The applications from the districts whose merchants `actor` verifies."""
    return select(MerchantApplication).where(MerchantApplication.district.in_(districts_of(session, actor)))


def districts_of(session: Session, actor: Actor) -> Sequence[str]:
    """The districts whose market regulation `actor` works for, for a supervisor also those below."""
    if actor.role not in STAFF:
        return []
    districts = select(Department.district).where(
        Department.id.in_(actor.departments),
        Department.code.startswith(VERIFYING_OFFICES),
        Department.district.is_not(None),
    )
    return [district for district in session.scalars(districts) if district]


def one_for(session: Session, actor: Actor, application_id: int) -> MerchantApplication:
    """The application. Raises Unknown where it is not for this reader."""
    query = visible_to(session, actor).where(MerchantApplication.id == application_id)
    application: MerchantApplication | None = session.scalar(query)
    if application is None:
        raise Unknown
    return application


def verify(
    session: Session, application: MerchantApplication, actor: Actor, readings: Readings, *, now: datetime
) -> User:
    """The licence is right: the merchant is a member, and its first person is invited. Raises Conflict if decided before.

    `readings` are the ways to spell the merchant's name aloud (complaints.merchants).
    """
    merchant = _merchant(session, application.licence_no) or Merchant(created_at=now)
    person = _first_person(session, application, merchant, now)
    _decide(session, application, actor, ApplicationStatus.VERIFIED, AdminAction.VERIFY_APPLICATION, "", now)
    for name in COPIED:
        setattr(merchant, name, getattr(application, name))
    merchant.membership, merchant.pledged_at, merchant.membership_reason = Membership.MEMBER, now, ""
    merchants.make_findable(merchant, readings)
    application.merchant = person.merchant = merchant
    session.add_all([merchant, person])
    session.flush()
    accounts.invite(session, person, now=now)
    _owe(
        session,
        application,
        "application_verified",
        now,
        Recipient.USER,
        user_id=person.id,
        locale=person.locale,
    )
    return person


def refuse(
    session: Session, application: MerchantApplication, actor: Actor, reason: str, *, now: datetime
) -> None:
    """Say no, with the reason the applicant reads. Raises Conflict if decided before, Invalid without a reason."""
    if not reason.strip():
        raise Invalid("reason", "required")
    _decide(
        session, application, actor, ApplicationStatus.REFUSED, AdminAction.REFUSE_APPLICATION, reason, now
    )
    merchant = _merchant(session, application.licence_no)
    if merchant is not None and merchant.membership is Membership.APPLIED:
        merchant.membership = Membership.NONE
    _owe(session, application, "application_refused", now, Recipient.APPLICANT, application_id=application.id)


def suspend(session: Session, merchant: Merchant, actor: Actor, reason: str, *, now: datetime) -> None:
    """Take a merchant out of the green channel for a reason it is told. Complaints under way go on."""
    _move(session, merchant, actor, (Membership.MEMBER, Membership.SUSPENDED), reason, now)


def readmit(session: Session, merchant: Merchant, actor: Actor, reason: str, *, now: datetime) -> None:
    """Let a suspended merchant back in."""
    _move(session, merchant, actor, (Membership.SUSPENDED, Membership.MEMBER), reason, now)


def members(session: Session, actor: Actor, merchant_id: int) -> Merchant:
    """A merchant that is or was in the green channel. Raises Unknown for one of another district."""
    merchant = session.get(Merchant, merchant_id)
    joined = (Membership.MEMBER, Membership.SUSPENDED)
    if merchant is None or merchant.membership not in joined:
        raise Unknown
    if merchant.district not in districts_of(session, actor):
        raise Unknown
    return merchant


def _move(
    session: Session,
    merchant: Merchant,
    actor: Actor,
    between: tuple[Membership, Membership],
    reason: str,
    now: datetime,
) -> None:
    before, after = between
    if actor.role is not Role.SUPERVISOR:
        raise NotAllowed
    if not reason.strip():
        raise Invalid("reason", "required")
    session.flush()
    session.refresh(merchant, with_for_update={"of": Merchant})
    if merchant.membership is not before:
        raise Conflict("membership_moved")
    merchant.membership = after
    merchant.membership_reason = reason if after is Membership.SUSPENDED else ""
    is_out = after is Membership.SUSPENDED
    admin_log.note(
        session,
        actor.user_id,
        AdminAction.SUSPEND_MEMBER if is_out else AdminAction.READMIT_MEMBER,
        f"merchant:{merchant.id}",
        now=now,
        before={"membership": before},
        after={"membership": after},
        reason=reason,
    )
    template = "membership_suspended" if is_out else "membership_readmitted"
    session.add(
        Notice(
            key=f"{template}:{merchant.id}:{now.isoformat()}",
            template=template,
            channel=NoticeChannel.MAIL,
            recipient=Recipient.MERCHANT,
            merchant_id=merchant.id,
            params={"path": "/merchant/profile"},
            created_at=now,
            send_at=now,
        )
    )


def _waiting(session: Session, licence_no: str) -> MerchantApplication | None:
    return session.scalar(
        select(MerchantApplication).where(
            MerchantApplication.licence_no == licence_no,
            MerchantApplication.status == ApplicationStatus.SUBMITTED,
        )
    )


def _merchant(session: Session, licence_no: str) -> Merchant | None:
    return session.scalar(select(Merchant).where(Merchant.licence_no == licence_no).with_for_update())


def _enter_candidacy(merchant: Merchant | None) -> None:
    if merchant is None:
        return
    if merchant.membership is Membership.MEMBER:
        raise Invalid("licence_no", "member_already")
    if merchant.membership is Membership.SUSPENDED:
        raise Invalid("licence_no", "member_suspended")
    merchant.membership = Membership.APPLIED


def _first_person(
    session: Session, application: MerchantApplication, merchant: Merchant, now: datetime
) -> User:
    """The contact, as the first who may sign in. An account of somebody else's is never taken over."""
    known = accounts.by_email(session, application.contact_email)
    if known is None:
        return User(
            email=application.contact_email,
            name=application.contact_name,
            role=Role.MERCHANT,
            locale=application.locale,
            created_at=now,
        )
    if known.role is not Role.MERCHANT or known.merchant_id != merchant.id:
        raise Conflict("contact_email_taken")
    return known


def _decide(
    session: Session,
    application: MerchantApplication,
    actor: Actor,
    status: ApplicationStatus,
    action: AdminAction,
    reason: str,
    now: datetime,
) -> None:
    if application.district not in districts_of(session, actor):
        raise NotAllowed
    session.flush()
    session.refresh(application, with_for_update=True)
    if application.status is not ApplicationStatus.SUBMITTED:
        raise Conflict("decided_before")
    application.status, application.decided_at, application.decided_by_id = status, now, actor.user_id
    application.reason = reason
    admin_log.note(
        session,
        actor.user_id,
        action,
        f"application:{application.id}",
        now=now,
        before={"status": ApplicationStatus.SUBMITTED},
        after={"status": status, "licence_no": application.licence_no},
        reason=reason,
    )


def _owe(
    session: Session,
    application: MerchantApplication,
    template: str,
    now: datetime,
    recipient: Recipient,
    **to: Any,
) -> None:
    session.add(
        Notice(
            key=f"application:{application.id}:{template}",
            template=template,
            channel=NoticeChannel.MAIL,
            recipient=recipient,
            params={"path": "/merchant"},
            created_at=now,
            send_at=now,
            **to,
        )
    )
