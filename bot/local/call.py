"""One Bot API call, read from query string, form, JSON or multipart into named parameters and uploads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.local.errors import bad_request

MAX_BODY = 50 * 1024 * 1024
"""Bytes: the largest file that a bot may send."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A method's parameters; values are strings, or JSON values where the body was JSON."""

    method: str
    params: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    def text(self, name: str) -> str:
        """Return a string parameter; absent is the empty string, as for Telegram."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return an integer parameter."""
        value = self.params.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be an Integer, not {value!r}') from None

    def flag(self, name: str) -> bool:
        """Return a Boolean parameter, whichever way it is spelled."""
        return str(self.params.get(name, "")).lower() in {"true", "1", "yes"}

    def object(self, name: str) -> dict[str, Any]:
        """Return a nested object, sent as JSON or within it; empty when absent."""
        value = self._nested(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f'parameter "{name}" must be an Object')
        return value

    def array(self, name: str) -> list[Any]:
        """Return a nested array, sent as JSON or within it; empty when absent."""
        value = self._nested(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f'parameter "{name}" must be an Array')
        return value

    def _nested(self, name: str) -> Any:
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f'can\'t parse parameter "{name}" as JSON') from None

    def upload(self, name: str) -> Upload | None:
        """Return the file sent as ``name``, directly or by ``attach://``."""
        value = self.params.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            name = value.removeprefix("attach://")
        return self.uploads.get(name)


async def read_call(request: Request, method: str) -> Call:
    """Read the parameters of ``request``.

    Raises
    ------
    ApiError
        When the body is too large or is not the JSON object that its content type promises.
    """
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        raise bad_request("request entity is too large")
    params: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    if request.headers.get("content-type", "").startswith("application/json"):
        params |= await _json_object(request)
    else:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = await _read_upload(value)
                else:
                    params[name] = value
    return Call(method, params, uploads)


async def _json_object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("can't parse the body as a JSON object")
    return body


async def _read_upload(file: UploadFile) -> Upload:
    return Upload(file.filename or "file", file.content_type or "application/octet-stream", await file.read())
