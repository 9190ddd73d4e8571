"""Telegram and the people in one process: a Bot API on loopback whose every chat taps away by itself.

``python -m tests.benchmarks.load_server`` prints its URL as a line of JSON and obeys the lines it reads: "begin" lets
the people write, "reset" forgets what was counted, "report" and "state" print a line of JSON. It ends with its input.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import orjson
import typer
import uvloop

from tests.benchmarks.crowd import Crowd, Habits, chat_of
from tests.benchmarks.raw_http import Answering, Calling

BOT = {"id": 4_200_000_042, "is_bot": True, "first_name": "Survey", "username": "survey_bot"}
ABOUT_BOT = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
PHOTO_SIZES = ((90, 51), (320, 180), (800, 450), (1280, 720))

MOST_UPDATES = 100
"""In one answer of getUpdates."""
MOST_CONNECTIONS = 40
"""Of the webhook, unless setWebhook says otherwise."""
POST_AGAIN_SECONDS = 0.3
"""After a webhook refused an update."""
RETRY_AFTER = 30
"""What the throttled chat asks to wait."""

Params: TypeAlias = Mapping[str, Any]

OK = b'{"ok":true,"result":%b}'
TRUE = OK % b"true"


class Updates:
    """What the bot has not confirmed yet: polled, or posted to its workers one after the other."""

    def __init__(self, webhooks: Sequence[str]) -> None:
        self.webhooks = tuple(webhooks)
        self.webhook: dict[str, Any] = {}
        self.polled_at: float | None = None
        self._last_id = 500_000_000 + secrets.randbelow(1_000_000)
        self._pending: deque[tuple[int, bytes]] = deque()
        self._waiting: tuple[Answering, asyncio.TimerHandle] | None = None
        self._due = False
        self._pools: dict[str, Calling] = {}

    def put(self, kind: str, content: dict[str, Any]) -> None:
        """Add an update and see that it leaves."""
        self._last_id += 1
        body = orjson.dumps({"update_id": self._last_id, kind: content})
        if self.webhooks:
            self._post(self.webhooks[self._last_id % len(self.webhooks)], body)
            return
        self._pending.append((self._last_id, body))
        if self._waiting is not None and not self._due:
            self._due = True  # once everything that came in together is there
            asyncio.get_running_loop().call_soon(self._release)

    def poll(self, params: Params, reply: Answering) -> None:
        """Answer getUpdates, now or when there is something."""
        self.polled_at = self.polled_at or time.monotonic()
        offset = int(params.get("offset", 0))
        while self._pending and self._pending[0][0] < offset:
            self._pending.popleft()
        self._release(conflict=True)
        patience = float(params.get("timeout", 0))
        timer = asyncio.get_running_loop().call_later(0 if self._pending else patience, self._release)
        self._waiting = reply, timer

    def _release(self, conflict: bool = False) -> None:
        self._due = False
        if self._waiting is None:
            return
        (reply, timer), self._waiting = self._waiting, None
        timer.cancel()
        if conflict:
            error = {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates request"}
            reply.answer(orjson.dumps(error), b"409 Conflict")
        else:
            batch = b",".join(body for _, body in islice(self._pending, MOST_UPDATES))
            reply.answer(OK % (b"[%b]" % batch))

    def _post(self, url: str, body: bytes) -> None:
        if not self.webhook:  # Telegram keeps them until it is told where to
            asyncio.get_running_loop().call_later(POST_AGAIN_SECONDS, self._post, url, body)
            return
        parts = urlsplit(url)
        if url not in self._pools:
            limit = int(self.webhook.get("max_connections") or MOST_CONNECTIONS)
            self._pools[url] = Calling(parts.hostname or "", parts.port or 80, limit)
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(secret)} if secret else {}

        def done(status: int, _: bytes) -> None:
            if not 200 <= status < 300:
                asyncio.get_running_loop().call_later(POST_AGAIN_SECONDS, self._post, url, body)

        self._pools[url].post(parts.path.encode(), body, done, headers)


class BotApi:
    """The methods that a survey needs, answered as Telegram answers them."""

    def __init__(self, updates: Updates, crowd: Crowd) -> None:
        self._updates = updates
        self._crowd = crowd
        self.calls: dict[str, int] = {}
        self._methods: Mapping[str, Callable[[Params, Answering], None]] = {
            "answerCallbackQuery": _agree,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_keyboard,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "getUpdates": updates.poll,
            "getMe": lambda _, reply: _result(reply, BOT | ABOUT_BOT),
            "setWebhook": self._set_webhook,
            "getWebhookInfo": self._webhook_info,
            "deleteWebhook": _agree,
            "setMyCommands": _agree,
            "setMyDescription": _agree,
            "setMyShortDescription": _agree,
        }

    def handle(self, path: bytes, body: bytes, reply: Answering) -> None:
        """Answer one call."""
        name = path.rsplit(b"/", 1)[-1].decode()
        self.calls[name] = self.calls.get(name, 0) + 1
        method = self._methods.get(name)
        if method is None:
            error = {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
            reply.answer(orjson.dumps(error), b"404 Not Found")
            return
        params = _params(body)
        if "chat_id" in params and self._crowd.is_throttled(int(params["chat_id"])):
            reply.answer(_TOO_MANY, b"429 Too Many Requests")
        else:
            method(params, reply)

    def _send_message(self, params: Params, reply: Answering) -> None:
        chat = int(params["chat_id"])
        self._show(reply, chat, params, {"message_id": self._crowd.new_message(chat), "text": params["text"]})

    def _send_photo(self, params: Params, reply: Answering) -> None:
        chat = int(params["chat_id"])
        number = self._crowd.new_message(chat)
        sizes = [
            {"file_id": f"AgACAgQAA{chat}-{number}-{w}", "file_unique_id": f"AQAD{chat}-{number}-{w}", "width": w}
            | {"height": h, "file_size": w * h // 10}
            for w, h in PHOTO_SIZES
        ]
        self._show(reply, chat, params, {"message_id": number, "photo": sizes, "caption": params.get("caption", "")})

    def _edit_text(self, params: Params, reply: Answering) -> None:
        edited = {"message_id": int(params["message_id"]), "edit_date": int(time.time()), "text": params["text"]}
        self._show(reply, int(params["chat_id"]), params, edited)

    def _edit_keyboard(self, params: Params, reply: Answering) -> None:
        chat = int(params["chat_id"])
        edited = {"message_id": int(params["message_id"]), "edit_date": int(time.time())}
        self._show(reply, chat, params, edited | {"text": self._crowd.text_of(chat)})

    def _show(self, reply: Answering, chat: int, params: Params, content: dict[str, Any]) -> None:
        message = {"from": BOT, "chat": chat_of(chat), "date": int(time.time()), **content}
        markup = params.get("reply_markup")
        if markup:
            message["reply_markup"] = orjson.loads(markup) if isinstance(markup, str) else markup
        _result(reply, message)
        self._crowd.see(chat, message)

    def _set_webhook(self, params: Params, reply: Answering) -> None:
        self._updates.webhook = dict(params)
        reply.answer(TRUE)

    def _webhook_info(self, _: Params, reply: Answering) -> None:
        known = self._updates.webhook
        info = {"url": known.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        for name in ("max_connections", "allowed_updates"):
            if known.get(name):
                info[name] = _parsed(known[name])
        _result(reply, info)


_TOO_MANY = orjson.dumps(
    {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {RETRY_AFTER}",
        "parameters": {"retry_after": RETRY_AFTER},
    }
)


def _agree(_: Params, reply: Answering) -> None:
    reply.answer(TRUE)


def _result(reply: Answering, result: Any) -> None:
    reply.answer(OK % orjson.dumps(result))


def _parsed(value: Any) -> Any:
    """Return a value that a form can only carry as JSON."""
    return orjson.loads(value) if isinstance(value, str) else value


def _params(body: bytes) -> Params:
    """Read a body in whichever of the Bot API's three forms it came."""
    if not body:
        return {}
    if body[:1] == b"{":
        params: Params = orjson.loads(body)
        return params
    if body[:2] == b"--":
        return dict(_multipart(body))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _multipart(body: bytes) -> Sequence[tuple[str, str]]:
    boundary = body[: body.index(b"\r\n")]
    fields = []
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        if b"filename" not in head:
            name = head.split(b'name="', 1)[1].split(b'"', 1)[0]
            fields.append((name.decode(), value.removesuffix(b"\r\n").decode()))
    return fields


async def _obey(lines: asyncio.StreamReader, commands: Mapping[str, Callable[[], Any]]) -> None:
    async for line in lines:
        _say(commands[line.decode().strip()]())


def _say(answer: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
    sys.stdout.buffer.flush()


async def _serve(people: int, habits: Habits, webhooks: Sequence[str], *, throttled: bool) -> None:
    updates = Updates(webhooks)
    crowd = Crowd(people, habits, updates.put, throttled=throttled)
    api = BotApi(updates, crowd)
    loop = asyncio.get_running_loop()

    def reset() -> None:
        api.calls.clear()
        crowd.reset()

    commands: Mapping[str, Callable[[], Any]] = {
        "begin": crowd.begin,
        "reset": reset,
        "report": lambda: crowd.report() | {"calls": api.calls},
        "state": lambda: {"polled_at": updates.polled_at, "webhook": updates.webhook.get("url")},
    }
    server = await loop.create_server(lambda: Answering(api.handle), "127.0.0.1", 0)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    _say({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
    await _obey(lines, commands)


def main(
    people: Annotated[int, typer.Option(help="How many tap.")] = 200,
    think: Annotated[float, typer.Option(help="Mean seconds between a card and the tap; 0 is at once.")] = 0.0,
    turn: Annotated[str | None, typer.Option(help="Start over at the card with these words.")] = None,
    taps: Annotated[int | None, typer.Option(help="Cards after which a person falls silent.")] = None,
    webhook: Annotated[list[str] | None, typer.Option(help="Where a worker listens; several take turns.")] = None,
    throttled: Annotated[bool, typer.Option("--throttled", help="Answer 429 for the first person's chat.")] = False,
) -> None:
    """Serve the Bot API, and its people, until the input ends."""
    uvloop.run(_serve(people, Habits(think, turn, taps), webhook or (), throttled=throttled))


if __name__ == "__main__":
    typer.run(main)
