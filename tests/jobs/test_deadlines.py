"""A change of the calendar is carried through to every deadline that runs, whatever happens meanwhile."""

from datetime import date, timedelta

from complaints import calendar_days, compensation, green_channel, rulebook, workflow
from complaints.actors import SYSTEM
from complaints.calendar_days import DayKind
from jobs import deadlines as jobs
from models.codes import Action, AdminAction, Status
from models.complaint import Complaint
from models.deadline import Deadline
from tests.factories import NOW, a_shop, an_officer, lodged, the_consumer, the_merchant

DAY = timedelta(days=1)


def negotiating(session):
    complaint = lodged(session, merchant=a_shop(session), amount=80_000).complaint
    session.commit()
    return complaint


def make_holiday(session, on):
    change = calendar_days.special(on, DayKind.HOLIDAY, "停业日")
    calendar_days.apply(session, change, None, "通知", now=NOW, action=AdminAction.CHANGE_CALENDAR)


def test_a_second_change_saved_during_the_first_is_carried_through_by_its_own_calendar(session, monkeypatch):
    complaint = negotiating(session)
    id_, before = next((d.id, d.due_at) for d in complaint.deadlines if d.rule_code == "S-10")
    make_holiday(session, date(2026, 11, 25))
    session.commit()
    real, seen = jobs._batch, []

    def batch(after):
        found = real(after)
        if not seen:
            make_holiday(session, date(2026, 11, 26))
        seen.append(after)
        return found

    monkeypatch.setattr(jobs, "_batch", batch)
    jobs.recompute_open()

    assert session.get(Deadline, id_).due_at == before + 2 * DAY
    assert jobs.recompute_open() == 0


def test_a_deadline_that_outlasts_the_end_is_reckoned_anew_like_the_others(session):
    complaint, when = negotiating(session), {"now": NOW, "clock": rulebook.current(session)}
    green_channel.close(complaint, the_merchant(complaint), reason="不同意", **when)
    workflow.perform(complaint, Action.ACCEPT, an_officer(complaint), **when)
    compensation.unlock(complaint, "S-12", **when)
    workflow.perform(complaint, Action.TERMINATE, SYSTEM, reason="term_5", **when)
    compensation.ask(complaint, the_consumer(complaint), **when)
    [running] = [one for one in complaint.deadlines if one.ended_at is None]
    id_, before = running.id, running.due_at
    make_holiday(session, date(2026, 11, 24))
    session.commit()
    complaint_id = complaint.id

    assert jobs.recompute_open() == 1

    assert session.get(Deadline, id_).due_at == before + DAY
    complaint = session.get(Complaint, complaint_id)
    assert complaint.status is Status.TERMINATED
    assert complaint.events[-1].action is Action.RECKON
