"""What a conversation asks for, as plain data: messages to show and things to store, carried out in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it says, and either the data it carries (at most 64 bytes) or a link it opens."""

    label: str
    data: str | None = None
    url: str | None = None


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]
"""Rows of buttons; the empty tuple is no keyboard."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send a new message at the bottom of the chat.

    ``text`` is plain text (no markup). ``card`` numbers messages that may be edited later; the service
    remembers which message of the channel it became. Repeating it after a crash shows the message twice,
    which is harmless.
    """

    text: str
    keyboard: Keyboard = ()
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Redraw:
    """Edit the message of ``card`` in place.

    Repeating it is harmless; an unknown card becomes a new message.
    """

    card: int
    text: str
    keyboard: Keyboard = ()


@dataclass(frozen=True, slots=True)
class Freeze:
    """Remove the keyboard of ``card``, leaving its text (or replacing it by ``text``).

    Repeating it is harmless; an unknown card means nothing is done.
    """

    card: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """Store a finished response (once per run; the service refuses a second one for the same run).

    ``answers`` is column -> label, number or 0/1, walked along the path; ``stated`` the person's own answer
    to the target (the table's label) or None; ``outcome`` "complete", or "ended" where a choice closed the
    survey (stored, never trained). ``set_aside`` is what was given to questions, or in words, that the survey no
    longer has: question id -> answers in the words of the time.
    """

    run: str
    answers: Mapping[str, Any]
    stated: str | None
    outcome: str
    campaign: str | None
    set_aside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assess:
    """Tell the person the result of ``run`` (stored before, or in the same step).

    ``view`` is "result" (text, picture, suggestions, buttons), "what_if" or "details". ``card`` numbers the
    message whose buttons belong to the result; it is never redrawn, only frozen without a text, so that it
    may be the picture. Repeating it gives the same result.
    """

    run: str
    view: str = "result"
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Remove from the chat what the person just wrote, where the channel lets us; repeating it is harmless."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase everything stored about this person: answers, session, links, messages waiting.

    The messages of the same step are still sent: the freezing of the last card and the receipt.
    """


Effect: TypeAlias = Say | Redraw | Freeze | Store | Assess | Withdraw | Forget
