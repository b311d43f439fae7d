"""Logs: one line an event on standard error; what is a citizen's never gets there.

Keys that begin with `pii.` are replaced by a mark before anything is written, on every logger.
"""

import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

HIDDEN = "<pii>"
_FRAMES = 8  # of a traceback, the innermost


def hide_pii(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The event with every `pii.` value replaced; the key stays, so that its absence is seen."""
    return {key: HIDDEN if key.startswith("pii.") else value for key, value in event.items()}


def set_up_logs() -> None:
    """Plain lines for a person at a terminal, JSON lines elsewhere; from `CALLCENTER_LOG` up."""
    level = logging.getLevelNamesMapping().get(
        os.environ.get("CALLCENTER_LOG", "info").upper(), logging.INFO
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide_pii,
            _renderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    quiet = logging.StreamHandler(sys.stderr)
    quiet.setFormatter(_Wordless())
    logging.basicConfig(level=logging.WARNING, handlers=[quiet], force=True)


def tell_fault(fault: BaseException) -> None:
    """Log what ended the process and where, without its text, which may quote a citizen."""
    if isinstance(fault, BaseExceptionGroup):
        for part in fault.exceptions:
            tell_fault(part)
        return
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES:]
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    structlog.get_logger().critical("a fault of ours", error=type(fault).__name__, where=where)


class _Wordless(logging.Formatter):
    """Libraries' own loggers may quote what they carry: only who warns, and of what error."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0] if record.exc_info else None
        return f"{record.levelname} {record.name} {error.__name__ if error else ''}".rstrip()


def _renderer() -> Any:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(pad_event_to=30)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
