"""What a conversation asks for, as plain data: messages to show and things to store, carried out in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias


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

    ``view`` is "result" (text, picture, suggestions, buttons) or, below it, "words" (the text once more), "what_if",
    "answers", "outcome" (see `bot.conversation.what_if`), "details" or "share". ``card`` numbers the message that has
    the buttons: the picture of "result" and of "share", else the text. ``in_place``: the card is such a text already,
    and shows this view from now on. ``changes`` (column -> label) are answers that are only tried out, ``picking`` the
    column whose other answers are shown. Repeating it gives the same result.
    """

    run: str
    view: str = "result"
    card: int | None = None
    in_place: bool = False
    changes: Mapping[str, str] = field(default_factory=dict)
    picking: str | None = None


Decision: TypeAlias = Literal["given", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Consent:
    """Note down what the person decides about the uses of their answers.

    ``decisions`` is use -> decision, each from now on and for all answers, earlier ones too; ``words`` what the person
    was shown, exactly, in ``language``.
    """

    decisions: Mapping[str, Decision]
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class ShowData:
    """Show the person everything that is stored about them, or send it as a file; repeating it shows it again."""

    as_file: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Remove from the chat what the person just wrote, where the channel lets us; repeating it is harmless."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase everything stored about this person: answers, session, links, messages waiting.

    The messages of the same step are still sent: the freezing of the last card and the receipt.
    """


@dataclass(frozen=True, slots=True)
class Receipt:
    """Say what was erased, and when, by the `Forget` of the same step; nobody's language is known any more."""

    language: str


Effect: TypeAlias = Say | Redraw | Freeze | Store | Assess | Consent | ShowData | Withdraw | Forget | Receipt
