"""The Bot API's error replies, in Telegram's own wording: bots match on it."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """Raised when a call fails; becomes the reply ``{"ok": false, "error_code": …, "description": …}``."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def reply(self) -> dict[str, Any]:
        """Return the reply's JSON object."""
        reply: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            reply["parameters"] = {"retry_after": self.retry_after}
        return reply


def bad_request(reason: str) -> ApiError:
    """The call itself is wrong: repeating it cannot help."""
    return ApiError(400, f"Bad Request: {reason}")


def conflict(reason: str) -> ApiError:
    """Two receivers of updates are in each other's way."""
    return ApiError(409, f"Conflict: {reason}")


UNAUTHORISED = (401, "Unauthorized")
"""A well-formed token that belongs to no bot."""
NOT_FOUND = (404, "Not Found")
"""A token that cannot be one."""
BLOCKED = (403, "Forbidden: bot was blocked by the user")
