"""What somebody who comes for the first time, with a cheap phone, has to tap and to pay for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import partial

import pytest

from bot.local.chats import Change
from bot.local.person import Person, Seen
from engine.survey import Survey
from tests.bot.running import RunningBot

MOST_TAPS = 9
"""From START to the result, besides one for each ticked box."""
MOST_BYTES = 150_000
"""For the whole conversation, pictures included."""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "km"])
async def test_a_whole_conversation_takes_few_taps_and_little_data(
    running: RunningBot, home: Survey, language: str
) -> None:
    async with Person(running.server.url, language=language) as person:
        with running.server.api.chats[person.chat_id].follow(0) as changes:
            await person.start()
            await person.wait_for(lambda chat: bool(chat) and chat[-1].text.startswith(home.title.to(language)))

            labels = await _tap_through(person)
        picture = next(seen for seen in person.messages if seen.file_id is not None)
        pictured = len(await person.picture(picture))

    ticked = [label for label in labels if label.startswith("☐")]
    assert len(ticked) == 2
    assert len(labels) - len(ticked) <= MOST_TAPS
    size = _size(changes)
    print(len(labels), labels, size, pictured)
    assert size + pictured <= MOST_BYTES


async def _tap_through(person: Person) -> list[str]:
    """Tap the first choice, or one box and what confirms it, until the picture comes; return what was tapped."""
    labels = []
    while not any(seen.file_id for seen in person.messages):
        card = person.messages[-1]
        labels.append(_next(card))
        await person.tap(labels[-1])
        await person.wait_for(partial(_has_moved_on, card))
    return labels


def _has_moved_on(card: Seen, chat: Sequence[Seen]) -> bool:
    newest = chat[-1]
    return newest.raw != card.raw and (bool(newest.buttons) or newest.file_id is not None)


def _next(card: Seen) -> str:
    boxes = [button.label for button in card.buttons if button.label[0] in "☐☑"]
    if any(label.startswith("☑") for label in boxes):
        return next(button.label for button in card.buttons if ":done:" in (button.data or ""))
    return boxes[0] if boxes else card.buttons[0].label


def _size(changes: asyncio.Queue[Change]) -> int:
    """Return the bytes of all messages as the Bot API writes them, each edit anew."""
    seen = (changes.get_nowait() for _ in range(changes.qsize()))
    return sum(len(json.dumps(each.content, ensure_ascii=False).encode()) for each in seen if each.kind == "message")
