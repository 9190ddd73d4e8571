"""The people's side of the server, below ``/chat``: what the page, and `bot.local.person.Person`, call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.local.chats import MAX_CAPTION, MAX_TEXT, Change, Chat
from bot.local.files import MAX_SENT
from bot.local.state import LocalBotApi

KEEP_ALIVE = 15.0
"""Seconds without news after which a comment line shows that the stream is alive."""
MAX_NAME = 64
"""Characters of a person's first name."""
MAX_FORM = MAX_SENT + 64 * 1024
"""Bytes of a form with the largest file and its caption."""
TOO_LARGE = f"a file may have at most {MAX_SENT} bytes"


class PersonSide:
    """The requests that a person's page makes."""

    def __init__(self, api: LocalBotApi) -> None:
        self._api = api

    def routes(self) -> list[Route]:
        """Return the routes that a page calls."""
        return [
            Route("/chat/join", self.join, methods=["POST"]),
            Route("/chat/{chat_id:int}/say", self.say, methods=["POST"]),
            Route("/chat/{chat_id:int}/send", self.send, methods=["POST"]),
            Route("/chat/{chat_id:int}/document", self.document, methods=["POST"]),
            Route("/chat/{chat_id:int}/tap", self.tap, methods=["POST"]),
            Route("/chat/{chat_id:int}/block", self.block, methods=["POST"]),
            Route("/chat/{chat_id:int}/unblock", self.unblock, methods=["POST"]),
            Route("/chat/{chat_id:int}/events", self.events),
            Route("/chat/file/{file_id}", self.file),
        ]

    async def join(self, request: Request) -> Response:
        """Open a chat: ``{"chat_id": number or null, "name": …, "language": …}``; an id resumes it."""
        body = await _body(request)
        chat_id = body.get("chat_id")
        if chat_id is not None and not (isinstance(chat_id, int) and 0 < chat_id < 2**52):
            raise HTTPException(400, "chat_id must be a positive number, or left out for a new chat")
        name = str(body.get("name") or "Guest")[:MAX_NAME]
        chat = self._api.join(chat_id, name, str(body.get("language") or "en"))
        return JSONResponse({"chat_id": chat.id})

    async def say(self, request: Request) -> Response:
        """Write ``{"text": …}``."""
        chat, body = self._chat(request), await _body(request)
        text = str(body.get("text", "")).strip()
        if not 1 <= len(text) <= MAX_TEXT:
            raise HTTPException(400, f"text must have 1 to {MAX_TEXT} characters")
        return JSONResponse(self._api.receive(chat, {"text": text}))

    async def send(self, request: Request) -> Response:
        """Send a message that is no text, its content as the Bot API writes it: ``{"sticker": {…}}``."""
        chat, body = self._chat(request), await _body(request)
        return JSONResponse(self._api.receive(chat, body))

    async def document(self, request: Request) -> Response:
        """Send a file: a form of type multipart/form-data with ``file`` and perhaps ``caption``."""
        chat = self._chat(request)
        if int(request.headers.get("content-length") or 0) > MAX_FORM:
            raise HTTPException(413, TOO_LARGE)
        async with request.form(max_files=1) as form:
            file, caption = form.get("file"), str(form.get("caption") or "").strip()
            if not isinstance(file, UploadFile) or not file.size:
                raise HTTPException(400, "file must be there and must not be empty")
            if file.size > MAX_SENT:
                raise HTTPException(413, TOO_LARGE)
            if len(caption) > MAX_CAPTION:
                raise HTTPException(400, f"caption must have at most {MAX_CAPTION} characters")
            media_type = file.content_type or "application/octet-stream"
            sent = await self._api.files.add_sent(file.filename or "file", media_type, file.file)
        content = {"document": sent.document(), "caption": caption or None}
        return JSONResponse(self._api.receive(chat, content))

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
        """Show a picture; download everything else, under its own name: no file of anybody is ever run or shown."""
        found = self._api.files.find(request.path_params["file_id"])
        if found is None:
            raise HTTPException(404, "there is no such file")
        headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
        if found.width:
            return FileResponse(found.place, media_type=found.media_type, headers=headers)
        return FileResponse(found.place, media_type="application/octet-stream", headers=headers, filename=found.name)

    async def events(self, request: Request) -> Response:
        """Stream what happens in the chat as server-sent events, from ``Last-Event-ID`` or ``?after=`` on."""
        chat = self._chat(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
        if not after.isdecimal():
            raise HTTPException(400, "after must be the number of an event")
        stream = self._stream(chat, int(after))
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _stream(self, chat: Chat, after: int) -> AsyncIterator[str]:
        yield _event(Change("profile", self._api.profile_for(chat)))
        with chat.follow(after) as changes:
            while True:
                try:
                    change = await asyncio.wait_for(changes.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if change.kind == "closed":
                    return
                yield _event(change)

    def _chat(self, request: Request) -> Chat:
        chat = self._api.chats.get(request.path_params["chat_id"])
        if chat is None:
            raise HTTPException(404, "there is no such chat; join first")
        return chat


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
