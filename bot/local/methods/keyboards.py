"""Reads and checks the keyboard under a message."""

from __future__ import annotations

from typing import Any

from bot.local.call import Call
from bot.local.errors import bad_request

MAX_DATA = 64
"""Bytes that a button may carry."""
MAX_BUTTONS = 100
URL_SCHEMES = ("http://", "https://", "tg://", "mailto:", "tel:")


def read_keyboard(call: Call) -> dict[str, Any] | None:
    """Return the call's inline keyboard, checked, or None where it has none."""
    markup = call.object("reply_markup")
    if not markup or markup.get("remove_keyboard"):
        return None
    if "inline_keyboard" not in markup:
        raise bad_request(f"reply markup {sorted(markup)} is unknown to this local server")
    return _inline_keyboard(markup["inline_keyboard"])


def _inline_keyboard(rows: Any) -> dict[str, Any] | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    keyboard = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": keyboard} if keyboard else None


def _button(button: Any) -> dict[str, Any]:
    problem = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{problem}InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{problem}Can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    if url := button.get("url"):
        if not str(url).startswith(URL_SCHEMES):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        return {"text": button["text"], "url": url}
    data = button.get("callback_data")
    if not isinstance(data, str) or not data:
        raise bad_request(f"{problem}Text buttons are unallowed in the inline keyboard")
    if len(data.encode()) > MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return {"text": button["text"], "callback_data": data}
