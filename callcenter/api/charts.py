"""Figures as pictures: SVG, whose text names Chinese fonts of every common system in turn.

Nothing is fetched and no script runs in them.
"""

import re
from collections.abc import Mapping, Sequence

import pygal
from pygal.style import Style

FONTS = (
    "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, Microsoft YaHei, PingFang SC, "
    "SimHei, sans-serif"
)
COLOURS = ("#1d5fa8", "#c8501e", "#2e7d4f", "#8a4fa3", "#a37b00")
STYLE = Style(
    font_family=FONTS, background="#ffffff", plot_background="#ffffff", colors=COLOURS,
    label_font_size=12, major_label_font_size=12, title_font_size=16, legend_font_size=12,
    value_font_size=11,
)  # fmt: skip
WIDTH, BAR, FRAME = 900, 26, 120  # pixels
WIDER = 7  # pixels that a Chinese character of a label needs beyond what pygal reckons
NOT_NEEDED = re.compile(r"<script.*?</script>|<!--.*?-->", re.DOTALL)  # for hovering; the maker


def bars(title: str, values: Sequence[tuple[str, float | None]]) -> bytes:
    """Lying bars, the first on top, each with its value; none where there is no figure."""
    chart = pygal.HorizontalBar(
        style=STYLE, js=[], title=title, show_legend=False, print_values=True, width=WIDTH,
        height=FRAME + BAR * len(values), print_values_position="top", no_data_text="—",
        margin_left=WIDER * max((len(label) for label, _ in values), default=0), margin_right=40,
        range=(0, max([value or 0 for _, value in values] + [1])),
    )  # fmt: skip
    rows = list(reversed(values))
    chart.x_labels = [label for label, _ in rows]
    chart.add("", [value for _, value in rows], formatter=lambda value: f"{value:g}")
    return _svg(chart)


def lines(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> bytes:
    """A line each, over the same labels; a gap where there is no figure."""
    chart = pygal.Line(
        style=STYLE, js=[], title=title, width=WIDTH, height=420, x_label_rotation=35,
        legend_at_bottom=True, no_data_text="—", allow_interruptions=True, margin_right=60,
    )  # fmt: skip
    chart.x_labels = list(labels)
    for name, values in series.items():
        chart.add(name, list(values))
    return _svg(chart)


def _svg(chart: pygal.graph.graph.Graph) -> bytes:
    chart.uuid = "figures"  # else a random one: the same figures are the same picture
    return NOT_NEEDED.sub("", chart.render(is_unicode=True)).encode()
