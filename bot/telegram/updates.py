"""Telegram's updates as the conversation's events, read from the bare JSON.

The library would make an object of every part of an update, ten times slower and wanted by nobody here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from telegram.constants import MessageAttachmentType

from bot.conversation.events import Commanded, Event, File, SentSomethingElse, Started, Tapped, Typed
from bot.errors import place
from bot.incoming import Incoming, Unreadable
from bot.sealing import NUMBERS, Seals
from bot.store.letters import Address
from bot.telegram.channel import NAME

WANTED = ("message", "callback_query")
"""The kinds of update that Telegram is asked for."""

_ATTACHMENTS = tuple(str(kind) for kind in MessageAttachmentType)


def update_id(raw: object) -> int | None:
    """Return an update's number, or None where this is no update at all."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if _is_number(number) else None


def decode(raw: Mapping[str, Any], seals: Seals) -> Incoming | Unreadable | None:
    """Return what an update (something with an `update_id`) says, or None where it is nothing to one person's chat.

    Groups, channels and service notes are none of ours; an update that is not as the Bot API describes it is
    `Unreadable`. Whose it is leaves here sealed.
    """
    number = raw["update_id"]
    kind = next((kind for kind in WANTED if kind in raw), None)
    if kind is None:
        return None
    try:
        return _message(number, raw[kind], seals) if kind == "message" else _tap(number, raw[kind], seals)
    except Exception as error:  # whatever a later Bot API may send, the updates behind it must be handled
        return Unreadable(NAME, number, kind, place(error), _sender(raw[kind], seals))


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
    return None if address is None else Incoming(address, number, Tapped(_text(data)))


def _message(number: int, message: dict[str, Any], seals: Seals) -> Incoming | None:
    # a message always has these two, whatever else it has
    address, _, _ = _private(message["chat"], seals), message["message_id"], message["date"]
    event = _event(message)
    return None if address is None or event is None else Incoming(address, number, event)


def _event(message: dict[str, Any]) -> Event | None:
    if "text" in message:
        language = message["from"].get("language_code") if "from" in message else None
        return _words(_text(message["text"]), None if language is None else _text(language))
    kind = next((kind for kind in _ATTACHMENTS if message.get(kind)), None)
    return None if kind is None else SentSomethingElse(kind, _file(message) if kind == "document" else None)


def _file(message: dict[str, Any]) -> File | None:
    match message:
        case {"document": {"file_id": str(identity), **document}}:
            name, size, caption = document.get("file_name"), document.get("file_size"), message.get("caption")
            return File(identity, _text(name or ""), size if _is_number(size) else 0, _text(caption or ""))
    return None


def _words(text: str, language: str | None) -> Event:
    command, _, argument = text.partition(" ")
    if not (command.startswith("/") and len(command) > 1):
        return Typed(text)
    name, argument = command[1:].split("@")[0].lower(), argument.strip()
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
