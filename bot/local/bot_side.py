"""The bot's side of the server: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.local.call import Call, read_call
from bot.local.errors import NOT_FOUND, UNAUTHORISED, ApiError
from bot.local.methods import check_parameters, find_method
from bot.local.state import LocalBotApi

Proceed: TypeAlias = Callable[[], Awaitable[Any]]
Intercept: TypeAlias = Callable[[Call, Proceed], Awaitable[Any]]
"""Stands around each call, for tests that inject faults: it may wait, or raise an `ApiError` or an `OtherReplyError`
before or after ``proceed()`` has carried the call out."""


class OtherReplyError(Exception):
    """Raised by an `Intercept` to answer with what no Bot API says: a proxy's page, or a reply that breaks off."""

    def __init__(self, response: Response) -> None:
        super().__init__("answered by something between the bot and the Bot API")
        self.response = response


_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")


def routes(api: LocalBotApi, intercept: Intercept | None) -> list[Route]:
    """Return the routes that a bot calls."""

    async def method(request: Request) -> Response:
        try:
            _check_token(api, request)
            result = await _traced(api, await _read(request), intercept)
        except ApiError as error:
            return JSONResponse(error.reply(), error.code, _retry_after(error))
        except OtherReplyError as other:
            return other.response
        return JSONResponse({"ok": True, "result": result})

    async def file(request: Request) -> Response:
        try:
            _check_token(api, request)
        except ApiError as error:
            return JSONResponse(error.reply(), error.code)
        found = api.files.find(request.path_params["file_id"])
        if found is None:
            return JSONResponse(ApiError(*NOT_FOUND).reply(), 404)
        return FileResponse(found.place, media_type="application/octet-stream")

    return [
        Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{folder}/{file_id}", file),
    ]


async def _read(request: Request) -> Call:
    return await read_call(request, request.path_params["method"])


async def _traced(api: LocalBotApi, call: Call, intercept: Intercept | None) -> Any:
    """Carry out a call and note it with its answer in the chat that it is about."""
    chat, began = api.concerned(call), time.perf_counter()  # before: an answered tap is forgotten
    try:
        result = await _carry_out(api, call, intercept)
    except ApiError as error:
        if chat is not None:
            chat.trace.note_call(call, error.reply(), time.perf_counter() - began)
        raise
    if chat is not None:
        chat.trace.note_call(call, {"ok": True, "result": result}, time.perf_counter() - began)
    return result


async def _carry_out(api: LocalBotApi, call: Call, intercept: Intercept | None) -> Any:
    method = find_method(call.method)
    check_parameters(method, call)

    async def proceed() -> Any:
        return await method.run(api, call)

    return await (intercept(call, proceed) if intercept else proceed())


def _check_token(api: LocalBotApi, request: Request) -> None:
    token = request.path_params["token"]
    if token != api.token:
        raise ApiError(*(UNAUTHORISED if _TOKEN.fullmatch(token) else NOT_FOUND))


def _retry_after(error: ApiError) -> dict[str, str]:
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
