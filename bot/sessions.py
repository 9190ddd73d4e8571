"""Opening stored sessions: one that cannot be read must neither be lost nor hold its person up for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.conversation import effects
from bot.conversation.core import Step
from bot.conversation.session import DamagedSessionError, Session, restore
from bot.conversation.texts import phrase
from engine.survey import Survey


@dataclass(frozen=True, slots=True)
class Opened:
    """A stored session, ready for `advance`.

    Attributes
    ----------
    session : Session or None
        Where the person stands; of no survey where that could not be read, so that they are met anew.
    fault : str or None
        Why it could not be read, without any of its content.
    keep : bool
        Whether what is stored would be lost by storing the next session in its place.
    """

    session: Session | None
    fault: str | None = None
    keep: bool = False


def open_session(data: Any, survey: Survey) -> Opened:
    """Open what is stored for a person (None: nothing)."""
    if data is None:
        return Opened(None)
    try:
        session = restore(data)
    except DamagedSessionError as error:
        return Opened(_remains(data, survey), str(error), keep=True)
    if session.consented_at is not None and not _is_moment(session.consented_at):
        return Opened(_remains(data, survey), 'the session\'s "consented_at" is no time with its zone', keep=True)
    unfinished = session.phase in ("asking", "label")
    return Opened(session, keep=unfinished and session.survey != survey.id)


def explained(step: Step, language: str) -> Step:
    """Let a step begin by telling the person that their session could not be read."""
    return replace(step, effects=(effects.Say(phrase("lost_track", language)), *step.effects))


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _remains(data: Any, survey: Survey) -> Session:
    """Return a session of no survey that keeps what the next one needs: the last card's number, and the wishes."""
    fields = data if isinstance(data, Mapping) else {}
    card, language = fields.get("card"), fields.get("language")
    return Session(
        run="none",
        survey="",
        card=card if type(card) is int and 0 <= card < 10**6 else 0,
        language=language if isinstance(language, str) else survey.languages[0],
        language_chosen=fields.get("language_chosen") is True,
        no_reminders=fields.get("no_reminders") is True,
    )
