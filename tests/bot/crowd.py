"""People by the hundred: each in a chat of the local Bot API server, seen from within it, which costs next to nothing.

They do what they do once. Whoever sees a question a second time, since a message came twice, does not answer it again:
where an answer got lost, the conversation stands still, and the person is stuck.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from sqlalchemy import func, select

from bot.conversation.callbacks import Action, Callback
from bot.local.chats import Change
from bot.local.state import LocalBotApi
from bot.store import schema
from engine.survey import Question, Survey
from tests.bot.house import PSEUDONYMS
from tests.postgres import engine_for

Meanings: TypeAlias = Mapping[tuple[Action, str], str]
"""What a message's buttons mean -> the data that they carry."""

LANGUAGE = "en"
RESULT = "Your result is ready."
HESITATION = 0.2
"""Seconds that people take at most before they answer."""


@dataclass
class Visitor:
    """Somebody who answers the whole survey, by tapping and now and then by typing.

    Attributes
    ----------
    given : dict
        Column -> what the person answered, as far as they came.
    stated : str or None
        The person's own answer to the target.
    invited : asyncio.Event
        Set once the person may begin.
    told, pictured : bool
        Whether the words of the result came, and its picture.
    """

    api: LocalBotApi
    survey: Survey
    seed: int
    given: dict[str, Any] = field(default_factory=dict)
    stated: str | None = None
    invited: asyncio.Event = field(default_factory=asyncio.Event)
    told: bool = False
    pictured: bool = False

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._chat = self.api.join(None, f"Visitor {self.seed}", LANGUAGE)
        self._done: set[str] = set()
        self._ticked: dict[str, frozenset[str]] = {}
        self._arrived: dict[int, tuple[str, ...]] = {}
        self._looking = ExitStack()  # for good: what comes twice may come after the result
        self._news = self._looking.enter_context(self._chat.follow(0))

    @property
    def id(self) -> str:
        """The person's id, as the bot's database has it."""
        return str(self._chat.id)

    @property
    def twice(self) -> int:
        """Messages that came although they had come before."""
        while not self._news.empty():
            self._see(self._news.get_nowait())
        return sum(number - 1 for number in Counter(self._arrived.values()).values())

    async def converse(self) -> None:
        """Once invited, talk to the bot until the result is there, in words and as a picture."""
        await self.invited.wait()
        await self._hesitate()
        self.api.receive(self._chat, {"text": "/start"})
        while not (self.told and self.pictured):
            if (seen := self._see(await self._news.get())) is not None:
                await self._act(*seen)

    def __str__(self) -> str:
        newest = next(reversed(self._arrived.values()), ("nothing",))
        return f"visitor {self.seed}: gave {self.given}, stated {self.stated}; the newest message is {newest[0]!r}"

    def _see(self, change: Change) -> tuple[int, str, Meanings] | None:
        """Return the id, the text and the buttons of a message of the bot; nothing where the change is another."""
        if change.kind != "message" or not change.content["from"]["is_bot"]:
            return None
        message, number = change.content, change.content["message_id"]
        text = message.get("text") or message.get("caption") or ""
        rows = message.get("reply_markup", {}).get("inline_keyboard", ())
        carried = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
        self._arrived.setdefault(number, (text, *carried))
        self.told |= text.startswith(RESULT)
        self.pictured |= "photo" in message
        meanings = {(tap.action, tap.argument): data for data in carried if (tap := Callback.parse(data)) is not None}
        return number, text, meanings

    async def _act(self, message: int, text: str, meanings: Meanings) -> None:
        question = next((question for question in self.survey.asked if question.text.to(LANGUAGE) in text), None)
        if (agree := meanings.get((Action.AGREE, ""))) is not None:
            await self._once("agree", message, agree)
        elif (Action.STATE, "0") in meanings:
            await self._state(message, meanings)
        elif question is not None and question.kind == "multi":
            await self._tick(question, message, meanings)
        elif question is not None and meanings:
            await self._choose(question, message, meanings)

    async def _choose(self, question: Question, message: int, meanings: Meanings) -> None:
        if question.id in self._done:
            return
        places = [place for place, choice in enumerate(question.choices) if choice.ends is None]
        place = self._random.choice(places)
        choice = question.choices[place]
        self.given[question.columns[0]] = choice.value
        if self._random.random() < 0.3:
            self._done.add(question.id)
            await self._hesitate()
            self.api.receive(self._chat, {"text": choice.text.to(LANGUAGE)})
        else:
            await self._once(question.id, message, meanings[Action.CHOOSE, str(place)])

    async def _tick(self, question: Question, message: int, meanings: Meanings) -> None:
        """Tick some boxes at one go, and go on once all of them are seen to be ticked."""
        if question.id not in self._ticked:
            places = frozenset(str(p) for p in range(len(question.options)) if self._random.random() < 0.3)
            self._ticked[question.id] = places
            self.given |= {option.column: int(str(p) in places) for p, option in enumerate(question.options)}
            await self._hesitate()
            for place in places:
                self.api.tap(self._chat, message, meanings[Action.TICK, place])
        wanted = self._ticked[question.id]
        seen = {place for action, place in meanings if action == Action.UNTICK}
        confirm = meanings.get((Action.DONE if wanted else Action.NONE, ""))
        if seen == wanted and confirm is not None:
            await self._once(question.id, message, confirm)

    async def _state(self, message: int, meanings: Meanings) -> None:
        place = self._random.randrange(len(self.survey.target.grades))
        if "state" not in self._done:
            self.stated = self.survey.target.grades[place].value
        await self._once("state", message, meanings[Action.STATE, str(place)])

    async def _once(self, what: str, message: int, data: str) -> None:
        if what not in self._done:
            self._done.add(what)
            await self._hesitate()
            self.api.tap(self._chat, message, data)

    async def _hesitate(self) -> None:
        await asyncio.sleep(self._random.random() * HESITATION)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many conversations; all but ``twice`` must be 0.

    Attributes
    ----------
    lost : int
        Answers that were given, and are not stored or differ from what is.
    doubled : int
        Responses beyond one a person, and answers that are stored and were never given.
    twice : int
        Messages that came twice.
    stuck : int
        People who came to no result.
    parked : int
        Updates and messages that were given up.
    unsent : int
        Messages that are still to be sent.
    """

    lost: int
    doubled: int
    twice: int
    stuck: int
    parked: int
    unsent: int

    @property
    def flawless(self) -> bool:
        """Whether nothing was lost or doubled and nobody is stuck."""
        return not (self.lost or self.doubled or self.stuck or self.parked or self.unsent)


async def converse_all(visitors: Sequence[Visitor], patience: float) -> list[Visitor]:
    """Invite everybody to talk at the same time for at most ``patience`` seconds, and return those who got stuck."""
    for visitor in visitors:
        visitor.invited.set()
    return await converse_when_invited(visitors, patience)


async def converse_when_invited(visitors: Sequence[Visitor], patience: float) -> list[Visitor]:
    """Let those who are invited meanwhile talk for at most ``patience`` seconds, and return those who got stuck."""
    tasks = {asyncio.create_task(visitor.converse()): visitor for visitor in visitors}
    done, pending = await asyncio.wait(tasks, timeout=patience)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()
    return [tasks[task] for task in pending]


def judge(database: str, visitors: Sequence[Visitor], stuck: int) -> Outcome:
    """Hold what is stored against what people did and saw."""
    engine = engine_for(database)
    people, responses, outbox = schema.people.c, schema.responses.c, schema.outbox.c
    with engine.connect() as connection:
        query = select(people.user_id, responses.answers, responses.stated).join(
            schema.responses, responses.person_id == people.id
        )
        stored: dict[str, list[tuple[dict[str, Any], str | None]]] = {}
        for row in connection.execute(query):
            stored.setdefault(PSEUDONYMS.seals.opened("telegram", row.user_id), []).append(
                (dict(row.answers), row.stated)
            )
        parked = connection.scalar(select(func.count()).select_from(schema.parked_updates)) or 0
        given_up = connection.scalar(select(func.count()).where(outbox.error.is_not(None))) or 0
        unsent = connection.scalar(select(func.count()).where(schema.unsent)) or 0
    engine.dispose()
    lost = doubled = 0
    for visitor in visitors:
        given = {**visitor.given, "stated": visitor.stated}
        first, *others = stored.get(visitor.id, []) or [({}, None)]
        kept = {**first[0], "stated": first[1]}
        lost += sum(kept.get(column) != answer for column, answer in given.items())
        doubled += len(others) + len(kept.keys() - given.keys())
    twice = sum(visitor.twice for visitor in visitors)
    return Outcome(lost, doubled, twice, stuck, parked + given_up, unsent)


async def until_all_is_sent(database: str, patience: float = 60) -> None:
    """Wait until the outbox is empty, or ``patience`` is at its end: then `judge` tells."""
    engine = engine_for(database)
    deadline = asyncio.get_running_loop().time() + patience
    while asyncio.get_running_loop().time() < deadline:
        with engine.connect() as connection:
            if connection.execute(select(schema.outbox.c.id).where(schema.unsent).limit(1)).first() is None:
                break
        await asyncio.sleep(0.1)
    engine.dispose()
