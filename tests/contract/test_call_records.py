"""Contract: a call's tickets, words and voices, for whom they are; each look is in the audit."""

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callcenter.facts import (
    CallAnswered,
    CallArrived,
    CallQueued,
    Line,
    LinkWhy,
    RecordingStored,
    Side,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.ivr.call import refold
from callcenter.people.roles import Role
from callcenter.store import record, unpublished
from callcenter.tickets.calls import link_call
from tests.contract.test_rights import Center

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
CALL = "n1-1.0"
SAMPLES = bytes(range(256)) * 4
WAV = (
    b"RIFF" + struct.pack("<I", 36 + len(SAMPLES)) + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    + b"data" + struct.pack("<I", len(SAMPLES)) + SAMPLES
)  # fmt: skip


def facts(path: str):
    of = {"call_id": CALL, "at": NOON}
    said = {"source": "live", "text": "南大街的路灯不亮"}
    return [
        CallArrived(line=Line.SERVICE, node="n1", caller_number="13800000001",
                    caller_channel="PJSIP/trunk-1", **of),
        CallQueued(queue="12345", position=1, **of),
        CallAnswered(queue="12345", seat="seat-01", seat_leg="n1-2.0", seat_channel="PJSIP/s-1",
                     caller_channel="PJSIP/trunk-1", waited_seconds=3, **of),
        UtteranceHeard(side=Side.CITIZEN, index=0, start_ms=1000, end_ms=2500, **said, **of),
        RecordingStored(side=Side.CITIZEN, path=path, sha256=hashlib.sha256(WAV).hexdigest(),
                        seconds=0.064, talk_seconds=0.1, complete=True, **of),
    ]  # fmt: skip


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Center]:
    """A closed site; a call was answered, is about a lamp, and has a recording of one side."""
    async with Center(tmp_path, is_closed=True) as site:
        folder = site.settings.recordings_dir
        folder.mkdir(parents=True)
        (folder / f"{CALL}-citizen.wav").write_bytes(WAV)
        (tmp_path / "secret.wav").write_bytes(WAV)
        with site.store.transaction() as session:
            for fact in facts(f"{CALL}-citizen.wav"):
                record(session, fact)
            refold(session, CALL)
        site.lamp = site.open(CALL, cell="140728100001001", unit="U1002")
        site.other = site.open("n1-9.0", cell="140728101201001", unit="U1005")
        with site.store.transaction() as session:
            link_call(session, site.other, CALL, LinkWhy.URGED, at=NOON, actor="seat-01")
        site.add("seat", Role.SEAT)
        site.add("chief", Role.SUPERVISOR, queues=("12345",))
        site.add("chief110", Role.SUPERVISOR, queues=("110",))
        site.add("unit", Role.HANDLER, unit="U1002")
        site.add("town", Role.DISPATCHER, grid="140728101")
        site.add("far", Role.DISPATCHER, grid="140728103")
        while _is_owing(site):  # noqa: ASYNC110  # the relay and a test's own writing would wait
            await asyncio.sleep(0.01)  # for each other
        yield site


def _is_owing(site: Center) -> bool:
    """Whether facts are still to be published."""
    with site.store.reading() as session:
        return bool(unpublished(session, 1))


async def test_a_calls_tickets_are_those_that_one_may_see(site):
    told = {}
    for name in ("seat", "unit", "town", "far"):
        async with site.asks(name) as client:
            answer = await client.get(f"calls/{CALL}/tickets")
            rows = answer.json() if answer.status_code == 200 else []
            told[name] = answer.status_code, sorted(row["ticket_number"] for row in rows)
    assert told == {
        "seat": (200, sorted([site.lamp, site.other])), "unit": (200, [site.lamp]),
        "town": (200, [site.other]), "far": (404, []),
    }  # fmt: skip
    assert len(site.audited("call_tickets_read")) == 3


async def test_words_are_read_by_who_takes_calls_or_sends_tickets_and_sees_one(site):
    async with site.asks("seat") as client:
        told = (await client.get(f"calls/{CALL}/transcript")).json()
    assert (told["complete"], told["source"], told["model"]) == (False, "live", "")
    assert told["lines"] == [
        {"side": "citizen", "start_ms": 1000, "end_ms": 2500, "text": "南大街的路灯不亮"}
    ]
    with site.store.transaction() as session:
        done = {"source": "live", "model": "tape", "heard_seconds": 1.0}
        record(session, TranscriptCompleted(call_id=CALL, at=NOON, **done))
    statuses = {}
    for name in ("chief", "unit", "far"):
        async with site.asks(name) as client:
            answer = await client.get(f"calls/{CALL}/transcript")
            statuses[name] = answer.status_code
            assert name != "chief" or answer.json()["model"] == "tape"
    assert statuses == {"chief": 200, "unit": 403, "far": 404}
    assert [(row["actor"], row["subject"]) for row in site.audited("transcript_read")] == [
        ("seat", CALL), ("chief", CALL),
    ]  # fmt: skip


async def test_voices_are_heard_by_who_supervises_the_queue_and_it_is_written_down(site):
    path = f"calls/{CALL}/recordings"
    async with site.asks("chief") as client:
        (listed,) = (await client.get(path)).json()
        whole = await client.get(f"{path}/citizen")
        part = await client.get(f"{path}/citizen", headers={"Range": "bytes=44-147"})
        beyond = await client.get(f"{path}/citizen", headers={"Range": "bytes=99999-"})
        lacking = await client.get(f"{path}/seat")
        unknown = await client.get("calls/n1-404.0/recordings")
    assert (listed["side"], listed["is_kept"], listed["complete"]) == ("citizen", True, True)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (
        200, WAV, "audio/wav",
    )  # fmt: skip
    assert hashlib.sha256(whole.content).hexdigest() == listed["sha256"]
    assert whole.headers["accept-ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, WAV[44:148])
    assert part.headers["content-range"] == f"bytes 44-147/{len(WAV)}"
    assert (beyond.status_code, lacking.status_code, unknown.status_code) == (416, 404, 404)
    heard = site.audited("recording_heard")
    assert [(row["actor"], row["subject"]) for row in heard] == [("chief", f"{CALL}/citizen")] * 2
    assert all(row["at"] for row in heard)
    assert len(site.audited("recordings_listed")) == 1


async def test_voices_of_another_queue_or_without_the_right_are_refused(site):
    statuses = {}
    for name in ("chief110", "seat", "unit", "town"):
        async with site.asks(name) as client:
            statuses[name] = (await client.get(f"calls/{CALL}/recordings/citizen")).status_code
    assert statuses == dict.fromkeys(("chief110", "seat", "unit", "town"), 403)
    assert site.audited("recording_heard") == []


async def test_what_is_gone_or_lies_elsewhere_is_not_given_out(site):
    (site.settings.recordings_dir / f"{CALL}-citizen.wav").unlink()
    async with site.asks("chief") as client:
        gone = await client.get(f"calls/{CALL}/recordings/citizen")
        (listed,) = (await client.get(f"calls/{CALL}/recordings")).json()
    assert (gone.status_code, listed["is_kept"]) == (404, False)
    with site.store.transaction() as session:
        row = facts("../../secret.wav")[-1].model_copy(update={"side": Side.SEAT})
        record(session, row)
    async with site.asks("chief") as client:
        assert (await client.get(f"calls/{CALL}/recordings/seat")).status_code == 404
