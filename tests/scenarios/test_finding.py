"""Scenario: what a citizen said is found, from the draft on."""

from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.looking import Wanted, search

A_CALL = """
Event            | Uniqueid | Linkedid | CallerIDNum | Queue | MemberName | HoldTime | Cause
Newchannel       | n1-7.0   | n1-7.0   | 13800000001 |       |            |          |
QueueCallerJoin  | n1-7.0   | n1-7.0   | 13800000001 | 12345 |            |          |
AgentConnect     | n1-7.0   | n1-7.0   | 13800000001 | 12345 | seat-08    | 12       |
Hangup           | n1-7.0   | n1-7.0   |             |       |            |          | 16
"""


async def test_a_call_is_found_by_its_words_its_caller_and_its_history(center):
    def found(wanted: Wanted):
        return center.look(lambda session: search(session, wanted, after=None, limit=10).tickets)

    key = CallerKey.of(center.site.settings)
    await center.play(A_CALL, says="南大街的路灯不亮")
    ticket = await center.only_ticket()
    assert [one.number for one in await found(Wanted(caller=key.hash("138 0000 0001")))] == [
        ticket.number
    ]
    await center.complete("n1-7.0")
    assert [one.number for one in await found(Wanted(words="路灯"))] == [ticket.number]
    assert await found(Wanted(words="暖气")) == []
    await center.move(ticket.number, "file")
    await center.move(ticket.number, "return", reason="杆线归供电公司", actor="handler:U1002")
    assert [one.number for one in await found(Wanted(words="供电公司 路灯"))] == [ticket.number]
