"""The methods by which a bot says who it is, and learns who others are."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.local.call import Call
from bot.local.errors import bad_request
from bot.local.methods.messages import find_chat
from bot.local.profile import Scope
from bot.local.state import LocalBotApi

MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
GROUP_SCOPES = frozenset({"chat_administrators", "chat_member"})
"""Scopes within one chat, which must not be a private one; there are no others here."""
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")


async def get_me(api: LocalBotApi, call: Call) -> Any:
    """Tell who the bot is."""
    abilities = {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }
    return {**api.bot, **abilities}


async def get_chat(api: LocalBotApi, call: Call) -> Any:
    """Tell what is known about a chat."""
    looks = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    return {**find_chat(api, call).chat, **looks}


async def set_my_commands(api: LocalBotApi, call: Call) -> Any:
    """Set the commands menu for a scope and language."""
    commands = call.array("commands")
    if len(commands) > MAX_COMMANDS or not all(isinstance(command, dict) for command in commands):
        raise bad_request(f'parameter "commands" must hold at most {MAX_COMMANDS} Objects')
    _set_commands(api, call, [_command(command) for command in commands])
    return True


async def delete_my_commands(api: LocalBotApi, call: Call) -> Any:
    """Remove the commands menu of a scope and language."""
    _set_commands(api, call, [])
    return True


async def get_my_commands(api: LocalBotApi, call: Call) -> Any:
    """Tell the commands set for a scope and language."""
    return api.profile.commands(_scope(api, call), _language(call))


async def set_chat_menu_button(api: LocalBotApi, call: Call) -> Any:
    """Accept a menu button; the page always shows the commands."""
    return True


def set_text(field: str, max_length: int) -> Callable[[LocalBotApi, Call], Awaitable[Any]]:
    """Make the method that sets a text of the bot, such as its name."""

    async def method(api: LocalBotApi, call: Call) -> Any:
        text = call.text(field)
        if len(text) > max_length:
            raise bad_request(f"{field} is too long: at most {max_length} characters")
        api.profile.set_text(field, _language(call), text)
        api.publish_profile()
        return True

    return method


def get_text(field: str) -> Callable[[LocalBotApi, Call], Awaitable[Any]]:
    """Make the method that tells a text of the bot."""

    async def method(api: LocalBotApi, call: Call) -> Any:
        return {field: api.profile.text(field, _language(call))}

    return method


def _set_commands(api: LocalBotApi, call: Call, commands: list[dict[str, str]]) -> None:
    api.profile.set_commands(_scope(api, call), _language(call), commands)
    api.publish_profile()


def _scope(api: LocalBotApi, call: Call) -> Scope:
    scope = call.object("scope")
    kind = str(scope.get("type", "")) if scope else "default"
    if kind in SCOPES:
        return kind, 0
    if kind != "chat" and kind not in GROUP_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if "chat_id" not in scope:
        raise bad_request("can't parse BotCommandScope: Can't find field \"chat_id\"")
    chat = find_chat(api, Call(call.method, scope, {}))
    if kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    return "chat", chat.id


def _language(call: Call) -> str:
    language = call.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _command(command: dict[str, Any]) -> dict[str, str]:
    name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
