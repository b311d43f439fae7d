"""Tables as CSV and XLSX. What a citizen or a clerk wrote never becomes a formula.

A text that a spreadsheet would take for a formula (it begins with = + - @, or with a control
character that is skipped before one) is told to be a text: by a leading ' in CSV, by the cell's
type in XLSX. Source: OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter
from fastapi import Response

FORMULA = tuple("=+-@")
FIRST_PRINTED = " "  # what comes before it in Unicode is control
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 14  # characters of a column

Table = Sequence[Sequence[object]]  # its first row names the columns


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [harmless(one) for one in row] for row in rows
    )
    return "\ufeff" + text.getvalue()


def xlsx_bytes(tables: Mapping[str, Table]) -> bytes:
    """A workbook with a sheet for each table, by their names."""
    found = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(found, options) as book:
        bold = book.add_format({"bold": True})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(0, len(rows[0]) - 1), WIDTH)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    _write(sheet, place, column, value, None if place else bold)
    return found.getvalue()


def harmless(value: object) -> object:
    """A text that is no formula; anything but a text is as it was."""
    if not isinstance(value, str) or not value:
        return value
    is_dangerous = value.startswith(FORMULA) or value[0] < FIRST_PRINTED or value[0] == "\x7f"
    return f"'{value}" if is_dangerous or value.lstrip().startswith(FORMULA) else value


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """The rows as a file to keep."""
    return _file(f"{name}.csv", csv_text(rows).encode(), "text/csv; charset=utf-8")


def xlsx_answer(name: str, tables: Mapping[str, Table]) -> Response:
    """The tables as a workbook to keep."""
    return _file(f"{name}.xlsx", xlsx_bytes(tables), XLSX)


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, form: object
) -> None:
    if value is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool | str):
        sheet.write_string(row, column, str(value), form)
    else:
        sheet.write_number(row, column, value, form)


def _file(name: str, content: bytes, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
