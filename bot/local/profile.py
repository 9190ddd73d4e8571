"""What the bot says about itself: its name and descriptions, and its commands."""

from __future__ import annotations

from typing import TypeAlias

from bot.local.chats import Chat

Scope: TypeAlias = tuple[str, int]
"""Whose commands they are: the type of a BotCommandScope and, for one chat, its id."""
EVERYBODY: Scope = ("default", 0)


class Profile:
    """Texts per language, commands per scope and language."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        self._commands: dict[tuple[Scope, str], list[dict[str, str]]] = {}

    def text(self, field: str, language: str = "") -> str:
        """Return a text in ``language``, else the one for everybody."""
        return self._texts.get((field, language[:2])) or self._texts.get((field, ""), "")

    def set_text(self, field: str, language: str, text: str) -> None:
        """Set a text for a language; the empty language is everybody's."""
        self._texts[field, language] = text

    def commands(self, scope: Scope, language: str) -> list[dict[str, str]]:
        """Return the commands set for exactly this scope and language."""
        return self._commands.get((scope, language), [])

    def set_commands(self, scope: Scope, language: str, commands: list[dict[str, str]]) -> None:
        """Set the commands for a scope and language; none removes them."""
        self._commands[scope, language] = commands

    def commands_for(self, chat: Chat) -> list[dict[str, str]]:
        """Return the commands that a person sees: the narrowest scope's, their own language first."""
        for scope in (("chat", chat.id), ("all_private_chats", 0), EVERYBODY):
            for language in (chat.language[:2], ""):
                if found := self.commands(scope, language):
                    return found
        return []
