"""Reading. Every query for complaints begins from what the reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    TableValuedAlias,
    UnaryExpression,
    all_,
    any_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import operators

from complaints import receipts
from complaints.actors import Actor
from complaints.errors import Unknown
from models.codes import STAFF, CompensationStatus, Kind, Role
from models.complaint import Complaint, Handover
from models.organisations import Department
from models.people import User
from models.settlement import Compensation

Values = Mapping[str, Sequence[Any]]  # by the name of a column
MOST_APART = 8  # offices whose indexes are read one by one; for more of them that of the whole city is
LEAST_SHARE = 40  # of each office, where an actor looks after many
NOBODYS = receipts.hashed("")  # the hash of no secret that was ever given out


@dataclass(frozen=True)
class Sought:
    """What a list is narrowed to and has an index for.

    `states` holds for every row; its columns are those that an index begins with, after the office. `occurring` is
    what conditions say already: an office that has nothing of it at all is not looked through row by row.
    """

    states: Values = field(default_factory=dict)
    occurring: Values = field(default_factory=dict)


ANYTHING = Sought()


def visible_to(actor: Actor) -> Select[Complaint]:
    """The complaints `actor` may see: the one door of sight for lists, search, counts, exports and files."""
    return select(Complaint).where(or_(*_grounds(actor), *_asked_to_pay(actor)))


def first(
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[UnaryExpression[Any]],
    limit: int,
    sought: Sought = ANYTHING,
) -> Select[Complaint]:
    """The first `limit` in `order` of what `actor` may see and that meets `conditions` and is `sought`."""
    page = first_ids(actor, conditions, order, limit, sought).subquery("page")
    return select(Complaint).join(page, page.c.id == Complaint.id).order_by(*_by(page, order))


def first_ids(
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[UnaryExpression[Any]],
    limit: int,
    sought: Sought = ANYTHING,
) -> Select[Any]:
    """The same as ids, with what they are ordered by.

    It is the sight of visible_to() taken apart into stretches of an index that has them in `order`: one for each
    office, or a single one for those who look after many; and one for each combination of states sought. Of each
    the first are read, and only these are sorted. One condition with OR would sort all there ever was.
    """
    columns = [Complaint.id, *(part.element.label(f"key_{at}") for at, part in enumerate(order))]
    stretch, apart = _stretch(actor, sought)
    own = select(*columns).where(*stretch, *conditions).order_by(*order).limit(limit)
    parts = [_each(own, apart)]
    if actor.role in STAFF:
        stated = [getattr(Complaint, name).in_(values) for name, values in sought.states.items()]
        parts.append(select(*columns).where(_only_handed_to(actor), *stated, *conditions))
    seen = union_all(*parts).subquery("seen")
    return select(seen).order_by(*_by(seen, order)).limit(limit)


def is_citywide(actor: Actor) -> bool:
    """Whether `actor` looks after so many offices that lists are read from the index of the whole city."""
    return len(actor.departments) > MOST_APART


def _stretch(actor: Actor, sought: Sought) -> tuple[list[ColumnElement[bool]], list[TableValuedAlias]]:
    """What holds within one stretch of an index, and the lists of values that tell the stretches apart."""
    within: list[ColumnElement[bool]] = []
    apart: list[TableValuedAlias] = []
    for name, values in sought.states.items():
        within.append(getattr(Complaint, name) == _one_of(name, values, apart))
    if actor.role not in STAFF:
        return [or_(*_grounds(actor)), *within], apart
    if is_citywide(actor) or not actor.departments:
        return [_owned_by(any_(_offices(actor))), *within], apart
    office = _one_of("department_id", sorted(actor.departments), apart)
    occurring = [_occurs(office, sought.occurring)] if sought.occurring else []
    return [_owned_by(office), *within, *occurring], apart


def _one_of(name: str, values: Sequence[Any], apart: list[TableValuedAlias]) -> ColumnElement[Any]:
    """The only one of `values`, or each in turn, which is noted in `apart`."""
    kind = getattr(Complaint, name).type
    if len(values) == 1:
        return literal(values[0], kind)
    listed = func.unnest(literal(list(values), ARRAY(kind))).table_valued("value")
    apart.append(listed.render_derived(name=f"each_{name}"))
    return apart[-1].c.value


def _occurs(office: ColumnElement[Any], values: Values) -> ColumnElement[bool]:
    """Whether `office` has one such complaint. Asked for the first in the order of their index, lest another be read."""
    other = aliased(Complaint)
    there = [getattr(other, name).in_(given) for name, given in values.items()]
    ones = select(other.id).where(other.department_id == office, *there).correlate_except(other)
    return ones.order_by(other.industry, other.district, other.status).limit(1).scalar_subquery().is_not(None)


def _each(stretch: Select[Any], apart: Sequence[TableValuedAlias]) -> Select[Any]:
    """The rows of `stretch` for every combination of what is listed in `apart`."""
    if not apart:
        return select(stretch.subquery())
    rows = stretch.correlate(*apart).lateral("each_stretch")
    source: FromClause = apart[0]
    for other in [*apart[1:], rows]:
        source = source.join(other, true())
    return select(rows).select_from(source)


def _by(rows: FromClause, order: Sequence[UnaryExpression[Any]]) -> list[ColumnElement[Any]]:
    keys = [rows.c[f"key_{at}"] for at in range(len(order))]
    is_newest = [part.modifier is operators.desc_op for part in order]
    return [key.desc() if newest else key for key, newest in zip(keys, is_newest, strict=True)]


def owned(
    actor: Actor, conditions: Sequence[ColumnElement[bool]], order: Sequence[UnaryExpression[Any]], limit: int
) -> Select[Complaint]:
    """As `first`, of what the actor's own offices have, where few meet `conditions`: these are found, then sorted."""
    columns = [Complaint.id, *(part.element.label(f"key_{at}") for at, part in enumerate(order))]
    some = select(*columns).where(_owned_by(any_(_offices(actor))), *conditions)
    page = some.order_by(*order).limit(limit).subquery("page")
    return select(Complaint).join(page, page.c.id == Complaint.id).order_by(*_by(page, order))


def owned_ids(actor: Actor, conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[Any]:
    """Some of the same as ids, in no order."""
    return select(Complaint.id).where(_owned_by(any_(_offices(actor))), *conditions).limit(limit)


def edge(
    actor: Actor, conditions: Sequence[ColumnElement[bool]], order: UnaryExpression[Any], rows: int
) -> Select[int | None]:
    """The id down to which (up to which, in ascending `order`) there are about `rows` that `actor` may see.

    None where all together there are fewer. Exact in one thing: nothing on this side of it is left out.
    """
    is_newest = order.modifier is operators.desc_op
    if actor.role not in STAFF:
        mark = visible_to(actor).with_only_columns(Complaint.id).where(*conditions).order_by(order)
        return mark.offset(rows).limit(1)
    share = max(rows // max(len(actor.departments), 1), LEAST_SHARE)
    offices = func.unnest(_offices(actor)).table_valued("id").render_derived(name="offices")
    mark = select(Complaint.id).where(_owned_by(offices.c.id), *conditions).order_by(order)
    each = mark.offset(share).limit(1).correlate(offices).lateral("each_office")
    nearest = func.max(each.c.id) if is_newest else func.min(each.c.id)
    return select(nearest).select_from(offices.join(each, true()))


def every_id(actor: Actor, conditions: Sequence[ColumnElement[bool]]) -> Select[Any] | CompoundSelect[Any]:
    """The ids of all that `actor` may see and that meets `conditions`, each once and in no order."""
    return union_all(*[select(Complaint.id).where(ground, *conditions) for ground in _grounds(actor)])


def one_for(session: Session, actor: Actor, receipt: str) -> Complaint:
    """The complaint with this receipt. Raises Unknown where there is none, or none for this reader."""
    complaint = session.scalar(visible_to(actor).where(Complaint.receipt == receipt.upper()))
    if complaint is None:
        raise Unknown
    return complaint


def opened_by(session: Session, receipt: str, secret: str) -> Complaint | None:
    """The complaint that `receipt` and `secret` open. One that is not there takes as long as a wrong one."""
    complaint = session.scalar(select(Complaint).where(Complaint.receipt == receipts.normalised(receipt)))
    is_right = receipts.opens(secret, complaint.secret_hash if complaint is not None else NOBODYS)
    return complaint if is_right else None


def with_address(session: Session, receipt: str, email: str) -> Complaint | None:
    """The complaint with this receipt, if it was filed with this address. Whoever reads its mail may be written to."""
    complaint = session.scalar(select(Complaint).where(Complaint.receipt == receipts.normalised(receipt)))
    known = complaint.contact.email if complaint is not None else None
    return complaint if known and known.casefold() == email.strip().casefold() else None


def departments_of(session: Session, user: User) -> frozenset[int]:
    """The departments `user` works for: their own, and for a supervisor every one below it."""
    return offices_of(session, user.role, user.department_id)


def offices_of(session: Session, role: Role, department_id: int | None) -> frozenset[int]:
    """The departments somebody in `role` at `department_id` works for."""
    if department_id is None:
        return frozenset()
    if role is not Role.SUPERVISOR:
        return frozenset({department_id})
    tree = select(Department.id).where(Department.id == department_id).cte(recursive=True)
    tree = tree.union_all(select(Department.id).where(Department.parent_id == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def _grounds(actor: Actor) -> list[ColumnElement[bool]]:
    """Each reason for which `actor` sees complaints, as a condition that an index answers. No two hold for one row."""
    if actor.role is Role.CONSUMER:
        return [_consumer_sight(actor)]
    if actor.role is Role.MERCHANT:
        # A report of illegality never reaches the merchant it is about (Decree 121 arts 9 and 37).
        told = Complaint.merchant_told_at.is_not(None) & (Complaint.kind == Kind.COMPLAINT)
        return [(Complaint.merchant_id == actor.merchant_id) & told]
    if actor.role is Role.MEDIATOR:
        return [Complaint.mediator_id == actor.user_id]
    if actor.role in STAFF:
        return [_owned_by(any_(_offices(actor))), _only_handed_to(actor)]
    return [false()]


def _asked_to_pay(actor: Actor) -> list[ColumnElement[bool]]:
    """What a business is asked to pay ahead for others. Few, and no matter of its own: they have a list to themselves."""
    if actor.role is not Role.MERCHANT:
        return []
    asked = select(Compensation.complaint_id).where(
        Compensation.payer_id == actor.merchant_id, Compensation.status != CompensationStatus.ELIGIBLE
    )
    return [Complaint.id.in_(asked) & (Complaint.kind == Kind.COMPLAINT)]


def _owned_by(office: ColumnElement[Any]) -> ColumnElement[bool]:
    return Complaint.department_id == office


def _only_handed_to(actor: Actor) -> ColumnElement[bool]:
    """Another office asks to be relieved of it. What is owned as well is left out: nothing shows twice."""
    asked = select(Handover.complaint_id).where(
        Handover.to_id == any_(_offices(actor)), Handover.answered_at.is_(None)
    )
    return Complaint.id.in_(asked) & (Complaint.department_id != all_(_offices(actor)))


def _offices(actor: Actor) -> ColumnElement[list[int]]:
    return literal(sorted(actor.departments), ARRAY(Integer))


def _consumer_sight(actor: Actor) -> ColumnElement[bool]:
    if actor.user_id is not None:
        return Complaint.consumer_id == actor.user_id
    return Complaint.id == actor.complaint_id
