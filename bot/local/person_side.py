"""The people's side of the server, below ``/chat``: what the page, and `bot.local.person.Person`, call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.local.chats import MAX_TEXT, Change, Chat
from bot.local.files import MAX_SENT
from bot.local.sending import KINDS, TOO_LARGE, read_content
from bot.local.state import GUEST, LocalBotApi

KEEP_ALIVE = 15.0
"""Seconds without news after which a comment line shows that the stream is alive."""
STILL_HERE = ": still here\n\n"
MAX_NAME = 64
"""Characters of a person's first name."""
MAX_FORM = MAX_SENT + 64 * 1024
"""Bytes of a form with the largest file and its caption."""
PLAYED = "audio/ogg"
"""The only sound that the page plays; everything else is downloaded."""

OwnerLink: TypeAlias = Callable[[int], Awaitable[str | None]]
"""Returns what somebody has to come by (`/start` and this) to own the bot; None where they own it already."""

Item = TypeVar("Item")


class PersonSide:
    """The requests that a person's page makes.

    Attributes
    ----------
    owner_link : OwnerLink or None
        Set by whoever runs a bot here that has an owner.
    """

    def __init__(self, api: LocalBotApi) -> None:
        self._api = api
        self.owner_link: OwnerLink | None = None

    def routes(self) -> list[Route]:
        """Return the routes that a page calls."""
        return [
            Route("/chat/join", self.join, methods=["POST"]),
            Route("/chat/{chat_id:int}/say", self.say, methods=["POST"]),
            Route("/chat/{chat_id:int}/send", self.send, methods=["POST"]),
            *(Route(f"/chat/{{chat_id:int}}/{kind}", self.file_as(kind), methods=["POST"]) for kind in KINDS),
            Route("/chat/{chat_id:int}/edit", self.edit, methods=["POST"]),
            Route("/chat/{chat_id:int}/tap", self.tap, methods=["POST"]),
            Route("/chat/{chat_id:int}/owner", self.owner, methods=["POST"]),
            Route("/chat/{chat_id:int}/forget", self.forget, methods=["POST"]),
            Route("/chat/{chat_id:int}/block", self.block, methods=["POST"]),
            Route("/chat/{chat_id:int}/unblock", self.unblock, methods=["POST"]),
            Route("/chat/{chat_id:int}/events", self.events),
            Route("/chat/{chat_id:int}/trace", self.trace),
            Route("/chat/file/{file_id}", self.file),
        ]

    async def join(self, request: Request) -> Response:
        """Open a chat: ``{"chat_id": number or null, "name": …, "language": …}``; an id resumes it.

        The answer says besides whether one can be made the owner here.
        """
        body = await _body(request)
        chat_id = body.get("chat_id")
        if chat_id is not None and not (isinstance(chat_id, int) and 0 < chat_id < 2**52):
            raise HTTPException(400, "chat_id must be a positive number, or left out for a new chat")
        name = str(body.get("name") or GUEST)[:MAX_NAME]
        chat = self._api.join(chat_id, name, str(body.get("language") or "en"))
        return JSONResponse({"chat_id": chat.id, "owner": self.owner_link is not None})

    async def say(self, request: Request) -> Response:
        """Write ``{"text": …}``."""
        chat, body = self._chat(request), await _body(request)
        return JSONResponse(self._api.receive(chat, {"text": _text(body)}))

    async def send(self, request: Request) -> Response:
        """Send a message that is no text, its content as the Bot API writes it: ``{"sticker": {…}}``."""
        chat, body = self._chat(request), await _body(request)
        return JSONResponse(self._api.receive(chat, body))

    def file_as(self, kind: str) -> Callable[[Request], Awaitable[Response]]:
        """Make the request that sends a file as ``kind``: multipart/form-data with ``file``, perhaps ``caption``."""

        async def endpoint(request: Request) -> Response:
            chat = self._chat(request)
            if int(request.headers.get("content-length") or 0) > MAX_FORM:
                raise HTTPException(413, TOO_LARGE)
            async with request.form(max_files=1) as form:
                content = await read_content(self._api.files, kind, form)
            return JSONResponse(self._api.receive(chat, content))

        return endpoint

    async def edit(self, request: Request) -> Response:
        """Change an own text: ``{"message_id": …, "text": …}``."""
        chat, body = self._chat(request), await _body(request)
        text, message_id = _text(body), body.get("message_id")
        edited = self._api.rewrite(chat, message_id, text) if isinstance(message_id, int) else None
        if edited is None:
            raise HTTPException(400, "message_id must be that of an own text")
        return JSONResponse(edited)

    async def owner(self, request: Request) -> Response:
        """Return ``{"start": …}``: what to come by to own the bot; null for who owns it already."""
        chat, _ = self._chat(request), await _body(request)
        if self.owner_link is None:
            raise HTTPException(404, "the bot behind this server makes nobody its owner from here")
        return JSONResponse({"start": await self.owner_link(chat.id)})

    async def forget(self, request: Request) -> Response:
        """Forget what was said in the chat."""
        self._chat(request).clear()
        return JSONResponse({})

    async def tap(self, request: Request) -> Response:
        """Press a button: ``{"message_id": …, "data": …}``; whether it still exists is the bot's to judge."""
        chat, body = self._chat(request), await _body(request)
        if not isinstance(body.get("message_id"), int) or not isinstance(body.get("data"), str):
            raise HTTPException(400, "message_id must be a number and data a text")
        return JSONResponse({"callback_query_id": self._api.tap(chat, body["message_id"], body["data"])})

    async def block(self, request: Request) -> Response:
        """Block the bot."""
        self._api.block(self._chat(request))
        return JSONResponse({})

    async def unblock(self, request: Request) -> Response:
        """Let the bot write again."""
        self._api.unblock(self._chat(request))
        return JSONResponse({})

    async def file(self, request: Request) -> Response:
        """Show a picture, play a voice; download everything else under its own name: nothing is ever run."""
        found = self._api.files.find(request.path_params["file_id"])
        if found is None:
            raise HTTPException(404, "there is no such file")
        headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
        if found.width or found.media_type == PLAYED:
            return FileResponse(found.place, media_type=found.media_type, headers=headers)
        return FileResponse(found.place, media_type="application/octet-stream", headers=headers, filename=found.name)

    async def events(self, request: Request) -> Response:
        """Stream what happens in the chat as server-sent events, from ``Last-Event-ID`` or ``?after=`` on."""
        chat = self._chat(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
        if not after.isdecimal():
            raise HTTPException(400, "after must be the number of an event")
        return _streamed(self._stream(chat, int(after)))

    async def trace(self, request: Request) -> Response:
        """Stream what goes over the wire of the chat, for developers."""
        return _streamed(self._trace(self._chat(request)))

    async def _stream(self, chat: Chat, after: int) -> AsyncIterator[str]:
        with chat.follow(after) as changes:  # first of all: what passes while the page reads the next two is not lost
            yield _event(Change("profile", self._api.profile_for(chat)))
            yield _event(Change("received", {"message_id": chat.received}))
            async for change in _until(changes, lambda change: change.kind == "closed"):
                yield _event(change) if change else STILL_HERE

    async def _trace(self, chat: Chat) -> AsyncIterator[str]:
        with chat.trace.follow() as entries:
            async for entry in _until(entries, lambda entry: entry is None):
                yield _event(Change("trace", entry)) if entry else STILL_HERE

    def _chat(self, request: Request) -> Chat:
        chat = self._api.chats.get(request.path_params["chat_id"])
        if chat is None:
            raise HTTPException(404, "there is no such chat; join first")
        return chat


def _streamed(stream: AsyncIterator[str]) -> Response:
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _until(queue: asyncio.Queue[Item], is_last: Callable[[Item], bool]) -> AsyncIterator[Item | None]:
    """Yield what comes until the last; None whenever nothing came for a while."""
    while True:
        try:
            item = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
        except TimeoutError:
            yield None
            continue
        if is_last(item):
            return
        yield item


def _text(body: dict[str, Any]) -> str:
    text = str(body.get("text", "")).strip()
    if not 1 <= len(text) <= MAX_TEXT:
        raise HTTPException(400, f"text must have 1 to {MAX_TEXT} characters")
    return text


def _event(change: Change) -> str:
    number = f"id: {change.number}\n" if change.number else ""
    return f"event: {change.kind}\n{number}data: {json.dumps(change.content)}\n\n"


async def _body(request: Request) -> dict[str, Any]:
    """Read a JSON object; another content type is refused, so that no foreign page's form gets here."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "send JSON")
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise HTTPException(400, "send a JSON object")
    return body
