"""Unit: a log file is read on from where it was left, whatever log rotation did meanwhile."""

import os

from callcenter.ami.logfiles import Bookmark, read_since


def test_a_file_is_read_on_from_where_it_was_left(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("a\nb\nhalf")
    lines, mark = read_since(path, Bookmark())
    assert lines == ["a", "b"]
    with path.open("a") as file:
        file.write("-written\nc\n")
    assert read_since(path, mark)[0] == ["half-written", "c"]


def test_nothing_new_is_nothing(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("a\n")
    _, mark = read_since(path, Bookmark())
    assert read_since(path, mark) == ([], mark)


def test_a_file_that_is_not_there_yet_is_empty(tmp_path):
    assert read_since(tmp_path / "queue_log", Bookmark()) == ([], Bookmark())


def test_a_rotated_file_is_finished_before_the_new_one(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("a\n")
    _, mark = read_since(path, Bookmark())
    with path.open("a") as file:
        file.write("b\n")
    os.rename(path, tmp_path / "queue_log.1")
    path.write_text("c\nd\n")
    lines, mark = read_since(path, mark)
    assert lines == ["b", "c", "d"]
    assert read_since(path, mark)[0] == []


def test_a_truncated_file_is_read_from_its_beginning(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("a\nb\n")
    _, mark = read_since(path, Bookmark())
    path.write_text("c\n")
    assert read_since(path, mark)[0] == ["c"]


def test_files_rotated_more_than_once_are_all_read_oldest_first(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("a\n")
    _, mark = read_since(path, Bookmark())
    for number, (name, line) in enumerate([("queue_log.2", "b"), ("queue_log.1", "c")]):
        with path.open("a") as file:
            file.write(f"{line}\n")
        os.rename(path, tmp_path / name)
        os.utime(tmp_path / name, (number, number))  # rotated in this order
    (tmp_path / "queue_log.3.gz").write_bytes(b"\x1f\x8b packed long ago")
    path.write_text("d\n")
    assert read_since(path, mark)[0] == ["b", "c", "d"]


def test_where_the_marked_file_is_gone_all_that_is_left_is_read(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("a\n")
    _, mark = read_since(path, Bookmark())
    (tmp_path / "queue_log.1").write_text("b\n")
    os.replace(tmp_path / "queue_log.1", tmp_path / "queue_log-20261121")
    kept = tmp_path / "kept"  # so that the new file cannot get the old one's inode
    os.rename(path, kept)
    path.write_text("c\n")
    kept.rename(tmp_path / "elsewhere")
    assert read_since(path, mark)[0] == ["b", "c"]
