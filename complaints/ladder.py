"""Who owns a complaint at each rung from L3 up. A rung nobody mans is not skipped over: it falls upward (domain 5.3)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.codes import STAFF
from models.complaint import Complaint
from models.organisations import Department
from models.people import User

MEDIATION, AUTHORITY, CITY = 3, 4, 5


@dataclass(frozen=True)
class Office:
    """What the ladder needs to know of a department."""

    id: int
    parent_id: int | None
    level: int
    is_manned: bool


@dataclass(frozen=True)
class Ladder:
    """The tree of offices as it stands, frozen for one run of the sweep."""

    offices: dict[int, Office]

    def owner(self, complaint: Complaint, level: int) -> int | None:
        """The department that owns `complaint` at `level`: the nearest manned one at or above it.

        Below L3 the merchant's own people are asked, and the office that watches stays as it is. Where nobody above is
        manned the topmost office has it all the same: a complaint always has exactly one owner.
        """
        if level < MEDIATION or complaint.department_id is None:
            return complaint.department_id
        office = self._start(complaint, level)
        while office.parent_id is not None and (office.level < level or not office.is_manned):
            office = self.offices[office.parent_id]
        return office.id

    def _start(self, complaint: Complaint, level: int) -> Office:
        own = self.offices[complaint.department_id or 0]
        if own.level >= level:
            return own
        named = complaint.authority_id if level >= AUTHORITY else complaint.pool_id
        return self.offices.get(named or 0, own)


def read(session: Session) -> Ladder:
    """The ladder from its rows: two small queries."""
    manned = set(
        session.scalars(
            select(User.department_id)
            .where(User.role.in_(STAFF), User.is_enabled, User.department_id.is_not(None))
            .distinct()
        )
    )
    rows = session.execute(
        select(Department.id, Department.parent_id, Department.level, Department.is_active)
    )
    return Ladder(
        {
            id_: Office(id_, parent_id, level, is_active and id_ in manned)
            for id_, parent_id, level, is_active in rows
        }
    )
