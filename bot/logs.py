"""Logging: our own lines to stderr, and silence from libraries that would write tokens or messages."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

SILENCED = ("httpx", "httpcore", "telegram")
"""httpx logs every URL, token included; telegram logs what it could not read, people's words included."""
QUIETENED = ("alembic", "uvicorn", "asyncio")
"""What these do while all is well is nobody's news."""


def configure(level: str, *, as_json: bool) -> None:
    """Write log lines of ``level`` and above to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in QUIETENED:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
