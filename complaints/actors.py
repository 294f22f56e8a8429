"""Whoever acts on or looks at complaints: a signed-in person, the holder of a receipt, or the service itself."""

from dataclasses import dataclass

from models.codes import DEPARTMENT_ROLES, Audience, CompensationStatus, Kind, Role
from models.complaint import Complaint
from models.people import User


@dataclass(frozen=True)
class Actor:
    """A role and where it reaches. `departments` are those the actor works for, for a supervisor also those below."""

    role: Role
    user_id: int | None = None
    merchant_id: int | None = None
    department_id: int | None = None
    departments: frozenset[int] = frozenset()
    complaint_id: int | None = None  # the one complaint whose secret this consumer holds

    def is_party_to(self, complaint: Complaint) -> bool:
        """Whether the actor stands in the relation to `complaint` that the role implies."""
        return _RELATION[self.role](self, complaint)

    def is_payer_of(self, complaint: Complaint) -> bool:
        """Whether the actor's business pays ahead what was asked for, whoever the complaint is about."""
        asked = complaint.compensation if self.role is Role.MERCHANT else None
        if asked is None or asked.status is CompensationStatus.ELIGIBLE or self.merchant_id is None:
            return False
        return asked.payer_id == self.merchant_id and complaint.kind is not Kind.REPORT


SYSTEM = Actor(Role.SYSTEM)
_SHOWN = {
    Role.CONSUMER: frozenset({Audience.PARTIES, Audience.CONSUMER}),
    Role.MERCHANT: frozenset({Audience.PARTIES}),
}


def shown_to(role: Role) -> frozenset[Audience]:
    """Which events and files of a complaint that they may see readers of `role` may look into."""
    return _SHOWN.get(role, frozenset(Audience))


def of(user: User, departments: frozenset[int] = frozenset()) -> Actor:
    """The actor a signed-in person is. `departments` come from queries.departments_of."""
    return Actor(
        role=user.role,
        user_id=user.id,
        merchant_id=user.merchant_id,
        department_id=user.department_id,
        departments=departments or frozenset({user.department_id} if user.department_id else ()),
    )


def holder(complaint: Complaint) -> Actor:
    """The consumer who showed the secret of one receipt, without an account."""
    return Actor(Role.CONSUMER, complaint_id=complaint.id)


def _is_consumer(actor: Actor, complaint: Complaint) -> bool:
    if actor.user_id is not None and complaint.consumer_id == actor.user_id:
        return True
    return actor.complaint_id is not None and complaint.id == actor.complaint_id


def _is_merchant(actor: Actor, complaint: Complaint) -> bool:
    is_theirs = actor.merchant_id is not None and complaint.merchant_id == actor.merchant_id
    return is_theirs and complaint.kind is not Kind.REPORT  # Decree 121 art 37


def _is_staff(actor: Actor, complaint: Complaint) -> bool:
    if complaint.department_id in actor.departments:
        return True
    return any(handover.to_id in actor.departments for handover in complaint.handovers if handover.is_open)


def _is_mediator(actor: Actor, complaint: Complaint) -> bool:
    return actor.user_id is not None and complaint.mediator_id == actor.user_id


_RELATION = {
    Role.CONSUMER: _is_consumer,
    Role.MERCHANT: _is_merchant,
    Role.MEDIATOR: _is_mediator,
    Role.SYSTEM: lambda actor, complaint: True,
    Role.ADMIN: lambda actor, complaint: False,
    **dict.fromkeys(DEPARTMENT_ROLES - {Role.MEDIATOR}, _is_staff),
}
