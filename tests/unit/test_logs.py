"""Unit: nothing of a citizen's gets into the logs, on a terminal or in a file."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from callcenter.logs import HIDDEN, set_up_logs, tell_fault

NUMBER, WORDS = "13800000001", "南大街的路灯不亮"


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logs are the process's; the tests after these have their own."""
    before = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:], logging.root.level = before


@pytest.fixture(params=[io.StringIO, FakeTerminal])
def written(request, monkeypatch) -> io.StringIO:
    """What a process with logs set up writes on standard error."""
    monkeypatch.setattr(sys, "stderr", request.param())
    set_up_logs()
    return sys.stderr


def test_what_is_a_citizens_is_hidden_and_its_key_stays(written):
    structlog.get_logger().info("call arrived", call_id="n1-7.0", **{"pii.number": NUMBER})
    assert NUMBER not in written.getvalue()
    assert "pii.number" in written.getvalue()
    assert "n1-7.0" in written.getvalue()


def test_a_bound_logger_hides_it_too(written):
    structlog.get_logger().bind(**{"pii.words": WORDS}).warning("not understood")
    assert WORDS not in written.getvalue()
    assert "not understood" in written.getvalue()


@pytest.mark.parametrize(
    "value", [NUMBER, int(NUMBER), [NUMBER], {"number": NUMBER}, b"13800000001"]
)
def test_any_value_is_hidden(written, value):
    structlog.get_logger().info("call arrived", **{"pii.caller": value})
    assert NUMBER not in written.getvalue()


def test_a_library_that_quotes_what_it_carries_is_not_quoted(written):
    try:
        raise ValueError(f"could not insert {NUMBER}")
    except ValueError:
        logging.getLogger("some.library").exception("said %s", WORDS)
    assert written.getvalue() == "ERROR some.library ValueError\n"


def test_a_fault_that_ends_the_process_is_told_by_place_and_not_by_text(written):
    def fall_over() -> None:
        raise ValueError(f"could not insert {NUMBER}")

    try:
        fall_over()
    except ValueError as error:
        tell_fault(ExceptionGroup(WORDS, [error, ExceptionGroup("more", [KeyError(NUMBER)])]))
    told = written.getvalue()
    assert NUMBER not in told
    assert WORDS not in told
    assert "test_logs.py" in told
    assert "fall_over" in told
    assert "KeyError" in told


def test_a_library_that_only_chats_is_not_heard(written):
    logging.getLogger("some.library").info("said %s", WORDS)
    assert written.getvalue() == ""


def test_a_file_gets_one_json_object_a_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    set_up_logs()
    structlog.get_logger().info("call arrived", place="古陶镇", **{"pii.number": NUMBER})
    (line,) = sys.stderr.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["pii.number"]) == ("call arrived", "info", HIDDEN)
    assert "古陶镇" in line


@pytest.mark.parametrize(("level", "heard"), [("info", True), ("WARNING", False), ("loud", True)])
def test_the_level_is_a_setting(monkeypatch, level, heard):
    monkeypatch.setenv("CALLCENTER_LOG", level)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    set_up_logs()
    structlog.get_logger().info("call arrived")
    assert bool(sys.stderr.getvalue()) is heard
