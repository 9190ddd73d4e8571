"""People at the desk of a running bot: an owner, an admin, and what they see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.local.person import PATIENCE, Person, Seen
from tests.bot.running import RunningBot


@asynccontextmanager
async def owner_of(bot: RunningBot) -> AsyncIterator[Person]:
    """Be the owner of a bot that nobody owned."""
    person = await bot.owner()
    try:
        yield person
    finally:
        await person.__aexit__(None, None, None)


@asynccontextmanager
async def admin_of(bot: RunningBot, owner: Person) -> AsyncIterator[Person]:
    """Be an admin whom the owner invited."""
    await ask(owner, "/admins", "Those who run the bot")
    await owner.tap("Invite an admin")
    link = await heard(owner, "start=adm_")
    async with bot.person() as person:
        await person.start(payload_of(link))
        await heard(person, "You run this bot now, as an admin")
        yield person


async def ask(person: Person, words: str, expected: str) -> Seen:
    """Say something and return the answer that holds the expected words."""
    seen = len(person.messages)
    await person.say(words)
    return await heard(person, expected, after=seen)


async def heard(person: Person, expected: str, after: int = 0, patience: float = PATIENCE) -> Seen:
    """Wait for the bot to say something, and return the newest message that does."""

    def found(chat: object) -> list[Seen]:
        return [seen for seen in person.messages[after:] if not seen.mine and expected in seen.text]

    await person.wait_for(lambda chat: bool(found(chat)), patience)
    return found(None)[-1]


def payload_of(message: Seen) -> str:
    """Return what the link in a message carries."""
    return message.text.rpartition("start=")[2].split()[0]
