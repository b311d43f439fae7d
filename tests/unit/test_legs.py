"""Unit: each seat's part in a call of many legs: told live, rebuilt, and over an outage between.

The tape is real (tests/tapes); what Asterisk would answer to a new link is worked out from it.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from callcenter.ami.bridges import Leg
from callcenter.ami.cel import lives_of, read_cel, rung_by_root
from callcenter.ami.hearing import Hearing
from callcenter.ami.history import missed, rebuild
from callcenter.ami.legs import Legs
from callcenter.ami.link import Message, Resynced
from callcenter.ami.queue_log import read_queue_log
from callcenter.facts import CallFact, CallHeld, CallResumed, SeatSeen
from callcenter.facts.parts import parts
from callcenter.ivr.call import CallState, fold
from tests.tapes import MANY_LEGS, rows, tape

MESSAGES = rows(tape("many_legs.ami"))
CEL = tape("many_legs.cel.csv").splitlines()
QUEUE_LOG = tape("many_legs.queue_log").splitlines()
READING = timedelta(seconds=0.02)  # at least, from the resync until the files are read
LATE = timedelta(seconds=0.3)  # the machine was loaded when the tape was recorded

# What each call was made of: visits (queue and how it was left), talks (seat, via, how it ended).
STORIES = {
    "sent back to a queue": ("110 answered, 12345 answered", "queue blind, queue ended"),
    "sent back to a queue and gives up": ("110 answered, 12345 abandoned", "queue blind"),
    "passed on blind": ("110 answered", "queue blind, transfer ended"),
    "passed on to nobody": ("110 answered", "queue blind"),
    "taken over": ("110 answered", "queue ended, take_over ended"),
    "passed on by hanging up": ("110 answered", "queue attended, transfer ended"),
    "passed on by key": ("110 answered", "queue attended, transfer ended"),
    "two consultations in vain": ("110 answered", "queue ended"),
    "passed on while it rings": ("110 answered", "queue attended, transfer ended"),
    "citizen leaves a consultation": ("110 answered", "queue ended"),
    "three-way": ("110 answered", "queue left, three_way ended"),
    "passed on outside": ("110 answered", "queue attended, transfer ended"),
    "held by the phone": ("110 answered", "queue ended"),
    "phone lost": ("110 answered", "queue ended"),
    "a seat refuses": ("12345 answered", "queue ended"),
    "the queue's time is up": ("12345 timeout", ""),
    "place kept": ("12345 answered", "kept_place ended"),
    "place kept, Local stays": ("12345 answered", "kept_place ended"),
    "placed by us and passed on": ("", "outbound blind, transfer ended"),
}


def moment(message: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(float(message["Timestamp"]), UTC)


def hear(hearing: Hearing, messages: list[dict[str, str]]) -> list[CallFact]:
    facts = [fact for message in messages for fact in hearing.hear(Message(message))]
    return [fact for fact in facts if not isinstance(fact, SeatSeen)]  # type: ignore[misc]


def by_call(facts: list[CallFact]) -> list[list[CallFact]]:
    calls: dict[str, list[CallFact]] = {}
    for fact in facts:
        calls.setdefault(fact.call_id, []).append(fact)
    return list(calls.values())


LIVE = dict(zip(MANY_LEGS, by_call(hear(Hearing("n1"), MESSAGES)), strict=True))
REBUILT = dict(zip(MANY_LEGS, by_call(rebuild(CEL, QUEUE_LOG, "n1")), strict=True))
ENDS = [
    number for number, m in enumerate(MESSAGES, 1)
    if m["Event"] == "Newchannel" and m["Uniqueid"] == m["Linkedid"] and number > 1
]  # fmt: skip
STRETCHES = dict(
    zip(MANY_LEGS, pairwise([0, *(end - 1 for end in ENDS), len(MESSAGES)]), strict=True)
)


def made_of(facts: list[CallFact]) -> tuple[str, str]:
    told = parts(sorted(facts, key=lambda fact: fact.at))
    visits = ", ".join(f"{visit.queue} {visit.how}" for visit in told.visits)
    return visits, ", ".join(f"{talk.via} {talk.how}" for talk in told.talks)


def own_hold(fact: CallFact) -> bool:
    """A phone's hold, which no file tells of."""
    return isinstance(fact, CallHeld | CallResumed) and fact.why == "hold"


@pytest.mark.parametrize("name", STORIES)
def test_a_call_is_told_in_its_parts(name):
    assert made_of(LIVE[name]) == STORIES[name]


@pytest.mark.parametrize("name", STORIES)
def test_the_files_tell_the_same_facts(name):
    live = {fact.id: fact for fact in LIVE[name] if not own_hold(fact)}
    rebuilt = {fact.id: fact for fact in REBUILT[name]}
    assert len(rebuilt) == len(REBUILT[name])
    assert rebuilt.keys() == live.keys()
    for id_, fact in rebuilt.items():
        seen = live[id_]
        but = {"at", "talked_seconds"}
        assert fact.model_dump(exclude=but) == seen.model_dump(exclude=but)
        assert abs(fact.at - seen.at) < LATE


@pytest.mark.parametrize("name", STORIES)
def test_nobody_is_stuck_in_a_call_that_has_ended(name):
    for told in (LIVE[name], REBUILT[name]):
        call = fold(sorted(told, key=lambda fact: fact.at))
        assert (call.state, call.seat) in ((CallState.ENDED, None), (CallState.ABANDONED, None))
        assert not parts(told).talking


def test_a_call_that_is_over_leaves_nothing_behind():
    hearing = Hearing("n1")
    hear(hearing, MESSAGES)
    assert hearing.keeps_nothing


def test_waiting_while_the_seat_consults_is_hold():
    [talk] = parts(LIVE["two consultations in vain"]).talks
    assert 3 < talk.held_seconds < 4
    [talk] = parts(REBUILT["two consultations in vain"]).talks
    assert 2.5 < talk.held_seconds < 4


def test_a_call_we_placed_is_named_by_its_first_channel_all_along():
    placed, *rest = LIVE["placed by us and passed on"]
    assert placed.fact == "call_placed"
    assert {fact.call_id for fact in rest} == {placed.call_id}


def test_who_is_passed_to_is_named():
    names = {
        name: [(f.how, f.to_kind, f.to) for f in LIVE[name] if f.fact == "call_transferred"]
        for name in MANY_LEGS
    }
    assert names["sent back to a queue"] == [("blind", "queue", "12345")]
    assert names["passed on while it rings"] == [("attended", "seat", "seat-02")]
    assert names["passed on outside"] == [("attended", "outside", "13800000077")]
    assert names["three-way"] == []  # the seat stayed


# --- over an outage -------------------------------------------------------------------------------


LIVES = lives_of(read_cel(CEL))
WRITTEN = [
    *((row.at, "cel", line) for row, line in zip(read_cel(CEL), CEL, strict=True)),
    *((told.at, "queue_log", line) for told, line in
      zip(read_queue_log(QUEUE_LOG, LIVES, rung_by_root(LIVES)), QUEUE_LOG, strict=True)),
]  # fmt: skip


def written(name: str, file: str, end: datetime) -> list[str]:
    """The lines of a call that stand in a file by then."""
    first, last = STRETCHES[name]
    channels = {m["Uniqueid"] for m in MESSAGES[first:last] if "Uniqueid" in m}
    told = [line for at, kind, line in WRITTEN if kind == file and at <= end]
    return [line for line in told if any(channel in line for channel in channels)]


def living(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    """What CoreShowChannels would answer behind these messages."""
    channels: dict[str, dict[str, str]] = {}
    for message in messages:
        name = message.get("Uniqueid", "")
        if message["Event"] == "Hangup":
            channels.pop(name, None)
        elif name:
            shown = channels.setdefault(name, {})
            shown |= {k: v for k, v in message.items() if k in SHOWN}
            if message["Event"] in ("BridgeEnter", "BridgeLeave"):
                inside = message["Event"] == "BridgeEnter"
                shown["BridgeId"] = message["BridgeUniqueid"] if inside else ""
    return [channel | {"Event": "CoreShowChannel"} for channel in channels.values()]


SHOWN = {"Channel", "Context", "CallerIDNum", "Uniqueid", "Linkedid", "ChanVariable"}


def over_an_outage(name: str, lost: int, back: int) -> list[CallFact]:
    """The facts of a call of which the messages from `lost` to `back` were not heard."""
    first, last = STRETCHES[name]
    before, after = MESSAGES[first : first + lost], MESSAGES[first + back : last]
    asked_at = moment(MESSAGES[first + back - 1]) + timedelta(microseconds=1)
    kept = {fact.id: fact for fact in hear(Hearing("n1"), before)}
    cel, queue_log = (written(name, file, asked_at + READING) for file in ("cel", "queue_log"))
    known = {fact.id: fact.at for fact in kept.values()}
    kept |= {fact.id: fact for fact in missed(rebuild(cel, queue_log, "n1"), known)}
    hearing, shown = Hearing("n1"), living(MESSAGES[first : first + back])
    for channel in shown:
        assert hearing.hear(Message(channel, snapshot=True)) == []
    told = sorted(kept.values(), key=lambda fact: fact.at)
    call = fold(told)
    open_calls = {call.id: told} if call and call.is_open else {}
    resynced = Resynced("n1", asked_at, frozenset(channel["Uniqueid"] for channel in shown))
    for fact in [*hearing.catch_up(open_calls, resynced), *hear(hearing, after)]:
        kept.setdefault(fact.id, fact)
    assert hearing.keeps_nothing
    return list(kept.values())


@pytest.mark.parametrize("name", [name for name in STORIES if name != "held by the phone"])
def test_an_outage_at_any_moment_changes_no_part(name):
    """Each message is once the last before it, once the first behind it, once alone not heard."""
    first, last = STRETCHES[name]
    length = last - first
    cuts = {(0, n) for n in range(1, length + 1)} | {(n, length) for n in range(length)}
    for lost, back in sorted(cuts | {(n, n + 1) for n in range(length)}):
        assert made_of(over_an_outage(name, lost, back)) == STORIES[name], (lost, back)


def test_a_talk_whose_end_nobody_saw_has_no_length():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    legs = Legs()
    citizen = Leg("n1-1.1", "PJSIP/trunk-00000001", root="n1-1.1", call="n1-1.1")
    legs.arrived("n1-1.1", citizen)
    legs.entered("b", citizen, at)
    legs.entered("b", Leg("n1-1.2", "PJSIP/seat-01-00000002", root="n1-1.1", call="n1-1.1"), at)
    later = at + timedelta(minutes=9)  # Asterisk died, and is back
    told = legs.settle((), later)
    assert [fact.fact for fact in told] == ["talk_ended", "call_ended"]
    assert told[0].talked_seconds is None
