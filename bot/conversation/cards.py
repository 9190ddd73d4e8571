"""The card that a session calls for: what the person is shown, and what they can tap."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation import layout
from bot.conversation.callbacks import Action, Callback
from bot.conversation.effects import Button, Keyboard
from bot.conversation.folding import bare
from bot.conversation.session import Session


@dataclass(frozen=True, slots=True)
class Card:
    """A message with buttons, before it has a place in the chat."""

    text: str
    keyboard: Keyboard = ()

    def noted(self, note: str) -> Card:
        """Return the card with a line to the person above it."""
        return replace(self, text=layout.paragraphs(note, self.text))

    def offers(self, data: str) -> bool:
        """Whether one of its buttons carries ``data``."""
        return any(button.data == data for row in self.keyboard for button in row)

    def named(self, text: str) -> str | None:
        """Return the data of the button whose label was typed instead of tapped."""
        for row in self.keyboard:
            for button in row:
                if bare(button.label) == bare(text):
                    return button.data
        return None


def button(session: Session, label: str, action: Action, argument: str | int = "") -> Button:
    """Return a button of the session's open card."""
    return Button(label, Callback.on_card(session, action, argument).render())
