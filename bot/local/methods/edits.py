"""The methods that change or remove messages of the bot, and the one that answers a tap."""

from __future__ import annotations

from typing import Any

from bot.local.call import Call
from bot.local.chats import Chat, Message
from bot.local.errors import bad_request
from bot.local.methods.keyboards import read_keyboard
from bot.local.methods.messages import find_chat, read_caption, read_text
from bot.local.state import LocalBotApi

MAX_ANSWER = 200
"""Characters of the answer to a tap."""


async def edit_message_text(api: LocalBotApi, call: Call) -> Any:
    """Replace the text and the keyboard."""
    text = read_text(call, too_long="MESSAGE_TOO_LONG")
    keyboard = read_keyboard(call)
    chat, message = _own_message(api, call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return api.edit(chat, message, {"text": text, "reply_markup": keyboard})


async def edit_message_caption(api: LocalBotApi, call: Call) -> Any:
    """Replace the caption and the keyboard."""
    caption = read_caption(call, too_long="MEDIA_CAPTION_TOO_LONG")
    keyboard = read_keyboard(call)
    chat, message = _own_message(api, call)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    return api.edit(chat, message, {"caption": caption, "reply_markup": keyboard})


async def edit_message_reply_markup(api: LocalBotApi, call: Call) -> Any:
    """Replace the keyboard only."""
    keyboard = read_keyboard(call)
    chat, message = _own_message(api, call)
    return api.edit(chat, message, {"reply_markup": keyboard})


async def delete_message(api: LocalBotApi, call: Call) -> Any:
    """Remove a message, the bot's or the person's."""
    chat = find_chat(api, call)
    message_id = call.integer("message_id")
    if chat.find(message_id) is None:
        raise bad_request("message to delete not found")
    chat.delete(message_id)
    return True


async def delete_messages(api: LocalBotApi, call: Call) -> Any:
    """Remove several messages; those that are not there are skipped."""
    chat = find_chat(api, call)
    for message_id in call.array("message_ids"):
        if isinstance(message_id, int) and chat.find(message_id):
            chat.delete(message_id)
    return True


async def answer_callback_query(api: LocalBotApi, call: Call) -> Any:
    """Answer a tap, with a short notice or silently."""
    text = call.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    api.answer(call.text("callback_query_id"), {"text": text, "show_alert": call.flag("show_alert")})
    return True


def _own_message(api: LocalBotApi, call: Call) -> tuple[Chat, Message]:
    """Return the message of the bot that the call names, with its chat."""
    if "chat_id" not in call.params and "message_id" not in call.params:
        raise bad_request("message identifier is not specified")
    chat = find_chat(api, call)
    message = chat.find(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message["from"]["is_bot"]:
        raise bad_request("message can't be edited")
    return chat, message
