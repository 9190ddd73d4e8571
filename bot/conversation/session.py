"""One person's conversation as it is stored between two events: only what the survey cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from bot.conversation.consent import REFUSABLE

FORMAT = 3
"""Number of the stored form; raise it together with a forward step in `restore`."""

Answer: TypeAlias = str | float | tuple[str, ...] | None
"""A single choice's value, a number, the chosen columns of a multi-select, or None where it was skipped."""

Phase: TypeAlias = Literal["consent", "asking", "label", "finished", "ended", "cancelled"]
Aside: TypeAlias = Literal["delete", "language", "privacy", "resumed", "reminded", "welcomed"]


class DamagedSessionError(ValueError):
    """Stored data is no session that this release can read; says why without quoting any of it."""


@dataclass(frozen=True)
class Session:
    """Where one person stands.

    Attributes
    ----------
    run : str
        Name of this run through the survey; a new one with each restart, so that old buttons are told apart.
    survey : str
        The survey's id.
    phase : str
        Which part of the conversation is open; within "asking" the current question is computed.
    answers : mapping of question id to Answer
        What was answered so far, as the definition of now reads it; answers that fell off the path stay here
        and are ignored.
    given : mapping of question id to tuple of Answer
        Everything that was given to a question, in the words of the time and oldest first, where the survey
        changed under the run so that ``answers`` does not tell it all; see `bot.conversation.carrying`.
    definition : str
        Digest of the questions as they were when the run began.
    ticked : tuple of str
        Boxes ticked and not yet confirmed; those of a question that is not open wait until it is.
    at : str or None
        The question gone back to, if any; otherwise the first unanswered question of the path is current.
    stated : str or None
        The person's own answer to the target.
    campaign, language : str or None
        The campaign that led here; the language of the chat.
    shared : bool
        Whether the link that led here was passed on by somebody who had taken part.
    language_chosen : bool
        Whether the person chose that language themselves.
    consented_at : str or None
        ISO time of the consent.
    refused : tuple of str or None
        The uses of the answers that the person does not allow; None where they never agreed to take part.
    card, revision : int
        Number of the open card (unique in the chat), and how often it came to show something else. Ticking a
        box leaves the revision alone: its button names the wanted state, so that quick taps on several boxes
        all count.
    asked, offer : str
        The question that the open card asks, if it asks one, and a digest of all that its buttons stand for:
        should the survey change meanwhile, the card still means what it showed.
    card_is_last : bool
        Whether the open card is still the chat's last message, so that it may be edited in place.
    aside : str or None
        What the open card asks instead of the survey ("delete", "language", "privacy"), or "resumed": beside the
        question it offers to start over; "reminded": that, and no more reminders; or "welcomed": the whole
        welcome stands further up.
    last_tap : str or None
        Data of the tap just handled, or the mark of what else is answered only once (see
        `bot.conversation.unasked`): an impatient second tap on the same button is passed over in silence.
    reminded_at : str or None
        ISO time at which the person was reminded of this run.
    no_reminders : bool
        Whether the person wants no reminders; holds for every later run.
    doubts : tuple of tuple of str
        What the open card asks back: for each part of the text typed last that came close to something on offer,
        what it may have meant, the closest first; see `bot.conversation.doubts`.
    review : str or None
        The question, or "" for the person's own answer, to which they go on when they have looked through their
        answers; None where they do not look through them.
    misses : int
        How many texts in a row were not understood.
    """

    run: str
    survey: str
    phase: Phase = "consent"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    given: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    definition: str = ""
    ticked: tuple[str, ...] = ()
    at: str | None = None
    stated: str | None = None
    campaign: str | None = None
    shared: bool = False
    language: str = "en"
    language_chosen: bool = False
    consented_at: str | None = None
    refused: tuple[str, ...] | None = None
    card: int = 0
    revision: int = 0
    asked: str | None = None
    offer: str = ""
    card_is_last: bool = False
    aside: Aside | None = None
    last_tap: str | None = None
    reminded_at: str | None = None
    no_reminders: bool = False
    doubts: tuple[tuple[str, ...], ...] = ()
    review: str | None = None
    misses: int = 0

    def store(self) -> dict[str, Any]:
        """Return the session as JSON-ready data."""
        return {"format": FORMAT, **asdict(self)}


def restore(data: Any) -> Session:
    """Rebuild a session from `Session.store`'s data (after a round through JSON).

    Raises
    ------
    DamagedSessionError
        Where the data is no session, or one that a newer release stored. What is returned is whole: no later
        step has to ask whether a field makes sense.
    """
    fields = _of_this_format(data)
    for name, holds in _HOLDS.items():
        if name not in fields or not holds(fields[name]):
            raise DamagedSessionError(f'the session\'s "{name}" is missing or makes no sense')
    return Session(
        **{name: fields[name] for name in _HOLDS}
        | {
            "answers": {question: _answer(stored) for question, stored in fields["answers"].items()},
            "given": {question: tuple(map(_answer, stored)) for question, stored in fields["given"].items()},
            "ticked": tuple(fields["ticked"]),
            "refused": None if fields["refused"] is None else tuple(fields["refused"]),
            "doubts": tuple(map(tuple, fields["doubts"])),
        }
    )


def _of_this_format(data: Any) -> Mapping[str, Any]:
    version: Any = data.get("format") if isinstance(data, Mapping) else None
    if not _is_count(version) or version == 0:
        raise DamagedSessionError("the session names no format")
    if version > FORMAT:
        raise DamagedSessionError(f"the session is of format {version}; this release reads up to {FORMAT}")
    for step in _FORWARD[version - 1 :]:
        data = step(data)
    return dict(data)


def _to_2(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add what tells whether the survey changed: of a card shown before, nobody knows what it offered."""
    return {**data, "given": {}, "definition": "", "asked": None, "offer": ""}


def _to_3(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add what nobody noted before: a shared link, refused uses, reminders, whose choice the language is, doubts.

    Uses may be refused already: a restored backup is told what was withdrawn since it was made.
    """
    agreed = data.get("consented_at") is not None or data.get("phase") in ("finished", "ended", "cancelled")
    refused: list[str] | None = [] if agreed else None
    unknown = {"shared": False, "language_chosen": False, "reminded_at": None, "no_reminders": False}
    return {**data, **unknown, "refused": data.get("refused", refused), "doubts": [], "review": None, "misses": 0}


_FORWARD: tuple[Callable[[Mapping[str, Any]], Mapping[str, Any]], ...] = (_to_2, _to_3)
"""The step from each format to the next, the first one's first."""


def _answer(stored: Any) -> Answer:
    return tuple(stored) if isinstance(stored, list) else stored


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 10**8  # a button carries nine digits, and cards go on counting


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _are_doubts(value: Any) -> bool:
    return isinstance(value, list) and all(_are_texts(doubt) and doubt for doubt in value)


def _is_answer(value: Any) -> bool:
    return _is_text_or_none(value) or type(value) in (int, float) or _are_texts(value)


def _holds_answers(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_answer, value.values()))


def _holds_stories(value: Any) -> bool:
    stories = value.values() if isinstance(value, Mapping) else (None,)
    return all(isinstance(story, list) and story and all(map(_is_answer, story)) for story in stories)


_RUN = re.compile(r"[\w-]{1,64}", re.ASCII)

_HOLDS: Mapping[str, Callable[[Any], bool]] = {
    "run": lambda value: isinstance(value, str) and _RUN.fullmatch(value) is not None,
    "survey": _is_text,
    "phase": lambda value: value in get_args(Phase),
    "answers": _holds_answers,
    "given": _holds_stories,
    "definition": _is_text,
    "ticked": _are_texts,
    "at": _is_text_or_none,
    "stated": _is_text_or_none,
    "campaign": _is_text_or_none,
    "shared": lambda value: isinstance(value, bool),
    "language": _is_text,
    "language_chosen": _is_yes_or_no,
    "consented_at": _is_text_or_none,
    "refused": lambda value: value is None or (isinstance(value, list) and all(use in REFUSABLE for use in value)),
    "card": _is_count,
    "revision": _is_count,
    "asked": _is_text_or_none,
    "offer": _is_text,
    "card_is_last": _is_yes_or_no,
    "aside": lambda value: value is None or value in get_args(Aside),
    "last_tap": _is_text_or_none,
    "reminded_at": _is_text_or_none,
    "no_reminders": _is_yes_or_no,
    "doubts": _are_doubts,
    "review": _is_text_or_none,
    "misses": _is_count,
}
"""What each field of a session holds."""
