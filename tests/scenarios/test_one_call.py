"""Scenario: one citizen, one call."""

from callcenter.facts import CallAnswered, CallClassified, CallEnded, TicketLocated, Urgency
from callcenter.ivr.call import CallState
from callcenter.ivr.callback import CallbackState
from callcenter.tickets.ticket import Step

A_CALL = """
Event            | Uniqueid | Linkedid | CallerIDNum | Queue | MemberName | HoldTime | Cause
Newchannel       | n1-7.0   | n1-7.0   | 13800000001 |       |            |          |
QueueCallerJoin  | n1-7.0   | n1-7.0   | 13800000001 | 12345 |            |          |
AgentConnect     | n1-7.0   | n1-7.0   | 13800000001 | 12345 | seat-08    | 12       |
Hangup           | n1-7.0   | n1-7.0   |             |       |            |          | 16
"""


async def test_a_broken_street_light_becomes_one_ticket(center):
    await center.play(A_CALL, says="南大街的路灯不亮")
    ticket = await center.only_ticket()
    assert ticket.item_name == "市容市政"
    assert (ticket.place, ticket.cell_name) == ("南大街", "南大街社区第1网格")
    assert (ticket.step, ticket.urgency) == (Step.DRAFT, Urgency.ORDINARY)
