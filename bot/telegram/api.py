"""The Bot API's methods: the few that the bot calls all the time by the shortest way, the others by the library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import orjson
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from yarl import URL

from bot.telegram.transport import READ_SECONDS, Files, InvalidReplyError, Transport, api_transport, parse_json

CONNECTIONS = 32
"""Calls under way at once: some 30 messages a second at 100 ms each need a handful, slow networks more."""

Parameters: TypeAlias = Mapping[str, object]
"""A method's parameters: texts as they are, all else as what JSON writes for it."""


class BotApi:
    """A bot's side of the Bot API, between `open` and `close`.

    Attributes
    ----------
    bot : telegram.Bot
        The library's client, for what is called rarely: it makes an object of everything it gets.
    """

    def __init__(self, token: str, api_url: str) -> None:
        self._base = f"{api_url}/bot{token}"
        self._files = f"{api_url}/file/bot{token}"
        self._addresses: dict[str, URL] = {}
        self._calls = api_transport(api_url, CONNECTIONS)
        # a connection of its own: polling takes it for good, and must never wait behind messages
        self._polling = api_transport(api_url, 1)
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._calls,
            get_updates_request=self._polling,
        )

    async def open(self) -> None:
        """Open the connections and ask Telegram who the bot is; raises `TelegramError`, and may be tried again."""
        refused = False
        try:
            await self.bot.initialize()
        except InvalidToken:
            refused = True
        if refused:  # in words of our own: the library's hold the token
            raise InvalidToken("the token is refused")

    async def call(
        self, method: str, parameters: Parameters, files: Files | None = None, seconds: float = READ_SECONDS
    ) -> Any:
        """Call a method, whose answer may take so many seconds, and return the result as it came.

        Raises
        ------
        TelegramError
            Of the library's kinds, by the same rules.
        """
        return await self._post(self._calls, method, parameters, files or {}, seconds)

    async def poll(self, parameters: Parameters, seconds: float) -> Any:
        """Call getUpdates, whose answer may take so many seconds; see `call`."""
        return await self._post(self._polling, "getUpdates", parameters, {}, seconds)

    async def download(self, file_id: str, target: Path) -> None:
        """Get a file that somebody sent; raises `TelegramError`, where it is larger than a bot may get as well."""
        found = await self.call("getFile", {"file_id": file_id})
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str):
            raise InvalidReplyError
        status = await self._calls.download(URL(f"{self._files}/{path}"), target)
        if status != 200:
            raise NetworkError(f"HTTP {status}")

    async def close(self) -> None:
        """Close all connections."""
        await self._calls.shutdown()
        await self._polling.shutdown()

    async def _post(self, transport: Transport, method: str, parameters: Parameters, files: Files, read: float) -> Any:
        url = self._addresses.get(method) or self._addresses.setdefault(method, URL(f"{self._base}/{method}"))
        status, payload = await transport.send(url, _texts(parameters), files, read)
        reply = parse_json(payload)
        if not 200 <= status <= 299:
            raise _failure(status, reply)
        if not isinstance(reply, dict) or "result" not in reply:
            raise InvalidReplyError
        return reply["result"]


def _texts(parameters: Parameters) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in parameters.items()
    }


_KINDS: Mapping[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


def _failure(status: int, reply: object) -> TelegramError:
    """Return what a refusal means; everything that another try may mend is a `NetworkError`."""
    match reply:
        case {"parameters": {"retry_after": int(wait)}}:
            return RetryAfter(wait)
        case {"description": str(description)}:
            return _KINDS.get(status, NetworkError)(description)
    return NetworkError(f"HTTP {status}")  # not Telegram's own words, but of something on the way there
