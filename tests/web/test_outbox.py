"""The mail of a demonstration, as whoever tries the service out reads it."""

from dataclasses import replace

import pytest

LETTER = (
    b"Subject: =?utf-8?b?5oqV6K+J?= GC4K7M2Q9XB3H\nTo: reader@demo.example\n"
    b"Date: Mon, 23 Nov 2026 22:33:05 -0000\nContent-Type: text/plain; charset=utf-8\n\n"
)


@pytest.fixture
def outbox(app, tmp_path, monkeypatch):
    settings = replace(app.config["SETTINGS"], demonstration=True, outbox_dir=tmp_path)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    (tmp_path / "notice-1.eml").write_bytes(LETTER + "请看 http://127.0.0.1/complaints".encode())


def test_letters_are_listed_with_the_hour_of_the_reader(client, outbox):
    page = client.get("/outbox", headers={"Accept-Language": "zh-CN"}).text

    assert "投诉 GC4K7M2Q9XB3H" in page
    assert "2026年11月24日 06:33" in page


def test_a_letter_can_be_read_and_its_link_followed(client, outbox):
    page = client.get("/outbox/notice-1", headers={"Accept-Language": "zh-CN"}).text

    assert "2026年11月24日 06:33" in page
    assert 'href="http://127.0.0.1/complaints"' in page


@pytest.mark.parametrize("name", ["notice-2", "..%2fsecret", "notice.1"])
def test_what_is_no_letter_is_not_found(client, outbox, name):
    assert client.get(f"/outbox/{name}").status_code == 404


def test_a_service_in_earnest_has_no_outbox(client):
    assert client.get("/outbox").status_code == 404
