"""Telegram's updates as the conversation's events, read from the bare JSON.

The library would make an object of every part of an update, ten times slower and wanted by nobody here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from bot.conversation.events import Commanded, Edited, Event, File, SentSomethingElse, Started, Tapped, Typed
from bot.conversation.visible import visible
from bot.errors import place
from bot.incoming import Incoming, Presence, Unreadable, Update
from bot.sealing import NUMBERS, Seals
from bot.store.letters import Address
from bot.telegram.channel import NAME
from bot.telegram.kinds import FAMILIES, SERVICE

WANTED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of update that Telegram is asked for; `bot.telegram.courtesies` answers some of them."""

_COMMAND = re.compile(r"/([^\s@]+)\S*\s*(.*)", re.DOTALL)


def update_id(raw: object) -> int | None:
    """Return an update's number, or None where this is no update at all."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if _is_number(number) else None


def decode(raw: Mapping[str, Any], seals: Seals) -> Update | None:
    """Return what an update (something with an `update_id`) says, or None where it is nothing to one person's chat.

    Groups, channels and service notes are none of ours; an update that is not as the Bot API describes it is
    `Unreadable`. Whose it is leaves here sealed.
    """
    number = raw["update_id"]
    kind = next((kind for kind in WANTED if kind in raw), None)
    if kind is None:
        return None
    try:
        return _READERS[kind](number, raw[kind], seals) if kind in _READERS else None
    except Exception as error:  # whatever a later Bot API may send, the updates behind it must be handled
        asked = kind in ("message", "callback_query")  # who did not expect an answer is not told of a fault, either
        return Unreadable(NAME, number, kind, place(error), _sender(raw[kind], seals) if asked else None)


def tap_id(raw: Mapping[str, Any]) -> str | None:
    """Return the number of a tap, which Telegram wants acknowledged."""
    query = raw.get("callback_query")
    number = query.get("id") if isinstance(query, dict) else None
    return number if isinstance(number, str) else None


def _tap(number: int, query: dict[str, Any], seals: Seals) -> Incoming | None:
    message, data, _ = query.get("message"), query.get("data"), query["from"]
    if message is None or data is None:
        return None
    address = _private(message["chat"], seals)
    return None if address is None else Incoming(address, number, Tapped(_text(data)), None, _language(query))


def _message(number: int, message: dict[str, Any], seals: Seals) -> Incoming | None:
    # a message always has these two, whatever else it has
    address, name, _ = _private(message["chat"], seals), message["message_id"], message["date"]
    event, language = None if _is_automatic(message) else _event(message), _language(message)
    return None if address is None or event is None else Incoming(address, number, event, str(name), language)


def _edit(number: int, message: dict[str, Any], seals: Seals) -> Incoming | None:
    """Read a change of a text; others, such as somebody's place that moves, say nothing new."""
    address = _private(message["chat"], seals)
    if address is None or "text" not in message or _is_automatic(message):
        return None
    return Incoming(address, number, Edited(visible(_text(message["text"]))), str(message["message_id"]))


def _membership(number: int, change: dict[str, Any], seals: Seals) -> Presence | None:
    """Read that a person blocked the bot, or let it write again."""
    address, status = _private(change["chat"], seals), change["new_chat_member"]["status"]
    if address is None or status not in ("kicked", "member"):
        return None
    return Presence(address, number, gone=status == "kicked")


_READERS: Mapping[str, Callable[[int, dict[str, Any], Seals], Incoming | Presence | None]] = {
    "message": _message,
    "edited_message": _edit,
    "callback_query": _tap,
    "my_chat_member": _membership,
}


def _is_automatic(message: dict[str, Any]) -> bool:
    """Whether no person wrote it: two programs that answer each other would never end."""
    sender = message.get("from")
    return "business_connection_id" in message or (isinstance(sender, dict) and sender.get("is_bot") is True)


def _event(message: dict[str, Any]) -> Event | None:
    if "text" in message:
        return _words(visible(_text(message["text"])), _language(message))
    kind = next((kind for kind in FAMILIES if message.get(kind)), None)
    if kind is None and not SERVICE.isdisjoint(message):
        return None
    file = _file(message) if kind == "document" else None
    words, album = visible(_text(message.get("caption") or "")), message.get("media_group_id")
    return SentSomethingElse(FAMILIES.get(kind or "", "other"), file, words, None if album is None else _text(album))


def _language(content: Mapping[str, Any]) -> str | None:
    """Return the language of the app from which something came, where it tells."""
    language = content["from"].get("language_code") if "from" in content else None
    return None if language is None else _text(language)


def _file(message: dict[str, Any]) -> File | None:
    match message:
        case {"document": {"file_id": str(identity), **document}}:
            name, size, caption = document.get("file_name"), document.get("file_size"), message.get("caption")
            return File(identity, _text(name or ""), size if _is_number(size) else 0, _text(caption or ""))
    return None


def _words(text: str, language: str | None) -> Event:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Typed(text)
    name, argument = command[1].lower(), command[2]
    return Started(argument or None, language) if name == "start" else Commanded(name, argument)


def _private(chat: dict[str, Any], seals: Seals) -> Address | None:
    """Return the address of a chat with one person, None for any other."""
    if chat["type"] != "private":
        return None
    if not _is_number(chat["id"]):
        raise TypeError("a chat's id must be a number")
    return Address(NAME, seals.seal(NAME, chat["id"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a text")
    return value


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and value in NUMBERS


def _sender(content: Any, seals: Seals) -> Address | None:
    """Return where an unreadable update came from, as far as it can be read, to answer there."""
    match content:
        case {"chat": {"id": int(chat), "type": "private"}} | {
            "message": {"chat": {"id": int(chat), "type": "private"}}
        } if _is_number(chat):
            return Address(NAME, seals.seal(NAME, chat))
    return None
