"""Callback data: what a button carries, as a type that renders, parses and matches itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.session import Session

MAX_BYTES = 64
"""Telegram's limit for a button's data."""
_RUN_LENGTH = 8
"""Characters of a run's name that a button carries: enough to tell one person's few runs apart."""


class Action(StrEnum):
    """What a tap asks for; the values stand in people's chats, so they never change their meaning."""

    AGREE = "agree"
    AGREE_WITHOUT_TRAINING = "agree_part"
    CHOOSE = "choose"
    TICK = "tick"
    UNTICK = "untick"
    NONE = "none"
    DONE = "done"
    STATE = "state"
    SKIP = "skip"
    BACK = "back"
    RESTART = "again"
    SPEAK = "speak"
    FORGET = "forget"
    KEEP = "keep"
    WHAT_IF = "what_if"
    PICK = "pick"
    TRY = "try"
    DETAILS = "details"
    WORDS = "words"
    SHARE = "share"
    ALLOW = "allow"
    REFUSE = "refuse"
    CLOSE = "close"
    NO_REMINDERS = "no_nudge"
    OTHER = "other"
    REVIEW = "review"
    EDIT = "edit"
    GO_ON = "go_on"


_FORM = re.compile(
    rf"([\w-]{{1,{_RUN_LENGTH}}}):([0-9]{{1,9}}):([0-9]{{1,9}}):({'|'.join(Action)}):([\w.-]{{0,40}})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Callback:
    """One button's meaning, bound to a run and (0: any) to the state of one card.

    ``argument`` is the place of a choice, option, grade or question counted from 0, a language, a use of answers, or
    answers that are only tried out (see `bot.conversation.trying`).
    """

    run: str
    card: int
    revision: int
    action: Action
    argument: str = ""

    @classmethod
    def on_card(cls, session: Session, action: Action, argument: str | int = "") -> Callback:
        """Return what a button of the session's open card carries."""
        return cls(session.run[:_RUN_LENGTH], session.card, session.revision, action, str(argument))

    @classmethod
    def on_result(cls, run: str, action: Action, argument: str = "", stamp: int = 0) -> Callback:
        """Return what a button under the result of ``run`` carries: it works from wherever it stands.

        ``stamp``, carried as the revision, tells of which definition an argument speaks.
        """
        return cls(run[:_RUN_LENGTH], 0, stamp, action, argument)

    @classmethod
    def parse(cls, data: str) -> Callback | None:
        """Return what ``data`` means, or None where no button of ours carries it."""
        match = _FORM.fullmatch(data)
        if match is None:
            return None
        return cls(match[1], int(match[2]), int(match[3]), Action(match[4]), match[5])

    def render(self) -> str:
        """Return the data for a button.

        Raises
        ------
        ValueError
            Where it could not be read back, or is longer than a channel carries.
        """
        data = f"{self.run}:{self.card}:{self.revision}:{self.action}:{self.argument}"
        if len(data.encode()) > MAX_BYTES or _FORM.fullmatch(data) is None:
            raise ValueError(f'the button data "{data}" cannot be carried')
        return data

    def is_on(self, session: Session) -> bool:
        """Whether it was tapped on the session's open card, whatever that card showed at the time."""
        return self.run == session.run[:_RUN_LENGTH] and self.card == session.card
