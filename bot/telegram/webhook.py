"""Receiving by webhook: Telegram posts each update, and hears 200 only once that is committed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram.error import BadRequest, TelegramError

from bot.errors import UserError, place
from bot.sealing import Seals
from bot.service import Service
from bot.store import facts
from bot.store.database import Store
from bot.telegram.api import BotApi
from bot.telegram.connection import patiently
from bot.telegram.courtesies import Courtesies
from bot.telegram.transport import parse_json
from bot.telegram.updates import WANTED, decode, update_id

logger = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Bytes of an update: the longest text that a person can write, with all that may hang on it, is a tenth of that."""
MAX_WAITING = 2000
"""Updates in hand at once; who posts more is told to come again."""
MAX_CONNECTIONS = 100
"""Updates that Telegram posts at once: the most that it offers, since committing many costs little more than one."""

_SECRET_HEADER = "x-telegram-bot-api-secret-token"
_FACT = "webhook"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts to, and what it proves itself with there."""

    url: str
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """The path of the URL."""
        return unquote(urlsplit(self.url).path)

    @property
    def fingerprint(self) -> str:
        """What tells this webhook from every other without telling the secret."""
        return hashlib.sha256(f"{self.url}\n{self.secret}".encode()).hexdigest()


def secret_of(token: str) -> str:
    """Return the secret where none is set: the same for all workers, and telling nothing about the token."""
    return hmac.new(token.encode(), b"webhook secret", hashlib.sha256).hexdigest()


class WebhookInbox:
    """Takes what Telegram posts to the service.

    Attributes
    ----------
    route : Route
        To be served where the webhook's URL leads; updates are taken from the first moment on.
    """

    def __init__(self, api: BotApi, service: Service, store: Store, webhook: Webhook, seals: Seals) -> None:
        self._api = api
        self._service = service
        self._store = store
        self._webhook = webhook
        self._seals = seals
        self._secret = webhook.secret.encode()
        self._courtesies = Courtesies(api)
        self._in_hand = 0
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.route = Route(webhook.path, self._receive, methods=["POST"])

    async def run(self) -> None:
        """Have updates posted until `stop`, and return once those in hand are committed.

        Raises
        ------
        WrongTokenError
            Where Telegram does not know the token.
        UserError
            Where it does not take the URL.
        """
        await self._register()
        await self._stopping.wait()
        await self._idle.wait()
        await self._courtesies.finish()

    def stop(self) -> None:
        """Take no more; Telegram keeps what it cannot deliver, for another worker or for later."""
        self._stopping.set()

    # -- telling Telegram where to post ---------------------------------------------------------------------------

    async def _register(self) -> None:
        """Set the webhook where Telegram has another; it does not tell the secret, so we remember that."""
        known = await self._store.step(partial(facts.read, name=_FACT))
        if known == self._webhook.fingerprint and await self._is_set():
            return
        parameters = {
            "url": self._webhook.url,
            "secret_token": self._webhook.secret,
            "max_connections": MAX_CONNECTIONS,
            "allowed_updates": WANTED,
            "drop_pending_updates": False,
        }
        if refusal := await patiently(partial(self._set, parameters)):
            raise UserError(
                f"WEBHOOK_URL: Telegram refuses it ({refusal}); "
                "right would be a public https:// address that leads to this process, such as "
                "https://bot.example.org/telegram"
            )
        await self._store.step(partial(facts.write, name=_FACT, value=self._webhook.fingerprint))

    async def _is_set(self) -> bool:
        try:
            info = await self._api.call("getWebhookInfo", {})
        except TelegramError:
            return False  # setting it again does no harm, and says what is wrong
        match info:
            case {"url": self._webhook.url, "max_connections": int(most), "allowed_updates": list(kinds)}:
                refused = "401" in str(info.get("last_error_message"))  # it may have a secret that nobody remembers
                return most == MAX_CONNECTIONS and set(map(str, kinds)) == set(WANTED) and not refused
        return False

    async def _set(self, parameters: Mapping[str, object]) -> str | None:
        """Set the webhook, and return in Telegram's words why it must not be."""
        try:
            await self._api.call("setWebhook", parameters)
        except BadRequest as error:
            return error.message
        return None

    # -- being posted to ------------------------------------------------------------------------------------------

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return _refusal(401, "wrong secret token")
        if self._stopping.is_set() or self._in_hand >= MAX_WAITING:
            return _refusal(503, "come again")
        self._in_hand += 1
        self._idle.clear()
        try:
            return await self._take(request)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    async def _take(self, request: Request) -> Response:
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return _refusal(413, "too large for an update")
        raw = parse_json(body)
        if update_id(raw) is None:
            return _refusal(400, "not an update")
        return await self._commit(raw)

    async def _commit(self, raw: Mapping[str, Any]) -> Response:
        self._courtesies.answer(raw)
        if (update := decode(raw, self._seals)) is not None:
            try:
                await self._service.handle([update])
            except Exception as error:
                logger.error("an update could not be taken in (%s); Telegram will post it again", place(error))  # noqa: TRY400
                return _refusal(500, "come again")
        return Response()


async def _read(request: Request) -> bytes | None:
    """Return the body of a request, or None where it is too large, whatever it says of itself."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _refusal(status: int, words: str) -> Response:
    """Answer, and hang up: what may remain of the request is not read."""
    return PlainTextResponse(f"{words}\n", status, {"Connection": "close"})
