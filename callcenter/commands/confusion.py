"""The confusion table of an evaluation, as aligned text and as a picture.

A row is what texts are about, a column what they were sorted to. The picture is an SVG of our own
making: it stays sharp, is text that can be searched, and takes its Chinese from the viewer's fonts.
Source: decision record 0016.
"""

import io
from collections.abc import Sequence
from html import escape

from rich.console import Console
from rich.table import Table

from callcenter.classify.evaluate import NO_LABEL, Scores

NOTHING = "（无）"  # the name of the column of texts for which nothing spoke
CELL, LETTER, GAP = 34, 14, 8  # pixels: a cell's side, a Chinese letter, a space
FONTS = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
PALE, DEEP = (247, 250, 252), (20, 90, 130)  # no text, and all texts, of a row
DARK_FROM = 0.65  # part of its row from which a cell's figure is white


def as_text(scores: Scores) -> str:
    """The measures of each label and the confusion table, for a terminal of any width."""
    return "\n".join(
        [_rendered(_measures(scores)), _overall(scores), "", _rendered(_counts(scores))]
    )


def as_svg(scores: Scores) -> str:
    """The confusion table as a picture: the deeper a cell's colour, the more of its row."""
    rows, columns = list(scores.labels), _columns(scores)
    left = GAP * 2 + LETTER * max(map(len, rows)) + LETTER * 2
    top = GAP * 2 + LETTER * max(len(_shown(one)) for one in columns) + LETTER * 2
    width, height = left + CELL * len(columns) + GAP, top + CELL * len(rows) + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="{escape(FONTS)}" font-size="{LETTER - 1}">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{left}" y="{LETTER + 2}" fill="#555">判为 →</text>',
        f'<text x="{GAP}" y="{top - GAP}" fill="#555">实为 ↓</text>',
        *(_column_name(_shown(one), left + CELL * n, top) for n, one in enumerate(columns)),
        *(_row_name(one, left, top + CELL * n) for n, one in enumerate(rows)),
    ]
    for down, truth in enumerate(rows):
        for across, guess in enumerate(columns):
            count = scores.confusion.get((truth, guess), 0)
            at = (left + CELL * across, top + CELL * down)
            parts.append(_cell(at, truth, guess, count, scores.labels[truth].support))
    return "\n".join([*parts, "</svg>", ""])


def _columns(scores: Scores) -> list[str]:
    """The labels that occur, then others that were guessed, then none at all."""
    guessed = {guess for _, guess in scores.confusion} - set(scores.labels)
    others = sorted(guessed - {NO_LABEL})
    return [*scores.labels, *others, *([NO_LABEL] if NO_LABEL in guessed else [])]


def _shown(label: str) -> str:
    return label or NOTHING


def _measures(scores: Scores) -> Table:
    table = _table("标签", "精确率", "召回率", "F1", "条数")
    for label, one in scores.labels.items():
        measures = (f"{value:.3f}" for value in (one.precision, one.recall, one.f1))
        table.add_row(label, *measures, str(one.support))
    return table


def _overall(scores: Scores) -> str:
    return (
        f"准确率 accuracy {scores.accuracy:.4f}   macro-F1 {scores.macro_f1:.4f}   "
        f"前三 top-3 {scores.top3:.4f}   条数 {scores.texts}"
    )


def _counts(scores: Scores) -> Table:
    """Columns bear numbers, for names would make them too wide."""
    columns = _columns(scores)
    table = _table("实为 \\ 判为", *(str(number + 1) for number in range(len(columns))))
    for number, guess in enumerate(columns):
        counts = [scores.confusion.get((guess, one), 0) for one in columns]
        table.add_row(f"{number + 1} {_shown(guess)}", *(str(count or "·") for count in counts))
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _rendered(table: Table) -> str:
    """The table as lines whose Chinese letters are counted as two columns wide."""
    out = io.StringIO()
    Console(file=out, width=10_000, color_system=None, markup=False, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _column_name(name: str, x: int, top: int) -> str:
    """Written from bottom to top."""
    x, y = x + CELL // 2 + LETTER // 3, top - GAP
    return f'<text transform="translate({x} {y}) rotate(-90)">{escape(name)}</text>'


def _row_name(name: str, left: int, y: int) -> str:
    y += CELL // 2 + LETTER // 3
    return f'<text x="{left - GAP}" y="{y}" text-anchor="end">{escape(name)}</text>'


def _cell(at: tuple[int, int], truth: str, guess: str, count: int, of: int) -> str:
    x, y = at
    part = count / of if of else 0.0
    outline = ' stroke="#c0392b" stroke-width="1.5"' if truth == guess else ""
    told = escape(f"{truth} → {_shown(guess)}: {count} / {of}")
    square = (
        f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" '
        f'fill="{_colour(part)}"{outline}/>'
    )
    ink = "#fff" if part >= DARK_FROM else "#222"
    figure = (
        f'<text x="{x + CELL // 2}" y="{y + CELL // 2 + 4}" text-anchor="middle" '
        f'font-size="{LETTER - 3}" fill="{ink}">{count}</text>'
    )
    return f"<g><title>{told}</title>{square}{figure if count else ''}</g>"


def _colour(part: float) -> str:
    mixed: Sequence[int] = [
        round(pale + (deep - pale) * part) for pale, deep in zip(PALE, DEEP, strict=True)
    ]
    return "#" + "".join(f"{one:02x}" for one in mixed)
