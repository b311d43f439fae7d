"""The one table of figures: page, API, documents and export all come from it.

docs/evaluation.md holds the same table for people, and a test holds the two together.
"""

from typing import Final

from callcenter.tickets.evaluation.figure import Figure


def _count(
    name: str,
    chinese: str,
    english: str,
    formula: str,
    formula_chinese: str,
    *,
    unit: str = "tickets",
    of_units: bool = True,
) -> Figure:
    return Figure(
        name, chinese, english, unit, "count", formula, formula_chinese, name, of_units=of_units
    )


def _rate(
    name: str,
    chinese: str,
    english: str,
    formula: str,
    formula_chinese: str,
    top: str,
    bottom: str,
    *,
    of_units: bool = True,
) -> Figure:
    return Figure(
        name, chinese, english, "%", "rate", formula, formula_chinese, top, bottom, of_units
    )


def _mean(
    name: str,
    chinese: str,
    english: str,
    formula: str,
    formula_chinese: str,
    top: str,
    *,
    of_units: bool = True,
) -> Figure:
    return Figure(
        name, chinese, english, "s", "mean", formula, formula_chinese, top, of_units=of_units
    )


COUNTS: Final = (
    _count("opened", "上报", "opened", "tickets opened", "期间新建的案卷", of_units=False),
    _count(
        "taken", "受理", "taken in", "first moves file or answer",
        "立案的与当即答复的", of_units=False,
    ),
    _count(
        "taken_in_time", "按时受理", "taken in in time", "taken within the limit `take` of opening",
        "自上报起在受理时限内受理的", of_units=False,
    ),
    _count("filed", "立案", "filed", "moves file", "立案的", of_units=False),
    _count(
        "filed_in_time", "按时立案", "filed in time", "filed within the limit `file` of opening",
        "自上报起在立案时限内立案的", of_units=False,
    ),
    _count(
        "filed_rightly", "准确立案", "filed rightly",
        "filed, and not discarded, declined or put under another item until `as_of`",
        "立案后至截至时刻未作废、未不予受理、未更正类别的", of_units=False,
    ),
    _count(
        "to_dispatch", "应派遣", "to be dispatched",
        "dispatched + waiting past the limit `dispatch` when the period ends",
        "派遣 + 期末逾派遣时限仍未派遣的",
    ),
    _count("dispatched", "派遣", "dispatched", "moves dispatch", "派遣的"),
    _count(
        "dispatched_in_time", "按时派遣", "dispatched in time",
        "dispatched within the limit `dispatch`", "在派遣时限内派遣的",
    ),
    _count(
        "dispatched_rightly", "准确派遣", "dispatched rightly",
        "dispatched, and neither forwarded nor its return upheld until `as_of`",
        "派遣后至截至时刻未转派、未退单成立的",
    ),
    _count(
        "sent", "派到", "sent to units", "moves dispatch, forward and escalate, for who receives",
        "派遣、转派、上报到本单位的", unit="times",
    ),
    _count(
        "to_respond", "应响应", "to be responded to",
        "responded + waiting past the limit `respond` when the period ends",
        "响应 + 期末逾响应时限仍未响应的",
    ),
    _count("responded", "响应", "responded", "sent, then accepted or returned", "接单或退单的"),
    _count(
        "responded_in_time", "按时响应", "responded in time",
        "responded within the limit `respond`", "在响应时限内接单或退单的",
    ),
    _count(
        "to_handle", "应处置", "to be handled",
        "handled + unhandled_overdue + passed_on_late", "处置 + 超期未处置 + 超期移交",
    ),
    _count("handled", "处置", "handled", "reports of units", "承办单位反馈的"),
    _count(
        "handled_in_time", "按期处置", "handled in time", "reported by the deadline",
        "在处置时限内反馈的",
    ),
    _count(
        "handled_late", "超期处置", "handled late", "reported after the deadline",
        "逾处置时限反馈的",
    ),
    _count(
        "unhandled", "未处置", "unhandled", "with a unit when the period ends",
        "期末在承办单位未反馈的",
    ),
    _count(
        "unhandled_overdue", "超期未处置", "unhandled and overdue",
        "unhandled, with the deadline past", "未处置中已逾处置时限的",
    ),
    _count(
        "passed_on_late", "超期移交", "passed on late",
        "forwarded or escalated after the deadline, for who passed it on",
        "逾处置时限后转派或上报的",
    ),
    _count(
        "to_verify", "应核查", "to be verified",
        "verified + waiting past the limit `verify` when the period ends",
        "核查 + 期末逾核查时限仍未核查的",
    ),
    _count("verified", "核查", "verified", "moves verify and reject", "核查通过与不通过的"),
    _count(
        "verified_in_time", "按期核查", "verified in time",
        "verified within the limit `verify` of the report", "自反馈起在核查时限内核查的",
    ),
    _count(
        "to_close", "应结案", "to be closed",
        "closed + open past the limit `close` when the period ends",
        "结案 + 期末逾结案时限仍未结案的",
    ),
    _count("closed", "结案", "closed", "moves close", "结案的"),
    _count(
        "closed_in_time", "按期结案", "closed in time", "closed within the limit `close`",
        "在结案时限内结案的",
    ),
    _count(
        "closed_late", "超期结案", "closed late", "closed after the limit `close`",
        "逾结案时限结案的",
    ),
    _count(
        "unclosed", "未结案", "not closed", "filed or reopened, and open when the period ends",
        "期末已立案或重办而未结案的",
    ),
    _count("declined", "不予受理", "declined", "moves decline", "不予受理的"),
    _count("discarded", "作废", "discarded", "moves discard", "作废的"),
    _count("merged", "并单", "merged", "moves merge", "并入其他案卷的", unit="times"),
    _count(
        "reworked", "返工", "done again", "moves reopen and reject", "重办与核查不通过的",
        unit="times",
    ),
    _count("returned", "回退", "returned", "moves return", "退单的", unit="times"),
    _count("extended", "延期", "extended", "moves grant_extension", "同意延期的", unit="times"),
    _count("suspended", "挂账", "suspended", "moves suspend", "挂账的", unit="times"),
    _count(
        "answered", "当即办理", "answered on the spot", "moves answer", "直接答复办结的",
        of_units=False,
    ),
    _count(
        "forwarded", "转办", "passed on", "moves forward and escalate, for who passed it on",
        "转派与上报上级的", unit="times",
    ),
    _count("joined", "协办", "shares asked for", "moves join", "加入协办单位的", unit="times"),
    _count("supervised", "督办", "supervised", "moves supervise", "督办的", unit="times"),
    _count("urged", "催办", "urged", "moves urge", "催办的", unit="times"),
    _count(
        "called_back", "回访", "called back", "ratings given when called back", "回访得到评价的",
        unit="times",
    ),
    _count("very_satisfied", "非常满意", "very satisfied", "rated 1", "评 1 的", unit="times"),
    _count("satisfied", "满意", "satisfied", "rated 2", "评 2 的", unit="times"),
    _count("fair", "一般", "fair", "rated 3", "评 3 的", unit="times"),
    _count("dissatisfied", "不满意", "dissatisfied", "rated 4", "评 4 的", unit="times"),
    _count(
        "solved", "已解决", "solved", "called back and told solved", "回访称已解决的",
        unit="times",
    ),
)  # fmt: skip

RATES: Final = (
    _rate(
        "taken_in_time_rate", "按时受理率", "taken in in time, rate", "taken_in_time ÷ taken",
        "按时受理 ÷ 受理", "taken_in_time", "taken", of_units=False,
    ),
    _rate(
        "filed_in_time_rate", "按时立案率", "filed in time, rate", "filed_in_time ÷ filed",
        "按时立案 ÷ 立案", "filed_in_time", "filed", of_units=False,
    ),
    _rate(
        "filed_rightly_rate", "准确立案率", "filed rightly, rate", "filed_rightly ÷ filed",
        "准确立案 ÷ 立案", "filed_rightly", "filed", of_units=False,
    ),
    _rate(
        "dispatched_in_time_rate", "按期派遣率", "dispatched in time, rate",
        "dispatched_in_time ÷ to_dispatch", "按时派遣 ÷ 应派遣",
        "dispatched_in_time", "to_dispatch",
    ),
    _rate(
        "dispatched_rightly_rate", "准确派遣率", "dispatched rightly, rate",
        "dispatched_rightly ÷ to_dispatch", "准确派遣 ÷ 应派遣",
        "dispatched_rightly", "to_dispatch",
    ),
    _rate(
        "response_rate", "响应率", "response rate", "responded_in_time ÷ to_respond",
        "按时响应 ÷ 应响应", "responded_in_time", "to_respond",
    ),
    _rate(
        "handled_rate", "处置率", "handled, rate", "handled ÷ to_handle", "处置 ÷ 应处置",
        "handled", "to_handle",
    ),
    _rate(
        "handled_in_time_rate", "按期处置率", "handled in time, rate",
        "handled_in_time ÷ to_handle", "按期处置 ÷ 应处置", "handled_in_time", "to_handle",
    ),
    _rate(
        "unhandled_overdue_rate", "超期未处置率", "unhandled and overdue, rate",
        "unhandled_overdue ÷ to_handle", "超期未处置 ÷ 应处置", "unhandled_overdue", "to_handle",
    ),
    _rate(
        "verified_in_time_rate", "按期核查率", "verified in time, rate",
        "verified_in_time ÷ to_verify", "按期核查 ÷ 应核查", "verified_in_time", "to_verify",
    ),
    _rate(
        "closed_rate", "结案率", "closed, rate", "closed ÷ to_close", "结案 ÷ 应结案",
        "closed", "to_close",
    ),
    _rate(
        "closed_in_time_rate", "按期结案率", "closed in time, rate",
        "closed_in_time ÷ to_close", "按期结案 ÷ 应结案", "closed_in_time", "to_close",
    ),
    _rate(
        "closed_late_rate", "超期结案率", "closed late, rate", "closed_late ÷ to_close",
        "超期结案 ÷ 应结案", "closed_late", "to_close",
    ),
    _rate(
        "rework_rate", "返工率", "done again, rate",
        "to_close of which the handling was rejected or the ticket reopened ÷ to_close",
        "应结案中核查不通过或重办的 ÷ 应结案", "to_close_again", "to_close",
    ),
    _rate(
        "return_rate", "退单率", "returned, rate", "sent, and returned until `as_of` ÷ sent",
        "派到后至截至时刻退单的 ÷ 派到", "sent_returned", "sent",
    ),
    _rate(
        "extension_rate", "延期率", "extended, rate",
        "to_handle with an extension granted ÷ to_handle", "应处置中同意过延期的 ÷ 应处置",
        "to_handle_extended", "to_handle",
    ),
    _rate(
        "solution_rate", "解决率", "solved, rate", "solved ÷ called_back", "已解决 ÷ 回访",
        "solved", "called_back",
    ),
    _rate(
        "satisfaction_rate", "满意率", "satisfied, rate",
        "(very_satisfied + satisfied) ÷ called_back", "(非常满意 + 满意) ÷ 回访",
        "content", "called_back",
    ),
    _rate(
        "answered_rate", "直接答复率", "answered on the spot, rate", "answered ÷ taken",
        "当即办理 ÷ 受理", "answered", "taken", of_units=False,
    ),
)  # fmt: skip

MEANS: Final = (
    _mean(
        "mean_taking", "平均受理时长", "mean time to take in",
        "sum of (taken − opened) ÷ taken", "(受理 − 上报)之和 ÷ 受理", "taken_seconds",
        of_units=False,
    ),
    _mean(
        "mean_handling", "平均处置时长", "mean time to handle",
        "sum of (reported − sent, less suspended) ÷ handled", "(反馈 − 派到 − 挂账)之和 ÷ 处置",
        "handled_seconds",
    ),
)  # fmt: skip

FIGURES: Final = {figure.name: figure for figure in (*COUNTS, *RATES, *MEANS)}
LISTS: Final = frozenset(
    name for figure in FIGURES.values() for name in (figure.top, figure.bottom) if name
)
