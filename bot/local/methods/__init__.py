"""The Bot API's methods that this server knows, each with the parameters that the Bot API gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeAlias

from bot.local.call import Call
from bot.local.errors import ApiError, bad_request
from bot.local.methods import edits, messages, profile, receiving
from bot.local.state import LocalBotApi

Run: TypeAlias = Callable[[LocalBotApi, Call], Awaitable[Any]]

UNSUPPORTED = frozenset(
    {
        "business_connection_id",
        "caption_entities",
        "direct_messages_topic_id",
        "entities",
        "inline_message_id",
        "message_thread_id",
        "parse_mode",
        "rich_message",
        "suggested_post_parameters",
    }
)
"""Parameters that would change what a person sees, but not here: the server refuses them."""

_SENT = """chat_id reply_parameters business_connection_id message_thread_id disable_notification
    protect_content allow_paid_broadcast message_effect_id"""
_SENT_ALONE = f"{_SENT} reply_markup direct_messages_topic_id suggested_post_parameters"
_CAPTIONED = "caption parse_mode caption_entities"
_EDITED = "chat_id message_id reply_markup business_connection_id inline_message_id"


class Method(NamedTuple):
    """What a method does, and the names of its parameters."""

    run: Run
    parameters: frozenset[str]


def _method(run: Run, *parameters: str) -> Method:
    return Method(run, frozenset(" ".join(parameters).split()))


METHODS = {
    "getMe": _method(profile.get_me),
    "getUpdates": _method(receiving.get_updates, "offset limit timeout allowed_updates"),
    "setWebhook": _method(
        receiving.set_webhook,
        "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    ),
    "deleteWebhook": _method(receiving.delete_webhook, "drop_pending_updates"),
    "getWebhookInfo": _method(receiving.get_webhook_info),
    "getFile": _method(receiving.get_file, "file_id"),
    "sendMessage": _method(messages.send_message, _SENT_ALONE, "text parse_mode entities link_preview_options"),
    "sendPhoto": _method(messages.send_photo, _SENT_ALONE, _CAPTIONED, "photo show_caption_above_media has_spoiler"),
    "sendDocument": _method(
        messages.send_document, _SENT_ALONE, _CAPTIONED, "document thumbnail disable_content_type_detection"
    ),
    "sendMediaGroup": _method(messages.send_media_group, _SENT, "direct_messages_topic_id media"),
    "sendChatAction": _method(messages.send_chat_action, "business_connection_id chat_id message_thread_id action"),
    "editMessageText": _method(
        edits.edit_message_text, _EDITED, "text parse_mode entities link_preview_options rich_message"
    ),
    "editMessageCaption": _method(edits.edit_message_caption, _EDITED, _CAPTIONED, "show_caption_above_media"),
    "editMessageReplyMarkup": _method(edits.edit_message_reply_markup, _EDITED),
    "deleteMessage": _method(edits.delete_message, "chat_id message_id"),
    "deleteMessages": _method(edits.delete_messages, "chat_id message_ids"),
    "answerCallbackQuery": _method(edits.answer_callback_query, "callback_query_id text show_alert url cache_time"),
    "getChat": _method(profile.get_chat, "chat_id"),
    "setMyCommands": _method(profile.set_my_commands, "commands scope language_code"),
    "deleteMyCommands": _method(profile.delete_my_commands, "scope language_code"),
    "getMyCommands": _method(profile.get_my_commands, "scope language_code"),
    "setMyName": _method(profile.set_text("name", 64), "name language_code"),
    "getMyName": _method(profile.get_text("name"), "language_code"),
    "setMyDescription": _method(profile.set_text("description", 512), "description language_code"),
    "getMyDescription": _method(profile.get_text("description"), "language_code"),
    "setMyShortDescription": _method(profile.set_text("short_description", 120), "short_description language_code"),
    "getMyShortDescription": _method(profile.get_text("short_description"), "language_code"),
    "setChatMenuButton": _method(profile.set_chat_menu_button, "chat_id menu_button"),
}

_BY_NAME = {name.lower(): method for name, method in METHODS.items()}


def find_method(name: str) -> Method:
    """Return a method by its name, whose case does not matter.

    Raises
    ------
    ApiError
        404 when there is none.
    """
    method = _BY_NAME.get(name.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    return method


def check_parameters(method: Method, call: Call) -> None:
    """Refuse names that the method does not have (Telegram ignores them, and a typo goes unnoticed).

    Raises
    ------
    ApiError
        Naming the parameter and what is known.
    """
    for name, value in call.params.items():
        if name not in method.parameters:
            known = ", ".join(sorted(method.parameters)) or "none"
            raise bad_request(f'{call.method} has no parameter "{name}"; it has: {known}')
        if name in UNSUPPORTED and value not in ("", None):
            raise bad_request(f'parameter "{name}" is not supported by the local server')
