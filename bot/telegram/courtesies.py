"""What is answered at once and by the way: taps, searches in other chats, and groups that the bot does not belong in.

Nothing of it is kept, or tried again: where it fails nobody is worse off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Any

from telegram.error import TelegramError

from bot.conversation.texts import phrase
from bot.telegram.api import BotApi, Parameters
from bot.telegram.updates import tap_id

FROM_SEARCH = "inline"
"""What the link carries that is offered to whoever names the bot in another chat: it must carry something."""
CACHE_SECONDS = 300
"""How long Telegram may answer the same search itself."""

_GROUPS = ("group", "supergroup")
_INSIDE = ("member", "administrator", "restricted")


class Courtesies:
    """Answers in the background what needs no conversation."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, raw: Mapping[str, Any]) -> None:
        """Answer an update where it is a tap, a search, or comes from a group or channel."""
        if (answer := self._answer(raw)) is not None:
            task = asyncio.create_task(answer)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Return once none is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _answer(self, raw: Mapping[str, Any]) -> Coroutine[Any, Any, None] | None:
        if (tap := tap_id(raw)) is not None:
            # where it fails the spinner stops by itself, so nobody minds
            return self._call("answerCallbackQuery", {"callback_query_id": tap})
        match raw:
            case {"inline_query": {"id": str(query), **search}}:
                return self._call("answerInlineQuery", _nothing_but_the_way_here(query, _language(search)))
            case {"my_chat_member": {"chat": {"type": str(kind), "id": int(chat)}, **change}}:
                match change:
                    case {"new_chat_member": {"status": str(status)}} if kind != "private" and status in _INSIDE:
                        return self._leave(chat, kind, _language(change))
            case {"message": {"chat": {"type": str(kind), "id": int(chat)}, **message}} if kind in _GROUPS:
                if self._is_addressed(message):
                    return self._leave(chat, kind, _language(message))
        return None

    async def _leave(self, chat: int, kind: str, language: str) -> None:
        """Say where the bot talks, and leave: what is said among others is none of its business.

        A channel's readers did not ask for it, so they are told nothing.
        """
        if kind in _GROUPS:
            link = f"https://t.me/{self._api.bot.username}"
            await self._call("sendMessage", {"chat_id": chat, "text": phrase("in_private", language, link=link)})
        await self._call("leaveChat", {"chat_id": chat})

    def _is_addressed(self, message: Mapping[Any, Any]) -> bool:
        """Whether a group's message speaks to the bot: names it, or replies to it."""
        match message:
            case {"reply_to_message": {"from": {"id": int(writer)}}} if writer == self._api.bot.id:
                return True
            case {"text": str(text)}:
                words = text.casefold().replace("/", " /").split()
                name = f"@{self._api.bot.username}".casefold()
                return any(word.startswith(("@", "/")) and word.endswith(name) for word in words)
        return False

    async def _call(self, method: str, parameters: Parameters) -> None:
        with suppress(TelegramError):
            await self._api.call(method, parameters)


def _nothing_but_the_way_here(query: str, language: str) -> Parameters:
    button = {"text": phrase("open_survey", language), "start_parameter": FROM_SEARCH}
    return {
        "inline_query_id": query,
        "results": [],
        "button": button,
        "cache_time": CACHE_SECONDS,
        "is_personal": True,  # in the language of whoever searched
    }


def _language(content: Mapping[Any, Any]) -> str:
    """Return the language of the app from which something came."""
    match content:
        case {"from": {"language_code": str(language)}}:
            return language.split("-", maxsplit=1)[0].lower()
    return ""
