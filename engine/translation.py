"""Texts in other languages: gettext catalogues, a .po file a language, which fall back to English piece by piece."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Key: TypeAlias = tuple[str, str]
"""A text's id, "domain:name", and its English: where that was changed since, a translation no longer counts."""

BREAK = "\u200b"
"""Zero-width space: where a line may break in a script that sets no spaces. Catalogues show it as "|"."""


@dataclass(frozen=True)
class Texts:
    """The texts of one domain, in English here and in other languages in catalogues.

    Attributes
    ----------
    folder : Path
        Where the catalogues are: ``km.po`` for Khmer, and so on.
    domain : str
        Keeps equal names of different domains apart: in a catalogue a text's context is ``domain:name``.
    english : mapping of str to str
        Name -> text, with named fields for `str.format`.
    """

    folder: Path
    domain: str
    english: Mapping[str, str]
    _found: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False, compare=False)

    def text(self, name: str, language: str, /, **values: object) -> str:
        """Return a text in a language ("km", "en-US"), in English where its catalogue has none."""
        return self.all(language)[name].format(**values)

    def all(self, language: str) -> Mapping[str, str]:
        """Return all texts in a language, their fields still open."""
        return self._found.get(language) or self._in(closest(language, languages(self.folder)))

    def entries(self) -> dict[Key, str]:
        """Return what a catalogue has to hold: (id, English) -> English."""
        return {self._key(name): text for name, text in self.english.items()}

    def _key(self, name: str) -> Key:
        return f"{self.domain}:{name}", self.english[name]

    def _in(self, language: str | None) -> Mapping[str, str]:
        if language is None:
            return self.english
        if language not in self._found:
            known = translated(self.folder / f"{language}.po")
            self._found[language] = {name: known.get(self._key(name), text) for name, text in self.english.items()}
        return self._found[language]


def closest(wanted: str, offered: Collection[str]) -> str | None:
    """Return the language closest to the wanted one: itself, or that of which it is a regional form ("en-US": "en").

    Examples
    --------
    >>> closest("km-KH", ("en", "km")), closest("fr", ("en", "km"))
    ('km', None)
    """
    names = (wanted.lower(), wanted.lower().split("-", maxsplit=1)[0])
    return next((name for name in names if name in offered), None)


@cache
def language_name(language: str) -> str:
    """Return how a language's own speakers call it."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(language, sep="-").get_language_name(language)
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else language


@cache
def translated(file: Path) -> Mapping[Key, str]:
    """Return what a catalogue translates: without what is empty, and what waits for somebody to look at it again."""
    with file.open("rb") as lines:
        from babel.messages.pofile import read_po

        messages = read_po(lines)
    return {
        (str(message.context), str(message.id)): str(message.string).replace("|", BREAK)
        for message in messages
        if message.id and message.string and not message.fuzzy
    }


@cache
def languages(folder: Path) -> tuple[str, ...]:
    """Return the languages that a folder has catalogues for, besides English."""
    return tuple(sorted(file.stem for file in folder.glob("*.po")))


def update(file: Path, texts: Iterable[Texts]) -> None:
    """Bring a catalogue up to date with the texts in the code, or begin it.

    New texts come without a translation. Where the English was changed, the old translation stays and is marked
    "fuzzy": until somebody takes that mark off, the English is shown. What is no longer used goes.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    old: Catalog | None = None
    if file.exists():
        with file.open("rb") as lines:
            old = read_po(lines)
    fresh = Catalog(locale=file.stem)
    for context, english in (key for each in texts for key in each.entries()):
        translation, fuzzy = _known(old, context, english)
        fresh.add(english, translation, context=context, flags=["fuzzy"] if fuzzy else [])
    with file.open("wb") as lines:
        lines.write(_HEADER.format(language=file.stem).encode())
        write_po(lines, fresh, width=116, omit_header=True)


# Without the times and addresses that the library would write: they would change with every update.
_HEADER = """\
# msgctxt is the text's id; a bar in msgstr stands where a line may break in a script that sets no spaces.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _known(old: Catalog | None, context: str, english: str) -> tuple[str, bool]:
    """Return what a catalogue has for a text, and whether that is of another English."""
    if old is None:
        return "", False
    same = [message for message in old if message.id and message.context == context]
    for message in same:
        if message.id == english:
            return str(message.string), message.fuzzy
    translations = [str(message.string) for message in same if message.string]
    return (translations[0], True) if translations else ("", False)
