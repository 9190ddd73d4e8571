"""A person in a chat: taps, types and sees messages, while the session goes through its stored form every step."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.conversation.core import Step, advance
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
from bot.conversation.events import Commanded, Edited, Event, SentSomethingElse, Started, Tapped, Typed
from bot.conversation.receipt import Erased, receipt_text
from bot.conversation.reminding import nudge
from bot.conversation.result import result_keyboard
from bot.conversation.session import Session, restore
from engine.survey import Survey, load

ROOT = Path(__file__).parents[3]
HOME = load(ROOT / "models" / "mobile_money")
COFFEE = load(ROOT / "tests" / "surveys" / "coffee")
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
TO_AGREE = ["I'm 15 or older: start", "I'm 15+: start, no training", "ខ្មែរ"]
"""The buttons of the home survey's welcome."""

_MARKS = "←✓☐☑ "


@dataclass(frozen=True)
class Message:
    """A message in the chat as it looks now."""

    text: str
    keyboard: Keyboard = ()
    card: int | None = None

    @property
    def labels(self) -> list[str]:
        """What the buttons say, without the marks before it."""
        return [button.label.strip(_MARKS) for row in self.keyboard for button in row]


class Respondent:
    """Somebody who answers a survey; every step is held to the rules that all steps share."""

    def __init__(self, survey: Survey = HOME) -> None:
        self.survey = survey
        self.session: Session | None = None
        self.messages: list[Message] = []
        self.stored: list[Store] = []
        self.results: list[Assess] = []
        self.consents: list[Consent] = []
        self.effects: tuple[Effect, ...] = ()
        self.offered: list[str] = []
        self.now = NOW
        self._runs = 0

    # -- what a person does -----------------------------------------------------------------------------------

    def start(self, payload: str | None = None, language: str | None = "en") -> Message:
        return self.do(Started(payload, language))

    def tap(self, label: str) -> Message:
        return self.tap_data(self.button(label))

    def tap_data(self, data: str) -> Message:
        return self.do(Tapped(data))

    def say(self, text: str) -> Message:
        return self.do(Typed(text))

    def command(self, name: str) -> Message:
        return self.do(Commanded(name))

    def edit(self, text: str) -> Message:
        return self.do(Edited(text))

    def send(self, kind: str, words: str = "", album: str | None = None) -> Message:
        return self.do(SentSomethingElse(kind, None, words, album))

    def agree(self) -> Message:
        """Start and consent, which is one tap."""
        self.start()
        return self.tap_data(self.last.keyboard[0][0].data or "")

    def answer(self, *texts: str) -> Message:
        """Type one answer after the other."""
        for text in texts:
            self.say(text)
        return self.last

    def do(self, event: Event) -> Message:
        self._runs += 1
        step = advance(self.survey, self.session, event, now=self.now, new_run=f"run-{self._runs:04}")
        return self._take(step)

    def be_silent(self, **time: int) -> Message:
        """Do nothing for some time, and be reminded then."""
        self.now += timedelta(**time)
        return self._take(nudge(self.survey, self.state, self.now))

    def _take(self, step: Step) -> Message:
        self.session = _through_the_store(step.session)
        self.effects = step.effects
        for effect in step.effects:
            self._carry_out(effect)
        assert len(self.calls) <= 2
        return self.last

    # -- what a person sees -----------------------------------------------------------------------------------

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def calls(self) -> list[Effect]:
        """The calls that the last step costs, for what the person sees of the bot."""
        silent = Store | Forget | Consent | ShowData | Withdraw
        return [effect for effect in self.effects if not isinstance(effect, silent)]

    @property
    def state(self) -> Session:
        assert self.session is not None
        return self.session

    def button(self, label: str) -> str:
        """Return the data of the newest button with a label."""
        for message in reversed(self.messages):
            for row in message.keyboard:
                for button in row:
                    if button.label.strip(_MARKS) == label:
                        assert button.data is not None
                        return button.data
        raise AssertionError(f'no button "{label}"; the last message offers {self.last.labels}')

    # -- the chat ---------------------------------------------------------------------------------------------

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Say):
            self._show(Message(effect.text, effect.keyboard, effect.card))
        elif isinstance(effect, Redraw):
            place = self._place(effect.card)
            self._check(effect.text, effect.keyboard)
            self.messages[place] = Message(effect.text, effect.keyboard, effect.card)
        elif isinstance(effect, Freeze):
            place = self._place(effect.card)
            old = self.messages[place]
            self.messages[place] = replace(old, text=effect.text or old.text, keyboard=())
        elif isinstance(effect, Assess):
            self.results.append(effect)
            told = Message(f"({effect.view})", result_keyboard(effect.run, self.state.language), effect.card)
            if effect.in_place:
                assert effect.card == self.state.card
                self.messages[self._place(effect.card)] = told
            else:
                self._show(told)
        elif isinstance(effect, Store):
            self.stored.append(effect)
        elif isinstance(effect, Consent):
            self.consents.append(effect)
        elif isinstance(effect, ShowData):
            self._show(Message("(data as a file)" if effect.as_file else "(data)"))
        elif isinstance(effect, Receipt):
            self._show(Message(receipt_text(Erased(NOW), effect.language)))
        elif isinstance(effect, Forget):
            self.messages = [replace(message, card=None) for message in self.messages]

    def _show(self, message: Message) -> None:
        self._check(message.text, message.keyboard)
        if message.card is not None:
            assert message.card >= max((known.card or 0 for known in self.messages), default=0)
            assert not any(known.keyboard for known in self.messages if known.card == message.card)
        self.messages.append(message)

    def _check(self, text: str, keyboard: Keyboard) -> None:
        assert 0 < len(text.encode("utf-16-le")) // 2 <= 4096
        for row in keyboard:
            for button in row:
                assert button.data is not None
                assert len(button.data.encode()) <= 64
                self.offered.append(button.data)

    def _place(self, card: int) -> int:
        places = [place for place, message in enumerate(self.messages) if message.card == card]
        return places[-1]


def _through_the_store(session: Session | None) -> Session | None:
    if session is None:
        return None
    restored = restore(json.loads(json.dumps(session.store())))
    assert restored == session
    return restored
