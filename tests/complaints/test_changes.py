"""What a batch writes at once is what the flush would have written."""

from datetime import timedelta

from sqlalchemy import inspect, select

from complaints import changes, due, escalation, green_channel, ladder, rulebook
from complaints.escalation import Context
from models.codes import AgreementStatus
from models.complaint import Complaint, Event
from models.deadline import Deadline, Escalation
from models.notice import Notice
from tests.factories import NOW, a_shop, lodged, terms, the_consumer, the_merchant

OWN = {"id", "complaint_id", "deadline_id", "key", "receipt", "secret_hash", "search", "grams", "merchant_id"}


def some_due(session):
    """Complaints in each position in which a sweep may find one, none of them of another's merchant."""
    clock, found = rulebook.current(session), []
    for is_answered, is_agreed, opts_in in ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 0, 0)):
        complaint = lodged(session, merchant=a_shop(session), opts_in=bool(opts_in)).complaint
        merchant = the_merchant(complaint)
        if is_answered:
            offer = green_channel.make_offer(complaint, merchant, terms(), now=NOW, clock=clock)
            session.flush()
        if is_agreed:
            green_channel.accept_offer(complaint, the_consumer(complaint), offer.id, now=NOW, clock=clock)
        found.append(complaint.id)
    session.commit()
    session.expunge_all()
    return found


def act(session, at, *, is_at_once):
    context = Context(at, rulebook.current(session), ladder.read(session))
    batch = due.claim(session, at, 500)
    for deadline in batch:
        escalation.act(deadline, context)
    complaints = {deadline.complaint for deadline in batch}
    if is_at_once:
        changes.write(session, complaints)
    else:
        session.add_all(complaints)
    session.commit()
    session.expunge_all()


def rows(session, model, complaint_id):
    where = model.id if model is Complaint else model.complaint_id
    query = select(model).where(where == complaint_id).order_by(model.id)
    names = [column.key for column in inspect(model).columns if column.key not in OWN]
    return [{name: getattr(row, name) for name in names} for row in session.scalars(query)]


def test_every_effect_of_a_sweep_is_written_alike(session):
    flushed, at_once = some_due(session), some_due(session)
    hidden = {}

    for days in (1, 3, 6, 12, 20, 40, 70):
        for ids, is_at_once in ((flushed, False), (at_once, True)):
            hide(session, {*flushed, *at_once} - set(ids), hidden)
            act(session, NOW + timedelta(days=days), is_at_once=is_at_once)
            show(session, hidden)

    for one, other in zip(flushed, at_once, strict=True):
        for model in (Complaint, Deadline, Event, Escalation, Notice):
            assert rows(session, model, one) == rows(session, model, other)


def hide(session, ids, hidden):
    """Keep the deadlines of some complaints out of a sweep's sight."""
    for deadline in session.scalars(select(Deadline).where(Deadline.complaint_id.in_(ids))):
        hidden[deadline.id], deadline.next_at = deadline.next_at, None
    session.commit()
    session.expunge_all()


def show(session, hidden):
    for deadline in session.scalars(select(Deadline).where(Deadline.id.in_(hidden))):
        deadline.next_at = hidden[deadline.id]
    hidden.clear()
    session.commit()
    session.expunge_all()


def test_versions_go_up_so_that_nobody_overwrites_what_a_sweep_did(session):
    (complaint_id, *_others) = some_due(session)
    before = session.get(Complaint, complaint_id).version
    session.expunge_all()

    act(session, NOW + timedelta(hours=25), is_at_once=True)

    assert session.get(Complaint, complaint_id).version == before + 1


def test_complaints_with_other_changes_are_flushed_with_them(session):
    (_, answered, agreed, _) = some_due(session)

    act(session, NOW + timedelta(days=20), is_at_once=True)

    assert session.get(Complaint, agreed).agreements[0].status is AgreementStatus.BREACHED
    assert session.scalar(select(Escalation.id).where(Escalation.complaint_id == answered).limit(1))
