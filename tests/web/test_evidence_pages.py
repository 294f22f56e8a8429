"""Evidence through the pages: taken in, shown to those who may see the complaint, and harmless where it is shown."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import files
from jobs import retention
from models.attachment import Attachment
from models.codes import Action, Outcome, Party, Role, Status
from models.draft import Draft
from tests.factories import a_shop, a_user, actions_of, lodged
from tests.web.filing_steps import a_photograph, fill, fill_all, send, upload


@pytest.fixture
def opened(client, session):
    taken = lodged(session, merchant=a_shop(session))
    session.commit()
    client.post("/complaints/follow", data={"receipt": taken.complaint.receipt, "secret": taken.secret})
    return taken.complaint


def lying(settings):
    """The keys of all there is in the folder."""
    return {
        path.relative_to(settings.files_dir).as_posix()
        for path in settings.files_dir.rglob("*")
        if path.is_file()
    }


def at(complaint, rest=""):
    return f"/complaints/{complaint.receipt}/evidence{rest}"


def an_attachment(client, complaint, colour="orange"):
    assert upload(client, a_photograph(colour=colour), url=at(complaint)).status_code == 303
    return complaint.attachments[-1]


def kept(session):
    return session.scalars(select(Attachment).order_by(Attachment.id)).all()


def test_files_of_a_draft_are_listed_shown_and_removed(client, session):
    fill(client, "what")
    upload(client, a_photograph(), a_photograph(colour="blue"))
    first, second = kept(session)
    shown = client.get(f"/complaints/new/evidence/{first.id}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")

    for _click in range(2):
        assert client.post(f"/complaints/new/evidence/{first.id}/remove").status_code == 303

    assert kept(session) == [second]
    with pytest.raises(files.Missing):
        files.get(first.original_key)


def test_nothing_chosen_goes_on(client, session):
    fill(client, "what")

    assert upload(client).location.endswith("/complaints/new/contact")
    assert upload(client, a_photograph(), onward="1").location.endswith("/complaints/new/contact")


def test_files_of_a_draft_are_for_its_writer_alone(client, session, app):
    fill(client, "what")
    upload(client, a_photograph())
    other = app.test_client()
    fill(other, "what")

    assert other.get(f"/complaints/new/evidence/{kept(session)[0].id}").status_code == 404
    other.post(f"/complaints/new/evidence/{kept(session)[0].id}/remove")
    assert len(kept(session)) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"MZ\x90\x00" + b"\0" * 300, "photo.jpg", id="a renamed program"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.svg", id="an SVG"),
        pytest.param(b"<html><script>alert(1)</script></html>", "a.html", id="a page"),
        pytest.param(b"", "empty.jpg", id="nothing at all"),
    ],
)
def test_what_is_no_evidence_is_refused_in_words_and_nothing_is_kept(client, session, content, name):
    fill(client, "what")
    answer = upload(client, a_photograph(), (io.BytesIO(content), name))

    assert answer.status_code == 422
    assert 'href="#f-files"' in answer.text
    assert kept(session) == []


def test_what_the_rules_refuse_never_reaches_the_folder(client, session, opened, settings):
    opened.status, opened.outcome, opened.closed_at = Status.WITHDRAWN, Outcome.WITHDRAWN, opened.submitted_at
    session.commit()
    before = lying(settings)

    assert upload(client, a_photograph(), url=at(opened)).status_code == 409
    assert lying(settings) == before


def test_a_file_without_a_row_goes_with_the_sweep_of_its_hour_once_it_is_a_day_old(
    client, session, opened, settings, time_machine
):
    held = an_attachment(client, opened)
    alone = held.shown_key[:9] + "0" * 30
    files.put(alone, b"a photograph whose row was rolled back")
    its_hour = datetime.now(UTC).replace(hour=int(held.shown_key[6:8], 16) % 24)

    for days, there in ((0, True), (2, False)):
        time_machine.move_to(its_hour + timedelta(days=days), tick=False)
        retention.forget()
        assert (alone in lying(settings)) == there
    assert held.shown_key in lying(settings)


def test_the_thirteenth_file_is_refused(client, session):
    fill(client, "what")
    colours = [f"hsl({number * 30},100%,50%)" for number in range(12)]
    assert upload(client, *(a_photograph(colour=colour) for colour in colours)).status_code == 303

    assert upload(client, a_photograph(colour="white")).status_code == 422
    assert len(kept(session)) == 12


@pytest.mark.parametrize("where", ["draft", "complaint"])
def test_a_request_beyond_all_bounds_is_refused_beside_the_field(client, session, opened, where):
    fill(client, "what")
    answer = client.post(
        "/complaints/new/evidence" if where == "draft" else at(opened),
        input_stream=io.BytesIO(),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(42 * 1024 * 1024)},
    )

    assert answer.status_code == 413
    assert 'href="#f-files"' in answer.text
    assert "40 MB" in answer.text


@pytest.mark.parametrize(("where", "status"), [("new", 410), ("GC0000000000", 404)])
def test_a_request_beyond_all_bounds_for_what_is_not_there_is_answered_too(
    app, client, session, monkeypatch, where, status
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # it reads the form before any view does
    answer = client.post(
        f"/complaints/{where}/evidence",
        input_stream=io.BytesIO(),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(42 * 1024 * 1024)},
    )

    assert answer.status_code == status


def test_a_sent_draft_gives_its_files_to_the_complaint(client, session):
    fill_all(client)
    upload(client, a_photograph())
    send(client)

    attachment = kept(session)[0]
    assert (attachment.draft_id, attachment.party) == (None, Party.CONSUMER)
    assert client.get(at(attachment.complaint, f"/{attachment.id}")).status_code == 200


def test_a_copy_is_only_ever_a_file(client, session, opened):
    shown = client.get(at(opened, f"/{an_attachment(client, opened).id}"))

    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["Content-Disposition"].startswith("inline")


def test_a_file_that_is_gone_from_its_folder_is_not_here(client, session, opened, caplog):
    attachment = an_attachment(client, opened)
    files.remove(attachment.shown_key)

    assert client.get(at(opened, f"/{attachment.id}")).status_code == 404
    assert attachment.shown_key in caplog.text


def test_a_document_is_only_ever_downloaded(client, session, opened):
    attachment = an_attachment(client, opened)
    attachment.content_type, attachment.name = "application/pdf", "consumer-1.pdf"
    session.commit()

    assert client.get(at(opened, f"/{attachment.id}")).headers["Content-Disposition"].startswith("attachment")


def test_the_same_photograph_twice_is_kept_once(client, session, opened, settings):
    before = lying(settings)
    an_attachment(client, opened)
    upload(client, a_photograph(), url=at(opened))

    assert len(opened.attachments) == 1
    assert actions_of(opened).count(Action.ATTACH) == 1
    assert lying(settings) == before | {opened.attachments[0].original_key, opened.attachments[0].shown_key}


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        pytest.param(Role.MERCHANT, True, id="the merchant"),
        pytest.param(Role.OFFICER, True, id="the office"),
        pytest.param(Role.MEDIATOR, False, id="another mediator"),
        pytest.param(Role.ADMIN, False, id="the administrator"),
        pytest.param(Role.CONSUMER, False, id="another consumer"),
    ],
)
def test_it_is_shown_to_those_who_may_see_the_complaint(client, session, opened, app, sign_in, role, sees):
    attachment = an_attachment(client, opened)
    client.post(f"/complaints/{opened.receipt}/put-away")
    belongs = {
        Role.MERCHANT: {"merchant_id": opened.merchant_id},
        Role.OFFICER: {"department_id": opened.department_id},
        Role.MEDIATOR: {"department_id": opened.pool_id},
    }.get(role, {})
    sign_in(a_user(session, role, **belongs))

    assert client.get(at(opened, f"/{attachment.id}")).status_code == (200 if sees else 404)
    assert upload(client, a_photograph(colour="blue"), url=at(opened)).status_code == (303 if sees else 404)


def test_another_merchant_sees_nothing(client, session, opened, sign_in):
    attachment = an_attachment(client, opened)
    client.post(f"/complaints/{opened.receipt}/put-away")
    sign_in(a_user(session, Role.MERCHANT, merchant_id=a_shop(session).id))

    assert client.get(at(opened, f"/{attachment.id}")).status_code == 404


def test_a_file_of_another_complaint_is_not_reached_through_ones_own(client, session, opened):
    other = lodged(session).complaint
    session.add(
        Attachment(
            complaint_id=other.id,
            party=Party.CONSUMER,
            name="consumer-1.jpg",
            content_type="image/jpeg",
            size=1,
            sha256="0" * 64,
            original_key="original/00/" + "0" * 30,
            shown_key="shown/00/" + "0" * 30,
            uploaded_at=other.submitted_at,
        )
    )
    session.commit()

    assert client.get(at(opened, f"/{kept(session)[-1].id}")).status_code == 404
    assert client.get(at(opened, "/999999999999999999999")).status_code == 404


def test_what_is_refused_later_leaves_the_complaint_as_it_was(client, session, opened):
    answer = upload(client, (io.BytesIO(b"MZ" * 100), "a.jpg"), url=at(opened), caption="小票")

    assert answer.status_code == 422
    assert "小票" in answer.text
    assert opened.attachments == []


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_adding_leads_back_within_the_service(client, session, opened, target):
    answer = upload(client, a_photograph(), url=at(opened), next=target)

    assert answer.location.startswith(f"/complaints/{opened.receipt}")


def test_addresses_of_pictures_on_the_page_work(client, session, opened):
    an_attachment(client, opened)
    page = client.get(f"/complaints/{opened.receipt}").text

    for address in set(re.findall(r'<img[^>]*src="(/complaints/[^"]+)"', page)):
        assert client.get(address).mimetype == "image/jpeg"


def test_a_draft_that_ran_out_takes_its_files_with_it(client, session):
    fill(client, "what")
    upload(client, a_photograph())
    keys = [kept(session)[0].original_key, kept(session)[0].shown_key]
    client.post("/complaints/new/discard")

    from_the_sweep = retention.forget()

    assert from_the_sweep["drafts"] == 1
    assert session.scalars(select(Draft)).all() == []
    for key in keys:
        with pytest.raises(files.Missing):
            files.get(key)
