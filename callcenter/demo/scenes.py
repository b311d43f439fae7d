"""The three calls: a street light until its ticket is closed; 110 first; one who gave up."""

import asyncio

from callcenter.demo.stage import SCRIPT, Stage
from callcenter.facts import (
    CallAbandoned,
    CallbackDue,
    CallClassified,
    CallEnded,
    CallQueued,
    TicketLocated,
    TranscriptCompleted,
)
from callcenter.ivr.robot import RobotCall

PAUSE_SECONDS = 0.8  # between two people's sentences


async def street_light(stage: Stage) -> None:
    """(a) 12345: reported, filed, dispatched, handled, verified, rated, closed."""
    stage.timeline.heading("(a) 12345: the street lights of 南大街")
    who = "street_light"
    async with stage.citizen(who, can_be_rung=True) as citizen:
        call = await citizen.call("12345")
        at_seat = await stage.seats["seat-01"].ring()
        await asyncio.sleep(PAUSE_SECONDS)
        await at_seat.answer()
        await stage.say(at_seat, "seat", "greeting")
        await asyncio.sleep(PAUSE_SECONDS)
        await stage.say(call, "citizen", who)
        number = await stage.ticket_number(who)
        await stage.watch.until(
            TicketLocated, lambda fact: fact.ticket_number == number, "the place of the lights"
        )
        await stage.watch.until(
            CallClassified,
            lambda fact: fact.ticket_number == number and fact.item is not None,
            "the item of the lights",
        )
        await stage.say(at_seat, "seat", "registered")
        await asyncio.sleep(PAUSE_SECONDS)
        before = len(call.heard())
        await at_seat.hang_up()
        stage.timeline.note(f"Asterisk reads the ticket number to the citizen: {number}")
        await call.ended(60)
        heard = await stage.words_in(call.heard()[before:])
        stage.timeline.note(f"what the citizen heard, decoded by Vosk: {heard}")
        await _written_down(stage, who)
        await _walk(stage, number)
        ring = await citizen.ring(60)
        stage.timeline.note("the robot rings the citizen, who picks up and listens")
        await ring.answer()
        await stage.listen_to(ring, "callback-greeting")
        await stage.listen_to(ring, "callback-rating")
        await ring.send_keys("1")
        await stage.until_step(number, "closed")
        await ring.ended()


async def _written_down(stage: Stage, who: str) -> None:
    arrived = await stage.call_of(who)
    await stage.watch.until(
        TranscriptCompleted, lambda fact: fact.call_id == arrived.call_id, f"the words of {who}"
    )


async def _walk(stage: Stage, number: str) -> None:
    """The people's part of the seven steps, by their own commands."""
    await stage.move(number, "file", "seat-01")
    dispatched = await stage.until_step(number, "dispatched")
    handler = f"handler:{dispatched.unit}"
    await stage.move(number, "accept", handler)
    await stage.move(number, "report", handler, SCRIPT["reasons"]["report"])
    await stage.move(number, "verify", "verifier", SCRIPT["reasons"]["verify"])


async def police_first(stage: Stage) -> None:
    """(b) 110 comes last and is answered next; (c) one who waits gives up."""
    stage.timeline.heading("(b) 110 while every seat talks and others wait; (c) one gives up")
    async with (
        stage.citizen("water") as water,
        stage.citizen("insurance") as insurance,
        stage.citizen("patient") as patient,
        stage.citizen("impatient") as impatient,
        stage.citizen("fight") as fight,
    ):
        first, first_seat = await _served(stage, await water.call("12345"), "water")
        second, second_seat = await _served(stage, await insurance.call("12345"), "insurance")
        patient_call = await patient.call("12345")
        await _waits(stage, "patient")
        impatient_call = await impatient.call("12345")
        await _waits(stage, "impatient")
        stage.timeline.note("both seats talk, two citizens wait; now 110 rings")
        fight_call = await fight.call("110")
        await _waits(stage, "fight")
        await _hang_up(stage, first_seat, first, "water")

        freed = (await stage.answered("water")).seat
        at_seat = await stage.seats[freed].ring()
        await at_seat.answer()
        answered = await stage.answered("fight")
        stage.timeline.note(f"110 came last and {answered.seat} answers it first")
        await stage.say(at_seat, "seat", "police")
        await stage.say(fight_call, "citizen", "fight")
        await _gives_up(stage, impatient_call)
        await _urgent(stage)
        await _hang_up(stage, at_seat, fight_call, "fight")
        await _hang_up(stage, second_seat, second, "insurance")
        await _last_in_line(stage, patient_call)
        await _desk_work(stage)


async def _served(stage: Stage, call: RobotCall, who: str) -> tuple[RobotCall, RobotCall]:
    """The next free seat answers; both speak. Gives the citizen's and the seat's end."""
    rings = [asyncio.create_task(phone.ring()) for phone in stage.seats.values()]
    done, waiting = await asyncio.wait(rings, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    at_seat = done.pop().result()
    await at_seat.answer()
    await stage.say(at_seat, "seat", "greeting")
    await stage.say(call, "citizen", who)
    return call, at_seat


async def _waits(stage: Stage, who: str) -> None:
    call = await stage.call_of(who)
    await stage.watch.until(
        CallQueued, lambda fact: fact.call_id == call.call_id, f"{who} in the queue"
    )


async def _hang_up(stage: Stage, at_seat: RobotCall, call: RobotCall, who: str) -> None:
    await asyncio.sleep(PAUSE_SECONDS)
    await call.hang_up()
    await at_seat.ended()
    arrived = await stage.call_of(who)
    await stage.watch.until(
        CallEnded, lambda fact: fact.call_id == arrived.call_id, f"the end of {who}"
    )


async def _gives_up(stage: Stage, call: RobotCall) -> None:
    await call.hang_up()
    arrived = await stage.call_of("impatient")
    await stage.watch.until(
        CallAbandoned, lambda fact: fact.call_id == arrived.call_id, "the giving up"
    )
    await stage.watch.until(
        CallbackDue, lambda fact: fact.call_id == arrived.call_id, "the call-back task"
    )


async def _urgent(stage: Stage) -> None:
    number = await stage.ticket_number("fight")
    await stage.watch.until(
        CallClassified,
        lambda fact: fact.ticket_number == number and fact.urgency == "urgent",
        "the urgency of the fight",
    )


async def _last_in_line(stage: Stage, call: RobotCall) -> None:
    _, at_seat = await _served(stage, call, "patient")
    await _hang_up(stage, at_seat, call, "patient")
    await _written_down(stage, "patient")


async def _desk_work(stage: Stage) -> None:
    """What the seats make of these calls' drafts."""
    for who in ("water", "fight"):
        number = await stage.ticket_number(who)
        await stage.move(number, "file", (await stage.answered(who)).seat)
        await stage.until_step(number, "dispatched")
    for who in ("insurance", "patient"):
        number = await stage.ticket_number(who)
        seat = (await stage.answered(who)).seat
        await stage.move(number, "answer", seat, SCRIPT["reasons"][who])
