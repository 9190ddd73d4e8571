"""Logging: our own lines to stderr, as text or JSON, and nothing in any line that somebody wrote or is called.

Our own messages are written so; what cannot be known is left out: libraries' lines below WARNING, what their messages
are filled with, and the messages of exceptions.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

OWN = ("bot", "engine", "__main__")
"""Loggers whose lines are ours; LOG_LEVEL is about them."""
SILENCED = ("httpx", "httpcore", "telegram")
"""httpx logs every URL, token included; telegram logs what it could not read, people's words included."""

_FILLED_IN = re.compile(r"""[\n<("'{\[]""")
"""Where a library's message that it filled in itself begins to quote."""


def configure(level: str, *, as_json: bool) -> None:
    """Write our log lines of ``level`` and above to stderr, and libraries' warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if as_json else _Text())
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelName(level)), handlers=[handler])
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Text(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line, and a line for each frame of an exception."""
        trace = _trace(record)
        line = f"{self.formatTime(record)} {record.levelname} {_message(record)}"
        return line if trace is None else f"{line}\n{trace}"


class _Json(logging.Formatter):
    """One JSON object a line: time, level, logger, message, then what ``extra={"fields": …}`` named, and the trace."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "fields", {}),
        }
        if (trace := _trace(record)) is not None:
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OWN:
        return record.getMessage()
    return _FILLED_IN.split(str(record.msg), maxsplit=1)[0].strip()


def _trace(record: logging.LogRecord) -> str | None:
    """Return where an exception came from, with those behind it, by kind and place alone."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None
    told = []
    while error is not None:
        told.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nand then\n".join(reversed(told))
