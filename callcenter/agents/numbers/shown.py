"""Figures as they are shown: rounded half up, and nothing divided by nothing as nothing."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from callcenter.agents.numbers.figure import Figure, Mark, Value

DECIMALS: Final = {"count": 0, "sum": 0, "longest": 0, "mean": 1, "rate": 4}
NO_FIGURE: Final = "–"


def rounded(figure: Figure, value: float | None) -> float | int | None:
    """The value as the API gives it: rates are fractions with four decimals."""
    if value is None:
        return None
    places = DECIMALS[figure.kind]
    exact = half_up(value, places)
    return float(exact) if places else int(exact)


def text_of(figure: Figure, value: float | None) -> str:
    """The value as people read it, without its unit but for %: 95.1%, 12.5, 1:02:03."""
    if value is None:
        return NO_FIGURE
    if figure.kind == "rate":
        return f"{half_up(value * 100, 1)}%"
    if figure.kind == "sum" and figure.unit == "s":
        whole = int(half_up(value, 0))
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return str(half_up(value, DECIMALS[figure.kind]))


def half_up(value: float, places: int) -> Decimal:
    """The value with so many decimals; what a float means by its shortest writing is rounded."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def mark_on(figure: Figure, line: str | None) -> Mark | None:
    """The mark that somebody asks for on this line."""
    return next((mark for mark in figure.marks if mark.line == line), None)


def is_met(mark: Mark, value: Value) -> bool | None:
    """Whether the mark is met, before any rounding; None where there is no figure."""
    return None if value.value is None else value.value >= mark.share


def word_of(what: str) -> str:
    """A breakdown's word as people read it; reasons of pauses are people's own words."""
    return " ".join(CHINESE.get(part, part) for part in what.split(" "))


CHINESE: Final = {
    "answered": "接通", "abandoned": "放弃", "kept": "保留位置", "left": "离开", "waiting": "等待",
    "key": "按键", "timeout": "超时", "closed": "关闭", "unknown": "不明",
    "queue": "队列", "transfer": "转接", "three_way": "三方", "take_over": "班长接管",
    "outbound": "外呼", "kept_place": "保留位置回拨",
    "blind": "盲转", "attended": "询问转", "seat": "坐席", "outside": "外线",
    "direct": "直接", "asked": "市民要求", "night": "夜间", "overload": "超负荷",
    "told": "已告知", "not": "未", "ticket": "工单",
    "ready": "就绪", "paused": "小休", "wrap_up": "话后", "talking": "通话", "ringing": "振铃",
    "leaving": "签出中", "no_answer": "久振未接", "holiday": "节假日",
}  # fmt: skip
