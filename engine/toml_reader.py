"""Typed access to parsed TOML that collects faults: what a definition's reader is built on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.definition import UNSPACED, Text
from engine.translation import BREAK

MAX_TEXT = 3500
"""Characters of one text: Telegram's 4,096 less room for what the bot adds around it."""

_MARKED_BREAK = re.compile(f"(?<=[{UNSPACED}])[|](?=[{UNSPACED}])")
"""Where a line may break, as a definition shows it: a zero-width space is seen by nobody who is to check a text."""

_KIND_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", dict: "a table"}


class TomlReader:
    """Gives out the values of parsed TOML, collecting every fault with its place instead of stopping at one."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.faults: list[str] = []
        self.languages: tuple[str, ...] = ("en",)

    def fault(self, place: str, message: str) -> None:
        """Note a fault, once."""
        fault = f"{place}: {message}" if place else message
        if fault not in self.faults:
            self.faults.append(fault)

    def known(self, table: Mapping[str, Any], place: str, keys: str) -> None:
        """Note every key that is not among ``keys`` (separated by blanks)."""
        allowed = keys.split()
        for key in table:
            if key not in allowed:
                self.fault(place, f'unknown key "{key}"; known here: {", ".join(allowed)}')

    def value(self, table: Mapping[str, Any], key: str, place: str, kind: type, default: Any = ...) -> Any:
        """Return the value of ``key``, of the given kind; without a default it must be there."""
        found = table.get(key, ...)
        if found is ...:
            if default is ...:
                self.fault(place, f'"{key}" is missing')
                return kind()
            return default
        if isinstance(found, bool) and kind is not bool:
            pass
        elif isinstance(found, kind) or (kind is float and isinstance(found, int)):
            if default is ... and isinstance(found, str) and not found.strip():
                self.fault(place, f'"{key}" is empty')
            return found
        self.fault(place, f'"{key}" must be {_KIND_NAMES[kind]}, not {found!r}')
        return kind() if default is ... else default

    def one_of(self, table: Mapping[str, Any], key: str, place: str, allowed: Sequence[str], default: Any = ...) -> Any:
        """Return a text that must be among ``allowed``."""
        found = self.value(table, key, place, str, default)
        if isinstance(table.get(key), str) and found not in allowed:
            self.fault(place, f'"{key}" is "{found}"; allowed: {", ".join(allowed)}')
        return found

    def tables(self, table: Mapping[str, Any], key: str, place: str = "") -> list[dict[str, Any]]:
        """Return a list of tables; empty where there is none."""
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.fault(place, f'"{key}" must be a list of tables')
            return []
        return found

    def strings(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self.fault(place, f'"{key}" must be a list of texts')
            return ()
        return tuple(found)

    def text(self, table: Mapping[str, Any], key: str, place: str, *, required: bool = True) -> Text | None:
        """Return a text per language; a "|" between two letters of a script without blanks lets a line break there."""
        found = table.get(key)
        if found is None:
            if required:
                self.fault(place, f'"{key}" is missing; write {key} = {{ {self.languages[0]} = "…" }}')
            return None
        if isinstance(found, str):
            found = {self.languages[0]: found}
        if not isinstance(found, dict) or not all(isinstance(item, str) for item in found.values()):
            self.fault(place, f'"{key}" must be a text per language, such as {{ {self.languages[0]} = "…" }}')
            return None
        for language, words in found.items():
            if language not in self.languages:
                self.fault(f"{place} {key}", f'language "{language}" is not among languages = {list(self.languages)}')
            if not words.strip():
                self.fault(f"{place} {key}", f'the text for "{language}" is empty')
            if len(words) > MAX_TEXT:
                self.fault(f"{place} {key}", f"{len(words)} characters; at most {MAX_TEXT} fit a message")
        if self.languages[0] not in found:
            self.fault(f"{place} {key}", f'the text for "{self.languages[0]}", the fallback language, is missing')
        broken = {language: _MARKED_BREAK.sub(BREAK, words) for language, words in found.items()}
        return Text(broken, self.languages[0])

    def need(self, table: Mapping[str, Any], key: str, place: str) -> Text:
        """Return a text per language that must be there; a stand-in where it is not."""
        return self.text(table, key, place) or Text({self.languages[0]: "?"}, self.languages[0])
