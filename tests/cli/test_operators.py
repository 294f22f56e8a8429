"""The operators' commands for deadlines and calendar."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models.codes import Action
from models.complaint import Event
from models.deadline import CalendarDay, ClockRevision, Deadline
from tests.factories import NOW, lodged

HEAD = "date,kind,name\n"


@pytest.fixture
def run(app, session, redis):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


@pytest.fixture
def announcement(tmp_path):
    def written(text, encoding="utf-8"):
        file = tmp_path / "holidays.csv"
        file.write_bytes(text.encode(encoding))
        return file

    return written


def test_every_stretch_of_every_deadline_is_explained(run, session):
    complaint = lodged(session).complaint
    session.commit()
    said = run("deadlines", "explain", complaint.receipt.lower())
    assert said.exit_code == 0
    for deadline in complaint.deadlines:
        assert deadline.rule_code in said.output
    assert "counted" in said.output


def test_a_receipt_nobody_knows_is_said_to_be_none(run):
    said = run("deadlines", "explain", "GC00000000")
    assert said.exit_code == 1
    assert "no complaint" in said.output


def test_a_dry_run_counts_and_changes_nothing(run, session, announcement):
    complaint = lodged(session).complaint
    session.commit()
    file = announcement(HEAD + f"{NOW.date() + timedelta(days=1)},holiday,Spring Festival\n")
    days = session.scalar(select(func.count()).select_from(CalendarDay))
    said = run("calendar", "import", file, "--dry-run")
    assert said.exit_code == 0, said.output
    assert "would move" in said.output
    assert session.scalar(select(func.count()).select_from(CalendarDay)) == days
    assert session.get(Deadline, complaint.deadlines[0].id) is not None


def test_an_announcement_replaces_the_year_moves_what_is_open_and_is_read_in_once(run, session, announcement):
    complaint = lodged(session).complaint
    before = {deadline.id: deadline.due_at for deadline in complaint.deadlines}
    session.commit()
    lines = [f"{NOW.date() + timedelta(days=day)},holiday,National Day" for day in range(1, 30)]
    lines.append(f"{NOW.year}-10-01,holiday,National Day")
    file = announcement(HEAD + "\n".join(lines), "utf-8-sig")
    assert "are to move" in run("calendar", "import", file).output
    assert "Nothing in it is new" in run("calendar", "import", file).output
    assert not session.get(CalendarDay, date(NOW.year, 10, 1)).is_provisional
    assert run("deadlines", "recompute").exit_code == 0
    moved = [one for one in session.scalars(select(Deadline)) if one.due_at != before[one.id]]
    assert moved
    reckoned = session.scalar(select(func.count(Event.id)).where(Event.action == Action.RECKON))
    assert reckoned == len(moved)
    assert (
        session.scalar(select(func.count(ClockRevision.id)).where(ClockRevision.finished_at.is_(None))) == 0
    )


def test_a_file_in_the_encoding_of_chinese_spreadsheets_is_read(run, session, announcement):
    file = announcement(HEAD + "2027-01-01,holiday,元旦\n", "gb18030")
    assert run("calendar", "import", file).exit_code == 0
    assert session.get(CalendarDay, date(2027, 1, 1)).name == "元旦"


@pytest.mark.parametrize("line", ["2027-02-30,holiday,x", "2027-01-01,party,x", "2027-01-04,make_up,x"])
def test_a_file_with_a_mistake_is_refused_as_a_whole(run, session, announcement, line):
    said = run("calendar", "import", announcement(HEAD + f"2027-01-01,holiday,x\n{line}\n"))
    assert said.exit_code == 1
    assert "line 3" in said.output
    assert session.get(CalendarDay, date(2027, 1, 1)).is_provisional


def test_bytes_that_are_no_text_are_refused(run, tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"\xff\xfe\x00\x80")
    assert run("calendar", "import", file).exit_code == 1


def test_the_check_tells_how_far_the_calendar_reaches(run):
    assert "announced until" in run("calendar", "check").output
