"""What each role may do: one table, role x right. Nobody has a right that does not stand here.

A right says what kind of thing may be done; `Reach` (reach.py) narrows it to one's own unit, grid
subtree or queues. Which role may make which move of a ticket is a table of its own, beside the
moves (callcenter/api/may_move.py). docs/people.md shows both, and a test holds it to this file.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an account is for; one may have several."""

    SEAT = "seat"
    SUPERVISOR = "supervisor"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"  # of the account's unit
    VERIFIER = "verifier"
    PATROLLER = "patroller"
    EVALUATOR = "evaluator"
    ADMINISTRATOR = "administrator"
    SCREEN = "screen"  # a wall that nobody sits at; its sessions last while it is in use
    PUBLIC = "public"  # whoever is not signed in; no account has it
    OPERATOR = "operator"  # our own programs, by the token under var/; no account has it


class Right(StrEnum):
    """A kind of thing that may be done."""

    PUBLIC = "public"
    OWN_ACCOUNT = "own_account"
    SEE_NAMES = "see_names"
    WATCH = "watch"
    SEE_SCREEN = "see_screen"
    SEE_TICKETS = "see_tickets"
    MOVE_TICKETS = "move_tickets"
    CORRECT_TICKETS = "correct_tickets"
    READ_WORDS = "read_words"
    HEAR_RECORDINGS = "hear_recordings"
    SEE_CALLBACKS = "see_callbacks"
    TAKE_CALLS = "take_calls"
    SUPERVISE = "supervise"
    SEE_SUPERVISION = "see_supervision"
    JUDGE_CALLS = "judge_calls"
    OWN_QUALITY = "own_quality"
    SEE_SEATS = "see_seats"
    OWN_DESK = "own_desk"
    LEAD_AGENTS = "lead_agents"
    TELL_SEATS = "tell_seats"
    RUN_QUEUES = "run_queues"
    RUN_SEATS = "run_seats"
    SEE_FIGURES = "see_figures"
    SEE_FIGURE_LISTS = "see_figure_lists"
    RUN_SYSTEM = "run_system"
    RUN_ACCOUNTS = "run_accounts"
    SEE_AUDIT = "see_audit"
    RUN_PRIVACY = "run_privacy"
    ACT_FOR_OTHERS = "act_for_others"


ROLE_NAMES: Final[dict[Role, str]] = {
    Role.SEAT: "坐席",
    Role.SUPERVISOR: "班长",
    Role.DISPATCHER: "派遣员",
    Role.HANDLER: "承办单位",
    Role.VERIFIER: "核查员",
    Role.PATROLLER: "监督员",
    Role.EVALUATOR: "考评员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.SCREEN: "大屏",
    Role.PUBLIC: "公众",
    Role.OPERATOR: "本机程序",
}
RIGHT_NAMES: Final[dict[Right, str]] = {
    Right.PUBLIC: "公开内容",
    Right.OWN_ACCOUNT: "本人账号",
    Right.SEE_NAMES: "名称与网格",
    Right.WATCH: "实时看板",
    Right.SEE_SCREEN: "大屏画面",
    Right.SEE_TICKETS: "查看工单",
    Right.MOVE_TICKETS: "办理工单",
    Right.CORRECT_TICKETS: "更正分类",
    Right.READ_WORDS: "查看通话文字",
    Right.HEAR_RECORDINGS: "调听录音",
    Right.SEE_CALLBACKS: "回拨任务",
    Right.TAKE_CALLS: "接听与转接",
    Right.SUPERVISE: "监听与强插",
    Right.SEE_SUPERVISION: "监听记录",
    Right.JUDGE_CALLS: "质检评分",
    Right.OWN_QUALITY: "本人质检与申诉",
    Right.SEE_SEATS: "坐席与坐席员状态",
    Right.OWN_DESK: "签入、小休、签出",
    Right.LEAD_AGENTS: "调度坐席员",
    Right.TELL_SEATS: "发送通知",
    Right.RUN_QUEUES: "队列开关",
    Right.RUN_SEATS: "坐席登记",
    Right.SEE_FIGURES: "统计数字",
    Right.SEE_FIGURE_LISTS: "统计明细与导出",
    Right.RUN_SYSTEM: "运行维护",
    Right.RUN_ACCOUNTS: "账号与权限",
    Right.SEE_AUDIT: "审计记录",
    Right.RUN_PRIVACY: "保存期限与封存",
    Right.ACT_FOR_OTHERS: "代他人操作",
}

_R = Right
_STAFF: Final = frozenset({_R.PUBLIC, _R.OWN_ACCOUNT, _R.SEE_NAMES})
_CASE: Final = _STAFF | {_R.SEE_TICKETS, _R.MOVE_TICKETS}
RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.SEAT: _CASE
    | {
        _R.CORRECT_TICKETS,
        _R.READ_WORDS,
        _R.SEE_CALLBACKS,
        _R.TAKE_CALLS,
        _R.SEE_SEATS,
        _R.OWN_DESK,
        _R.OWN_QUALITY,
    },
    # Hears calls and moves agents, of the queues supervised.
    Role.SUPERVISOR: _CASE
    | {_R.WATCH, _R.SEE_SCREEN, _R.CORRECT_TICKETS, _R.READ_WORDS, _R.HEAR_RECORDINGS}
    | {_R.SEE_CALLBACKS, _R.SUPERVISE, _R.SEE_SUPERVISION, _R.JUDGE_CALLS}
    | {_R.SEE_SEATS, _R.OWN_DESK, _R.LEAD_AGENTS, _R.TELL_SEATS, _R.RUN_QUEUES}
    | {_R.SEE_FIGURES, _R.SEE_FIGURE_LISTS},
    Role.DISPATCHER: _CASE | {_R.CORRECT_TICKETS, _R.READ_WORDS, _R.SEE_FIGURES},
    Role.HANDLER: _CASE,
    Role.VERIFIER: _CASE,
    Role.PATROLLER: _CASE,
    # Counts and looks behind the count, changes nothing.
    Role.EVALUATOR: _STAFF | {_R.SEE_TICKETS, _R.SEE_FIGURES, _R.SEE_FIGURE_LISTS},
    # Sets everything up, but moves no ticket and listens to no call: those need a role of their
    # own, and giving it to oneself stands in the audit.
    Role.ADMINISTRATOR: _STAFF
    | {_R.WATCH, _R.SEE_SCREEN, _R.SEE_TICKETS, _R.SEE_CALLBACKS, _R.SEE_SUPERVISION, _R.SEE_SEATS}
    | {_R.LEAD_AGENTS, _R.TELL_SEATS, _R.RUN_QUEUES, _R.RUN_SEATS}
    | {_R.SEE_FIGURES, _R.SEE_FIGURE_LISTS, _R.RUN_SYSTEM, _R.RUN_ACCOUNTS, _R.SEE_AUDIT}
    | {_R.RUN_PRIVACY},
    # Hangs unattended for weeks, so it sees counts and states alone.
    Role.SCREEN: _STAFF | {_R.SEE_SCREEN},
    Role.PUBLIC: frozenset({_R.PUBLIC}),
    # Whoever can read the token can read the database beside it.
    Role.OPERATOR: frozenset(Right),
}
GIVEN: Final = tuple(role for role in Role if role not in (Role.PUBLIC, Role.OPERATOR))


def may(roles: Iterable[Role], right: Right) -> bool:
    """Whether one of the roles has the right."""
    return any(right in RIGHTS[role] for role in roles)
