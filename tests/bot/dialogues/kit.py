"""Recorded conversations: what a person does and what the core answers, as text files that people can read.

A file begins with what it is about and whom it is with::

    # A market seller taps her way through.
    survey: models/mobile_money
    language: km-KH

    > /start market-day
    + Your mobile money
      …
      [I'm 15 or older: start] [ខ្មែរ]

Behind ``>`` stands what the person does: a text or a command as typed, ``[label]`` for a tap on the newest button with
that label, ``[label] again`` for the same tap once more, ``[label] of old`` for one on the first button that ever had
it, ``(sticker)`` for what is no text, ``(after 3 days)`` for time that passes. Below stands what comes of it: ``+`` a
new message, ``~`` one that is edited, ``-`` one that loses its buttons, ``=`` what is stored or worked out elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.conversation.effects import (
    Assess,
    Consent,
    Effect,
    Forget,
    Freeze,
    Keyboard,
    Receipt,
    Redraw,
    Say,
    ShowData,
    Store,
    Withdraw,
)
from bot.conversation.events import Commanded, Event, SentSomethingElse, Started, Tapped, Typed
from engine.survey import load
from tests.bot.conversation.respondent import ROOT, Respondent

FOLDER = Path(__file__).parent

_TAP = re.compile(r"\[(?P<label>.+)\](?P<which> again| of old)?")
_PAUSE = re.compile(r"\(after (?P<count>\d+) (?P<unit>minutes|hours|days|weeks)\)")
_KIND = re.compile(r"\((?P<kind>\w+)\)")


@dataclass(frozen=True)
class Recording:
    """A recorded conversation: the head of its file, and what the person does."""

    head: str
    survey: Path
    language: str
    inputs: tuple[str, ...]


def read(text: str) -> Recording:
    """Take a file's head and inputs; what was answered is for `play` to say again."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("> "))
    head = lines[:first]
    settings = dict(line.split(": ", 1) for line in head if ": " in line and not line.startswith("#"))
    inputs = tuple(line[2:] for line in lines if line.startswith("> "))
    return Recording("\n".join(head).strip(), ROOT / settings["survey"], settings["language"], inputs)


def play(recording: Recording) -> str:
    """Return the file's text as the core answers today; between two steps the session goes through its stored form."""
    person = _Recorded(recording)
    blocks = ("\n".join((f"> {typed}", *person.does(typed))) for typed in recording.inputs)
    return "\n\n".join((recording.head, *blocks)) + "\n"


class _Recorded:
    def __init__(self, recording: Recording) -> None:
        self._person = Respondent(load(recording.survey))
        self._language = recording.language
        self._tapped = ""
        self._buttons: list[tuple[str, str]] = []

    def does(self, typed: str) -> Iterator[str]:
        """Do what a line says, and yield what comes of it."""
        if pause := _PAUSE.fullmatch(typed):
            self._person.now += timedelta(**{pause["unit"]: int(pause["count"])})
            return
        self._person.do(self._event(typed))
        for effect in self._person.effects:
            self._buttons += [
                (button.label, button.data)
                for row in getattr(effect, "keyboard", ())
                for button in row
                if button.data is not None
            ]
            yield _shown(effect)

    def _event(self, typed: str) -> Event:
        if tap := _TAP.fullmatch(typed):
            return Tapped(self._data(tap["label"], (tap["which"] or "").strip()))
        if kind := _KIND.fullmatch(typed):
            return SentSomethingElse(kind["kind"])
        if typed.startswith("/"):
            name, _, argument = typed[1:].partition(" ")
            return Started(argument or None, self._language) if name == "start" else Commanded(name, argument)
        return Typed(typed)

    def _data(self, label: str, which: str) -> str:
        if which != "again":
            found = [data for shown, data in self._buttons if shown == label]
            assert found, f"there was never a button [{label}]"
            self._tapped = found[0 if which == "of old" else -1]
        return self._tapped


def _shown(effect: Effect) -> str:
    match effect:
        case Say(text, keyboard):
            shown = _message("+", text, keyboard)
        case Redraw(_, text, keyboard):
            shown = _message("~", text, keyboard)
        case Freeze(_, text):
            shown = _message("-", text or "", ())
        case Store():
            stored = {"outcome": effect.outcome, "stated": effect.stated, "answers": effect.answers}
            shown = f"= stored: {json.dumps(stored, ensure_ascii=False)}"
        case Assess():
            shown = f"= told: {effect.view}"
        case Forget():
            shown = "= forgotten"
        case Consent():
            shown = f"= consent: {dict(effect.decisions)}"
        case Receipt():
            shown = "= told: what was erased"
        case Withdraw():
            shown = "= taken out of the chat"
        case ShowData():
            shown = "= told: what is kept"
    return shown


def _message(mark: str, text: str, keyboard: Keyboard) -> str:
    rows = (" ".join(f"[{button.label}]" for button in row) for row in keyboard)
    first, *rest = (*text.split("\n"), *rows)
    return "\n".join((f"{mark} {first}".rstrip(), *(f"  {line}".rstrip() for line in rest)))
