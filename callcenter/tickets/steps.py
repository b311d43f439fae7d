"""The seven-step loop: where a ticket may stand, what may be done to it, and where that leads.

    1 collect  2 file      3 dispatch      4 handle      5 report back  6 verify and close
    DRAFT ---> FILED ----> DISPATCHED ---> HANDLING ---> REPORTED ----> VERIFIED ---> CLOSED
      |          |  ^        |  ^  ^  ^      |  |  ^         |            |             |
      |          |  |  return|  |  |  |      |  |  +-reject--+            +---reopen----+
      |          |  |        v  |  |  +------+  |                              v
      |          |  +-uphold-RETURNED |  forward|                           REOPENED
      |          |                    |  escalate                              |
      |          |                    |         +-suspend-> SUSPENDED          +-> dispatch
      |          |                    |         <--resume-----+
      +-answer-> CLOSED (on the spot) |
      +----------+-decline-> DECLINED, -discard-> VOID
      DRAFT, FILED, DISPATCHED, HANDLING -merge-> MERGED -unmerge-> the step before

These leave the step as it is: join, part, contribute (joint handling), ask, grant and refuse an
extension, urge, supervise, note. `relocate` is no command: the grid changed under the ticket.
`answer`, `decline`, `discard` and `merge` end a case that nobody needs to handle any more, each in
its own word, because each counts for something else (docs/glossary.md).

Source: domain.md's seven steps and what lies around them, after GB/T 30428 (digital city
management); the clause was not checked against the full text.
"""

from enum import StrEnum


class Step(StrEnum):
    """Where a ticket stands."""

    DRAFT = "draft"  # 信息采集
    FILED = "filed"  # 案卷建立
    DISPATCHED = "dispatched"  # 任务派遣
    RETURNED = "returned"  # 退单: sent back by its unit, to be judged by a dispatcher
    HANDLING = "handling"  # 任务处理
    SUSPENDED = "suspended"  # 挂账: the clock stands still until the review
    REPORTED = "reported"  # 处理反馈
    VERIFIED = "verified"  # 核查
    CLOSED = "closed"  # 结案
    REOPENED = "reopened"  # 重办
    DECLINED = "declined"  # 不予受理
    MERGED = "merged"  # 并单: lives on in another ticket
    VOID = "void"  # 作废


class Move(StrEnum):
    """What a person or the pipeline may do to a ticket."""

    OPEN = "open"  # 信息采集
    FILE = "file"  # 立案
    ANSWER = "answer"  # 直接答复
    DECLINE = "decline"  # 不予受理
    DISCARD = "discard"  # 作废
    MERGE = "merge"  # 并单
    UNMERGE = "unmerge"  # 撤销并单
    DISPATCH = "dispatch"  # 派遣
    ACCEPT = "accept"  # 接单
    RETURN = "return"  # 退单
    UPHOLD_RETURN = "uphold_return"  # 退单成立
    OVERRULE_RETURN = "overrule_return"  # 退单不成立
    FORWARD = "forward"  # 转派
    ESCALATE = "escalate"  # 上报
    JOIN = "join"  # 协办: a unit is added
    PART = "part"  # 协办: a unit leaves
    CONTRIBUTE = "contribute"  # 协办: a unit reports its share
    ASK_EXTENSION = "ask_extension"  # 申请延期
    GRANT_EXTENSION = "grant_extension"  # 同意延期
    REFUSE_EXTENSION = "refuse_extension"  # 不同意延期
    SUSPEND = "suspend"  # 挂账
    RESUME = "resume"  # 恢复办理
    URGE = "urge"  # 催办
    SUPERVISE = "supervise"  # 督办
    REPORT = "report"  # 反馈
    VERIFY = "verify"  # 核查
    REJECT = "reject"  # 核查不通过
    CLOSE = "close"  # 结案
    REOPEN = "reopen"  # 重办
    NOTE = "note"  # 备注
    RELOCATE = "relocate"  # 重新落格


S, M = Step, Move
OVER = frozenset({S.CLOSED, S.DECLINED, S.MERGED, S.VOID})  # nobody has anything more to do
OPEN = frozenset(Step) - OVER
WITH_A_UNIT = frozenset({S.DISPATCHED, S.RETURNED, S.HANDLING, S.SUSPENDED})
STAYING: dict[Move, frozenset[Step]] = {
    M.NOTE: frozenset(Step),  # also when it is over: what turns up later is not lost
    M.URGE: OPEN - {S.DRAFT},  # a draft's citizen is still on the telephone
    M.SUPERVISE: OPEN - {S.DRAFT},
    M.JOIN: frozenset({S.DISPATCHED, S.HANDLING}),
    M.PART: WITH_A_UNIT,
    M.CONTRIBUTE: frozenset({S.DISPATCHED, S.HANDLING, S.SUSPENDED}),  # a share waits for nobody
    M.ASK_EXTENSION: frozenset({S.HANDLING}),  # who has not accepted it knows no better day
    M.GRANT_EXTENSION: frozenset({S.HANDLING}),
    M.REFUSE_EXTENSION: frozenset({S.HANDLING}),
}
MOVES: dict[tuple[Step, Move], Step] = {
    (S.DRAFT, M.FILE): S.FILED,
    (S.DRAFT, M.ANSWER): S.CLOSED,  # 直接答复: closed at once, still counted
    (S.DRAFT, M.DECLINE): S.DECLINED,
    (S.DRAFT, M.DISCARD): S.VOID,
    (S.DRAFT, M.MERGE): S.MERGED,  # the seat sees while talking that it is known already
    (S.FILED, M.DISPATCH): S.DISPATCHED,
    (S.FILED, M.DECLINE): S.DECLINED,  # a dispatcher may see what the seat did not
    (S.FILED, M.DISCARD): S.VOID,
    (S.FILED, M.MERGE): S.MERGED,
    (S.DISPATCHED, M.ACCEPT): S.HANDLING,
    (S.DISPATCHED, M.RETURN): S.RETURNED,  # only before it is accepted: then it is theirs
    (S.DISPATCHED, M.FORWARD): S.DISPATCHED,  # at another unit, with a clock of its own
    (S.DISPATCHED, M.ESCALATE): S.DISPATCHED,  # at the unit of the level above
    (S.DISPATCHED, M.MERGE): S.MERGED,
    (S.RETURNED, M.UPHOLD_RETURN): S.FILED,  # to the dispatcher, not to the seat
    (S.RETURNED, M.OVERRULE_RETURN): S.DISPATCHED,  # the same unit, whose clock ran on
    (S.HANDLING, M.REPORT): S.REPORTED,
    (S.HANDLING, M.SUSPEND): S.SUSPENDED,
    (S.HANDLING, M.FORWARD): S.DISPATCHED,  # the next unit has to accept it anew
    (S.HANDLING, M.ESCALATE): S.DISPATCHED,
    (S.HANDLING, M.MERGE): S.MERGED,
    (S.SUSPENDED, M.RESUME): S.HANDLING,  # the one way out: what stands still is not reported
    (S.REPORTED, M.VERIFY): S.VERIFIED,
    (S.REPORTED, M.REJECT): S.HANDLING,  # the same unit, whose clock ran on
    (S.VERIFIED, M.CLOSE): S.CLOSED,
    (S.VERIFIED, M.REOPEN): S.REOPENED,
    (S.CLOSED, M.REOPEN): S.REOPENED,  # a citizen who calls again is heard
    (S.REOPENED, M.DISPATCH): S.DISPATCHED,
    **{(step, move): step for move, steps in STAYING.items() for step in Step if step in steps},
}
BACK = (S.MERGED, M.UNMERGE)  # in no row of MOVES: leads to whichever step the merge came from
COMMANDS = frozenset(Move) - {M.OPEN, M.RELOCATE}  # the rest states what happened

NEEDS_REASON = frozenset(
    {
        M.DECLINE,
        M.DISCARD,
        M.UNMERGE,
        M.RETURN,
        M.UPHOLD_RETURN,
        M.OVERRULE_RETURN,
        M.FORWARD,
        M.ESCALATE,
        M.PART,
        M.ASK_EXTENSION,
        M.REFUSE_EXTENSION,
        M.SUSPEND,
        M.SUPERVISE,
        M.REJECT,
        M.REOPEN,
        M.NOTE,  # its reason is the note
    }
)
LONGEST_REASON = 2_000  # characters; a partner's centre takes no longer one either
NEEDS_UNIT = frozenset({M.DISPATCH, M.FORWARD, M.ESCALATE})  # whom the ticket goes to
NEEDS_OTHER: dict[Move, str] = {  # what `other` names
    M.MERGE: "the ticket that it joins",
    M.SUPERVISE: "the leader who supervises",
    M.JOIN: "the unit that is added",
    M.PART: "the unit that leaves",
    M.CONTRIBUTE: "the unit that reports its share",
}
NEEDS_DUE: dict[Move, str] = {  # what `due_at` names; a deadline of a dispatch may be left out
    M.ASK_EXTENSION: "the new deadline that is asked for",
    M.SUSPEND: "when it is reviewed",
}
