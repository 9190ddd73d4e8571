"""Telegram's updates as the conversation's events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update
from telegram.constants import MessageAttachmentType
from telegram.helpers import effective_message_type

from bot.conversation.events import Commanded, Event, SentSomethingElse, Started, Tapped, Typed
from bot.errors import place
from bot.service import Incoming, Unreadable
from bot.store.outbox import Address
from bot.telegram.channel import NAME

WANTED = ("message", "callback_query")
"""The kinds of update that Telegram is asked for."""


def decode(raw: Mapping[str, Any]) -> Incoming | Unreadable | None:
    """Return what an update says, or None where it is nothing to a conversation with one person.

    Groups, channels and service notes are none of ours; an update that does not even parse is `Unreadable`.
    """
    number = int(raw["update_id"])
    try:
        update = Update.de_json(dict(raw), None)
        chat, event = update.effective_chat, _event(update)
    except Exception as error:  # whatever a later Bot API may send, the updates behind it must be handled
        kind = next((key for key in raw if key != "update_id"), "nothing")
        return Unreadable(NAME, number, kind, place(error), _sender(raw))
    if event is None or chat is None or chat.type != Chat.PRIVATE:
        return None
    return Incoming(Address(NAME, str(chat.id)), number, event)


def tap_id(raw: Mapping[str, Any]) -> str | None:
    """Return the number of a tap, which Telegram wants acknowledged."""
    query = raw.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and "id" in query else None


def _event(update: Update) -> Event | None:
    if update.callback_query is not None:
        return _tap(update.callback_query)
    return None if update.message is None else _message(update.message)


def _tap(query: CallbackQuery) -> Event | None:
    return None if query.data is None else Tapped(query.data)


def _message(message: Message) -> Event | None:
    if message.text is not None:
        language = message.from_user.language_code if message.from_user else None
        return _text(message.text, language)
    kind = effective_message_type(message)
    return SentSomethingElse(kind) if kind in _ATTACHMENTS else None


_ATTACHMENTS = frozenset(str(kind) for kind in MessageAttachmentType)


def _text(text: str, language: str | None) -> Event:
    command, _, argument = text.partition(" ")
    if not (command.startswith("/") and len(command) > 1):
        return Typed(text)
    name, argument = command[1:].split("@")[0].lower(), argument.strip()
    return Started(argument or None, language) if name == "start" else Commanded(name, argument)


def _sender(raw: Mapping[str, Any]) -> Address | None:
    """Return where an unreadable update came from, as far as it can be read, to answer there."""
    content: Any = next((raw[kind] for kind in WANTED if kind in raw), {})
    match content:
        case {"chat": {"id": int(chat), "type": "private"}} | {
            "message": {"chat": {"id": int(chat), "type": "private"}}
        }:
            return Address(NAME, str(chat))
    return None
