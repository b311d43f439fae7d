"""An example of each body that a route takes, by the name of its model; all of them are valid.

A model that brings its own example (`json_schema_extra`) needs no row here. Of two models with one
name, the row of the whole name is the example of that one.
"""

from typing import Any, Final

ACTOR: Final = {"actor": "seat-01"}
LEADER: Final = {"actor": "supervisor-01"}

BODIES: Final[dict[str, dict[str, Any]]] = {
    # who asks
    "callcenter__api__session__SignIn": {"name": "lina", "password": "four words of my own"},
    "EnterByCode": {"code": "a-code-that-is-used-once"},
    "NewCode": {"account": "lina"},
    "NewPassword": {"old": "the first one, told on paper", "new": "four words of my own"},
    "NewAccount": {"name": "lina", "display_name": "李娜", "roles": ["dispatcher"]},
    "AccountFields": {"roles": ["handler"], "unit": "U1002"},
    # tickets
    "CategoryCommand": {"item": "113", **ACTOR},
    "Asked": {"words": "南大街 路灯", "item": "113"},
    "Filtered": {"item": "113", "standing": "late"},
    "BoardAsked": {"unit": "U1002", "limit": 10},
    "MapAsked": {"item": "113", "level": "village"},
    "PointsAsked": {"west": 112.1, "south": 37.1, "east": 112.3, "north": 37.3},
    # seats and queues
    "NewSeat": {"name": "seat-04", "queues": ["12345"], "may_dial_out": False, **LEADER},
    "SeatChange": {"may_dial_out": True, **LEADER},
    "ByWhom": ACTOR,
    "Closing": {"announcement": "closed", "reason": "系统维护", **LEADER},
    "Opening": {"reason": "维护结束", **LEADER},
    "MessageToSeats": {"seats": ["seat-02"], "text": "停水通知见公告", **LEADER},
    # agents
    "AgentFile": {"display_name": "一号坐席", "skills": ["12345"], **LEADER},
    "SignIn": {"seat": "seat-01", "queues": ["12345"], **ACTOR},
    "Command": ACTOR,
    "Forced": {"reason": "离岗未签退", **LEADER},
    "Pause": {"reason": "休息", **ACTOR},
    "Transfer": {"seat": "seat-02", "reason": "设备故障", **LEADER},
    "AnswersAsked": {"words": "暖气不热", "item": "209"},
    # calls
    "Target": {"kind": "seat", "to": "seat-02", **ACTOR},
    "HandOver": {"to_line": "110", "form": "three_way", "reason": "涉及人身危险", **ACTOR},
    "NewCall": {"seat": "seat-01", "ticket_number": "12345-20261122-0001", **ACTOR},
    "Ring": {"seat": "seat-01", **ACTOR},
    "Finish": {"outcome": "answered", **ACTOR},
    # supervision
    "NewSupervision": {
        "supervisor": "supervisor-01",
        "supervisor_seat": "seat-09",
        "seat": "seat-01",
        "reason": "新坐席质检",
    },
    "NewMode": {"mode": "whisper"},
    # how calls were handled
    "NewJudgement": {
        "seat_leg": "n1-1790000000.2",
        "form": "0123456789ab",
        "answers": [{"question": "greeting", "points": 10}, {"question": "rude", "failed": False}],
        "notes": [{"text": "先报了工号", "question": "greeting", "at_ms": 1200}],
    },
    "NewAppeal": {"reason": "市民当时已挂机,无法告知工单号"},
    "NewDecision": {"reason": "录音中确已告知,维持原评分"},
}
