"""One person's conversation as it is stored between two events: only what the survey cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

FORMAT = 1
"""Number of the stored form; raise it together with a forward step in `restore`."""

Answer: TypeAlias = str | float | tuple[str, ...] | None
"""A single choice's value, a number, the chosen columns of a multi-select, or None where it was skipped."""

Phase: TypeAlias = Literal["consent", "asking", "label", "finished", "ended", "cancelled"]
Aside: TypeAlias = Literal["delete", "language", "resumed", "welcomed"]


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
        What was answered so far; answers that fell off the path stay here and are ignored.
    ticked : tuple of str
        Boxes ticked on the open multi-select card, not yet confirmed.
    at : str or None
        The question gone back to, if any; otherwise the first unanswered question of the path is current.
    stated : str or None
        The person's own answer to the target.
    campaign, language : str or None
        The campaign that led here; the language of the chat.
    consented_at : str or None
        ISO time of the consent.
    card, revision : int
        Number of the open card (unique in the chat), and how often it came to show something else. Ticking a
        box leaves the revision alone: its button names the wanted state, so that quick taps on several boxes
        all count.
    card_is_last : bool
        Whether the open card is still the chat's last message, so that it may be edited in place.
    aside : str or None
        What the open card asks instead of the survey ("delete", "language"), or "resumed": beside the
        question it offers to start over; or "welcomed": the whole welcome stands further up.
    last_tap : str or None
        Data of the tap just handled: an impatient second tap on the same button is passed over in silence.
    """

    run: str
    survey: str
    phase: Phase = "consent"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    at: str | None = None
    stated: str | None = None
    campaign: str | None = None
    language: str = "en"
    consented_at: str | None = None
    card: int = 0
    revision: int = 0
    card_is_last: bool = False
    aside: Aside | None = None
    last_tap: str | None = None

    def store(self) -> dict[str, Any]:
        """Return the session as JSON-ready data."""
        return {"format": FORMAT, **asdict(self)}


def restore(data: Mapping[str, Any]) -> Session:
    """Rebuild a session from `Session.store`'s data (after a round through JSON)."""
    fields = {key: value for key, value in data.items() if key in Session.__dataclass_fields__}
    answers = {
        question: tuple(answer) if isinstance(answer, list) else answer for question, answer in data["answers"].items()
    }
    return Session(**{**fields, "answers": answers, "ticked": tuple(data["ticked"])})
