"""The one table of figures: screen, API, documents and export all come from it.

docs/numbers.md holds the same table for people, and a test holds the two together.
"""

from dataclasses import dataclass
from typing import Final, Literal

from callcenter.agents.numbers import line_figures as line
from callcenter.agents.numbers import seat_figures as seat
from callcenter.agents.numbers.scope import Item, Scope
from callcenter.agents.numbers.told import Outcome

Kind = Literal["count", "sum", "rate", "mean", "longest"]
About = Literal["line", "seat", "case"]

UNITS: Final = {"calls": "通", "times": "次", "parts": "段", "s": "秒", "%": "%"}


@dataclass(frozen=True)
class Figure:
    """One figure: what it is called, how it is computed, and from which items."""

    name: str
    chinese: str
    english: str
    unit: str
    kind: Kind
    about: About  # line: of callers; seat: of seats and agents; case: of what seats did to cases
    formula: str
    formula_chinese: str
    top: line.Items
    bottom: line.Items | None = None
    is_rebuilt: bool = True  # False: what happened while the link was down is never learned
    marks: tuple[tuple[str, float, str], ...] = ()  # line, the least share, whose mark it is


@dataclass(frozen=True)
class Value:
    """A figure's value: None where there is nothing to divide by, which is neither 0 nor 100 %."""

    value: float | None
    top: float
    bottom: float | None
    items: int
    breakdown: dict[str, float]


def compute(figure: Figure, scope: Scope) -> Value:
    """The figure over the scope, not rounded."""
    items = figure.top(scope)
    top = float(sum(item.amount for item in items))
    bottom: float | None = None
    value: float | None = top
    if figure.kind == "rate" and figure.bottom:
        bottom = float(sum(item.amount for item in figure.bottom(scope)))
        value = top / bottom if bottom else None
    elif figure.kind == "mean":
        bottom = float(len(items))
        value = top / bottom if bottom else None
    elif figure.kind == "longest":
        value = top = max((item.amount for item in items), default=0.0)
        value = top if items else None
    return Value(value, top, bottom, len(items), breakdown(items))


def breakdown(items: list[Item]) -> dict[str, float]:
    """The amounts by what their items tell apart; empty where they tell nothing apart."""
    found: dict[str, float] = {}
    for item in items:
        if item.what:
            found[item.what] = found.get(item.what, 0.0) + item.amount
    return dict(sorted(found.items()))


def _line(name: str, chinese: str, english: str, unit: str, kind: Kind, *texts: str, top: line.Items,
          bottom: line.Items | None = None, marks: tuple[tuple[str, float, str], ...] = ()) -> Figure:  # fmt: skip
    return Figure(name, chinese, english, unit, kind, "line", *texts, top, bottom, marks=marks)


def _seat(name: str, chinese: str, english: str, unit: str, kind: Kind, *texts: str, top: line.Items,
          bottom: line.Items | None = None, is_rebuilt: bool = True, about: About = "seat") -> Figure:  # fmt: skip
    return Figure(
        name, chinese, english, unit, kind, about, *texts, top, bottom, is_rebuilt=is_rebuilt
    )


GB: Final = "GB/T 33358-2016"
NENA: Final = "NENA"
O: Final = Outcome

LINES: Final = (
    _line("arrived", "来电", "arrived", "calls", "count",
          "citizens' calls that arrived", "期间打入的来电", top=line.arrived),
    _line("before_queue", "未进队列", "never queued", "calls", "count",
          "arrived − offered", "来电 − 进队列", top=line.before_queue),
    _line("offered", "进队列", "offered", "calls", "count",
          "arrived calls that entered a queue", "来电中进入队列的", top=line.offered),
    _line("answered", "接通", "answered", "calls", "count",
          "offered calls that a seat answered", "进队列后有人接听的", top=line.having(O.ANSWERED)),
    _line("abandoned", "放弃", "abandoned", "calls", "count",
          "offered calls hung up in the queue, never answered; by seconds waited",
          "未接通,在队列中挂机的;按已等秒数分", top=line.abandoned),
    _line("abandoned_short", "速弃", "abandoned at once", "calls", "count",
          "abandoned calls that waited < 5 s", "放弃中等待不足 5 秒的", top=line.abandoned_short),
    _line("kept", "保留位置", "places kept", "calls", "count",
          "offered calls whose caller hung up to be rung back in turn",
          "未接通,选择保留位置等回拨的", top=line.having(O.KEPT)),
    _line("left", "离开队列", "left the queue", "calls", "count",
          "offered calls that left the queue alive, never answered; by why",
          "未接通,按键、超时或因队列关闭离开的;按原因分", top=line.left),
    _line("waiting", "正在等待", "waiting", "calls", "count",
          "offered − answered − abandoned − kept − left",
          "进队列 − 接通 − 放弃 − 保留位置 − 离开队列", top=line.having(O.WAITING)),
    _line("longest_waiting", "当前最长等待", "longest waiting now", "s", "longest",
          "max of the waits of those still waiting", "正在等待者等待的最大值",
          top=line.waits(O.WAITING)),
    _line("connected_rate", "接通率", "connected rate", "%", "rate",
          "answered ÷ (offered − waiting)", "接通 ÷ (进队列 − 正在等待)",
          top=line.having(O.ANSWERED), bottom=line.settled,
          marks=(("12345", 0.95, GB), ("110", 0.95, GB))),
    _line("abandoned_rate", "放弃率", "abandoned rate", "%", "rate",
          "abandoned ÷ (offered − waiting)", "放弃 ÷ (进队列 − 正在等待)",
          top=line.having(O.ABANDONED), bottom=line.settled),
    _line("within_10", "10 秒接通率", "answered within 10 s", "%", "rate",
          "answered with a wait ≤ 10 s ÷ (offered − waiting)",
          "等待 ≤ 10 秒的接通 ÷ (进队列 − 正在等待)",
          top=line.answered_within(10), bottom=line.settled),
    _line("within_15", "15 秒接通率", "answered within 15 s", "%", "rate",
          "answered with a wait ≤ 15 s ÷ (offered − waiting)",
          "等待 ≤ 15 秒的接通 ÷ (进队列 − 正在等待)",
          top=line.answered_within(15), bottom=line.settled, marks=(("110", 0.90, NENA),)),
    _line("within_20", "20 秒接通率", "answered within 20 s", "%", "rate",
          "answered with a wait ≤ 20 s ÷ (offered − waiting)",
          "等待 ≤ 20 秒的接通 ÷ (进队列 − 正在等待)",
          top=line.answered_within(20), bottom=line.settled, marks=(("110", 0.95, NENA),)),
    _line("mean_wait", "平均等待", "mean wait", "s", "mean",
          "sum of the waits of answered calls ÷ their number", "接通来电的等待之和 ÷ 其通数",
          top=line.waits(O.ANSWERED)),
    _line("longest_wait", "最长等待", "longest wait", "s", "longest",
          "max of the waits of all offered calls, answered or not",
          "所有进队列来电等待的最大值,不论接通与否", top=line.waits()),
    _line("mean_abandoned_wait", "放弃前平均等待", "mean wait of the abandoned", "s", "mean",
          "sum of the waits of abandoned calls ÷ their number", "放弃来电的等待之和 ÷ 其通数",
          top=line.waits(O.ABANDONED)),
    _line("abandoned_reached", "放弃后联系上", "abandoned, reached later", "calls", "count",
          "abandoned calls whose caller talked to a seat within 12 h, rung back or ringing again",
          "放弃后 12 小时内经回拨或再次来电与坐席通话的", top=line.abandoned_reached),
    _line("kept_reached", "保留位置已接通", "kept places, reached", "calls", "count",
          "kept places whose call-back came to a talk within 12 h",
          "保留位置后 12 小时内回拨并通话的", top=line.kept_reached),
    _line("kept_reached_rate", "回拨接通率", "kept places reached, rate", "%", "rate",
          "kept_reached ÷ kept", "保留位置已接通 ÷ 保留位置",
          top=line.kept_reached, bottom=line.having(O.KEPT)),
    _line("visits", "排队次数", "visits to queues", "times", "count",
          "stays in queues of the arrived calls; by outcome", "来电进队列的次数;按结果分",
          top=line.visits),
    _line("visits_again", "再次排队", "visits again", "times", "count",
          "visits after the first of the same call", "同一来电第一次以后的排队次数",
          top=line.visits_again),
    _line("abandoned_after_talk", "转接后放弃", "abandoned after a talk", "calls", "count",
          "answered calls that gave up in a queue they were put back into",
          "接通后又转入队列并在其中挂机的", top=line.abandoned_after_talk),
    _line("handed_over", "两线互转", "handed over", "times", "count",
          "hand-overs 12345 <-> 110 of the arrived calls; by direction and form",
          "来电在 12345 与 110 间互转的次数;按方向和方式分", top=line.handed_over),
    _line("outside", "外线接听", "answered outside", "calls", "count",
          "arrived calls that a number outside the centre answered", "由中心以外的号码接听的来电",
          top=line.outside),
    _line("voicemails", "留言", "voicemails", "calls", "count",
          "arrived calls that left a message; by why", "留下语音留言的来电;按原因分",
          top=line.voicemails),
    _line("progress_asked", "查询进度", "progress asked", "times", "count",
          "questions how a case stands; by whether it was told", "按键查询办理进度的次数;按是否告知分",
          top=line.progress_asked),
    _line("placed", "外拨", "calls placed", "calls", "count",
          "calls that we placed to citizens; by why", "中心拨给市民的电话;按原因分", top=line.placed),
    _line("known_in_part", "仅知部分", "known in part", "calls", "count",
          "calls whose arrival was told by nobody (yet)", "尚未得知其打入的来电",
          top=line.known_in_part),
)  # fmt: skip
SEATS: Final = (
    _seat("offers", "振铃", "offers", "times", "count",
          "phones that rang for a call", "坐席话机为来电振铃的次数",
          top=seat.offers, is_rebuilt=False),
    _seat("offers_missed", "振铃未接", "offers missed", "times", "count",
          "offers not picked up in time, or refused", "超时未接或拒接的振铃",
          top=seat.offers_missed, is_rebuilt=False),
    _seat("offers_withdrawn", "振铃撤回", "offers withdrawn", "times", "count",
          "offers that ended because the caller was gone or talked to another",
          "因市民挂机或他人接听而停止的振铃", top=seat.offers_withdrawn, is_rebuilt=False),
    _seat("missed_rate", "振铃未接率", "missed rate", "%", "rate",
          "offers_missed ÷ (offers − ringing now)", "振铃未接 ÷ (振铃 − 正在振铃)",
          top=seat.offers_missed, bottom=seat.offers_settled, is_rebuilt=False),
    _seat("parts", "接听", "parts answered", "parts", "count",
          "talks with citizens that came to a seat, each seat's part once; by how it came",
          "坐席接听的通话,每个坐席的一段计一次;按来源分", top=seat.parts),
    _seat("outbound", "外呼通话", "outbound talks", "parts", "count",
          "talks that a seat began", "坐席主动拨出并接通的通话", top=seat.outbound),
    _seat("mean_answer", "平均摘机", "mean time to pick up", "s", "mean",
          "sum of (answer − first ring of that phone) ÷ parts of which both are known",
          "(摘机 − 开始振铃)之和 ÷ 两者皆知的段数", top=seat.answer_seconds, is_rebuilt=False),
    _seat("talk", "通话时长", "talk", "s", "sum",
          "seconds of parts that lie in the period, holds included", "期间内的通话秒数,含保持",
          top=seat.talk_seconds),
    _seat("mean_talk", "平均通话", "mean talk", "s", "mean",
          "whole length of the parts that began in the period and are over ÷ their number",
          "期间开始且已结束的各段全长之和 ÷ 其段数", top=seat.talk_lengths),
    _seat("hold", "保持时长", "hold", "s", "sum",
          "seconds of holds that lie in the period", "期间内的保持秒数", top=seat.hold_seconds),
    _seat("wrap_up", "话后时长", "wrap-up", "s", "sum",
          "seconds in wrap-up that lie in the period", "期间内的话后处理秒数",
          top=seat.wrap_up_seconds),
    _seat("paused", "小休时长", "paused", "s", "sum",
          "seconds paused that lie in the period; by reason", "期间内的小休秒数;按原因分",
          top=seat.paused_seconds),
    _seat("signed_in", "签入时长", "signed in", "s", "sum",
          "seconds signed in that lie in the period; by state", "期间内的签入秒数;按状态分",
          top=seat.signed_in_seconds),
    _seat("occupancy", "占用率", "occupancy", "%", "rate",
          "(talk + wrap-up while signed in) ÷ (signed in − paused without a talk)",
          "签入期间(通话 + 话后) ÷ (签入 − 未通话的小休)", top=seat.busy, bottom=seat.there),
    _seat("transfers", "转出", "transfers", "parts", "count",
          "parts that passed the citizen on; by how and to what", "把市民转出的段数;按方式和去向分",
          top=seat.transfers),
    _seat("ratings", "评价", "ratings", "parts", "count",
          "parts that the citizen rated; by rating 1 to 4", "市民按键评价的段数;按 1 至 4 分",
          top=seat.ratings),
    _seat("satisfied_rate", "满意率", "satisfied", "%", "rate",
          "rated 1 or 2 ÷ ratings", "评 1 或 2 的 ÷ 评价", top=seat.satisfied, bottom=seat.ratings),
    _seat("direct_answers", "直接答复", "answered on the spot", "times", "count",
          "tickets that the seat closed at once by an answer", "坐席当即答复办结的工单",
          top=seat.moved("answer"), about="case"),
    _seat("direct_answer_rate", "直接答复率", "answered on the spot, rate", "%", "rate",
          "direct_answers ÷ (direct_answers + tickets that the seat filed)",
          "直接答复 ÷ (直接答复 + 坐席立案)", top=seat.moved("answer"),
          bottom=seat.moved("answer", "file"), about="case"),
    _seat("corrections", "更正类别", "category corrections", "times", "count",
          "items that the seat chose instead of the rules'", "坐席改正系统所判类别的次数",
          top=seat.moved("correct"), about="case"),
)  # fmt: skip
FIGURES: Final[dict[str, Figure]] = {figure.name: figure for figure in (*LINES, *SEATS)}
