"""A table in, the same table with more columns out; bad rows are told by number and left out."""

import os
from pathlib import Path

import pytest

from callcenter.commands.rows import SOME_ROWS_SKIPPED, Row, convert
from callcenter.errors import BadInputError


def lengthen(row: Row) -> Row:
    if not row["text"]:
        raise BadInputError("column 'text' is empty")
    return row | {"length": str(len(row["text"]))}


def converted(folder: Path, source: str | bytes) -> tuple[int, str]:
    """The exit code and the table that comes of a table."""
    path, target = folder / "in.csv", folder / "out.csv"
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    counts = convert(path, target, ["text"], ["length"], lengthen)
    return counts.exit_code, target.read_text(encoding="utf-8")


def test_every_row_gets_the_new_column_behind_its_own(tmp_path: Path) -> None:
    assert converted(tmp_path, "text,id\n路灯,1\n") == (0, "text,id,length\n路灯,1,2\n")


def test_byte_order_mark_quotes_and_line_breaks_are_read(tmp_path: Path) -> None:
    told = '\ufefftext\r\n"路,\n灯"\r\n'
    assert converted(tmp_path, told) == (0, 'text,length\n"路,\n灯",4\n')


def test_a_column_that_is_there_already_is_overwritten_in_its_place(tmp_path: Path) -> None:
    assert converted(tmp_path, "length,text\n9,灯\n") == (0, "length,text\n1,灯\n")


def test_a_bad_row_is_told_by_number_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, table = converted(tmp_path, "text,id\n灯,1\n,2\n灯,3,4\n灯,5\n")
    assert (code, table) == (SOME_ROWS_SKIPPED, "text,id,length\n灯,1,1\n灯,5,1\n")
    told = capsys.readouterr().err
    assert "row 2: column 'text' is empty\n" in told
    assert "row 3: has more or fewer fields than there are columns\n" in told
    assert "2 rows written" in told
    assert "2 bad rows skipped" in told


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("words\n灯\n", "in.csv has no column text; it has: words"),
        ("", "in.csv has no column text; it has: none"),
        ("a,文本,b\n", "in.csv has no column text; it has: a, b, 1 not in plain letters"),
        ("家里停水,13800000001\n", "in.csv has no column text; it has: 2 not in plain letters"),
        ("text,a,b,a\n", "in.csv: columns 2 and 4 have the same name; rename one"),
        ('text\n"灯\n', "in.csv, line 2: unexpected end of data; nothing was written"),
        ("text\n灯\n".encode("gbk"), "in.csv is no CSV file in UTF-8: not UTF-8 at byte 5"),
    ],
)
def test_what_is_no_such_table_is_refused_and_changes_nothing(
    tmp_path: Path, source: str | bytes, fault: str
) -> None:
    (tmp_path / "out.csv").write_text("as it was")
    with pytest.raises(BadInputError) as error:
        converted(tmp_path, source)
    assert error.value.message == fault
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_target_that_cannot_be_written_is_told_before_any_row_is_read(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("text\n灯\n", encoding="utf-8")
    for target in (tmp_path, tmp_path / "missing" / "out.csv"):
        with pytest.raises(BadInputError, match="name a file in a folder that is there"):
            convert(tmp_path / "in.csv", target, ["text"], ["length"], lengthen)


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("text\n灯\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link.csv", "pipe"):
        convert(tmp_path / "in.csv", tmp_path / name, ["text"], ["length"], lengthen)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "text,length\n灯,1\n"
    assert os.read(reader, 100).decode() == "text,length\n灯,1\n"
    assert (tmp_path / "pipe").is_fifo()
    os.close(reader)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        convert(tmp_path / "no.csv", tmp_path / "out.csv", ["text"], [], lengthen)
