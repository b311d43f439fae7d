"""Unit: attachments: what is taken, by which name it is kept, and what is refused."""

import base64
import io
import zipfile
from datetime import UTC, datetime

import pytest

from callcenter.errors import BadInputError, NotFoundError
from callcenter.facts import Line
from callcenter.tickets import attachments as kept
from callcenter.tickets.attachments import attach, attachment, attachments_of, clean_name, path_of
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import history

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def number(session):
    (opened,) = open_draft(session, "n1-1.0", Line.SERVICE, at=NOON, actor="seat-01")
    return opened.ticket_number


def send(session, number, folder, content=PNG, name="路灯.png"):
    return attach(session, number, content, name, folder, at=NOON, actor="seat-01")


def test_a_file_lies_under_its_hash_and_once(session, number, tmp_path):
    one, two = (send(session, number, tmp_path, name=name) for name in ("路灯.png", "又一张.png"))
    path = path_of(tmp_path, one.sha256)
    assert path.read_bytes() == PNG
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]
    assert [(row.number, row.name) for row in attachments_of(session, number)] == [
        (1, "路灯.png"), (2, "又一张.png"),
    ]  # fmt: skip
    assert (two.media_type, two.bytes) == ("image/png", len(PNG))


def test_a_move_names_the_attachments_that_belong_to_it(session, number, tmp_path):
    send(session, number, tmp_path)
    told = {"actor": "seat-01", "reason": "现场照片"}
    fact = move(session, number, Move.NOTE, **told, attachments=(1,))
    assert fact.attachments == (1,)
    assert history(session, number)[-1].attachments == [1]
    with pytest.raises(BadInputError, match="none with number 2"):
        move(session, number, Move.NOTE, **told, attachments=(1, 2))


def an_archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"MZ\x90\x00" + bytes(60),
        b"\x7fELF" + bytes(60),
        b"#!/bin/sh\nrm -rf /\n",
        b"GIF89a" + bytes(20),
        an_archive(),
        "只是文字".encode(),
    ],
)
def test_types_that_are_not_taken_are_refused_whatever_they_are_called(
    session, number, tmp_path, content
):
    with pytest.raises(BadInputError, match="no type that is taken"):
        send(session, number, tmp_path, content, name="photo.jpg")
    assert attachments_of(session, number) == []
    assert list(tmp_path.iterdir()) == []


def test_too_large_too_many_and_nothing_are_refused(session, number, tmp_path, monkeypatch):
    with pytest.raises(BadInputError, match="the file is empty"):
        send(session, number, tmp_path, b"")
    with pytest.raises(BadInputError, match="more than 20971520 bytes"):
        send(session, number, tmp_path, PNG + bytes(kept.MOST_BYTES))
    monkeypatch.setattr(kept, "MOST_A_TICKET", 1)
    send(session, number, tmp_path)
    with pytest.raises(BadInputError, match="1 attachments, which is the most"):
        send(session, number, tmp_path)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("路灯.jpg", "路灯.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.jpg"),
        ("/etc/cron.d/x", "x.jpg"),
        ("a\x00b\r\nc.jpg", "abc.jpg"),
        ("photo.jpg\u202egpj.exe", "photo.jpggpj.jpg"),
        ("..", "attachment.jpg"),
        ("", "attachment.jpg"),
        ("a" * 300, "a" * 100 + ".jpg"),
    ],
)
def test_a_name_leads_nowhere(name, clean):
    assert clean_name(name, "jpg") == clean


@pytest.mark.parametrize("digest", ["../../../etc/passwd", "A" * 64, "", "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_becomes_a_path(tmp_path, digest):
    with pytest.raises(BadInputError, match="sha256 must be 64 digits"):
        path_of(tmp_path, digest)


def test_what_was_never_sent_is_not_found(session, number):
    with pytest.raises(NotFoundError, match="attachment 7"):
        attachment(session, number, 7)
