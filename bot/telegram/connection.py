"""Reaching Telegram: the first calls at start, and patience while it cannot be reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.conversation.profile import Profile
from bot.errors import UserError
from bot.telegram.api import BotApi
from bot.telegram.transport import UnansweredError

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before the second try of a call, and at most between two tries."""

T = TypeVar("T")


class WrongTokenError(UserError):
    """Telegram does not know the token."""

    def __init__(self) -> None:
        super().__init__("BOT_TOKEN: Telegram refuses it; copy the token again from @BotFather (/mybots, API Token)")


async def refuse_wrong_token(token: str, api_url: str) -> None:
    """Raise `WrongTokenError` where the Bot API says so now; whatever else it says, or does not, is for later."""
    api = BotApi(token, api_url)
    try:
        await api.open()
    except InvalidToken:
        raise WrongTokenError from None
    except TelegramError:
        return
    finally:
        await api.close()


async def username_of(token: str, api_url: str) -> str:
    """Ask Telegram what the bot is called; raises `WrongTokenError`, or `UserError` where it does not answer."""
    api = BotApi(token, api_url)
    try:
        await api.open()
    except InvalidToken:
        raise WrongTokenError from None
    except TelegramError as error:
        raise UserError(f"{describe(error)}; try again, or set BOT_USERNAME") from None
    else:
        return api.bot.username
    finally:
        await api.close()


async def introduce(api: BotApi, profiles: Mapping[str, Profile]) -> str:
    """Check the token and publish the profile by language; return the bot's name. Raises `WrongTokenError`.

    The first language's profile is also that of everybody whose app speaks another one.
    """
    await patiently(api.open)
    first, *others = profiles.items()
    for language, profile in ((None, first[1]), *others):
        await asyncio.gather(
            _publish("menu of commands", api.bot.set_my_commands(profile.commands, language_code=language)),
            _publish("description", api.bot.set_my_description(profile.description, language_code=language)),
            _publish(
                "short description",
                api.bot.set_my_short_description(profile.short_description, language_code=language),
            ),
        )
    return api.bot.username


async def _publish(what: str, call: Awaitable[bool]) -> None:
    """Make a call that may fail: what the bot says about itself is a convenience, people need not wait for it."""
    try:
        await call
    except TelegramError as error:
        logger.warning("the %s is not published (%s)", what, describe(error))


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call until it succeeds, with one line when it first fails and one when it works again.

    Raises
    ------
    WrongTokenError
        Which no patience mends.
    """
    said: str | None = None
    pause = FIRST_PAUSE
    while True:
        try:
            result = await call()
        except InvalidToken:
            raise WrongTokenError from None
        except TelegramError as error:
            trouble = describe(error)
            if trouble != said:
                logger.warning("%s; trying again until it works", trouble)
            said = trouble
            await asyncio.sleep(max(pause, _asked_to_wait(error)))
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            if said is not None:
                logger.info("Telegram answers again")
            return result


def describe(error: TelegramError) -> str:
    """Say what is wrong without quoting what the server sent, which may hold anything."""
    if isinstance(error, Conflict):
        return "another program receives this bot's messages (same BOT_TOKEN): stop one of the two"
    if isinstance(error, RetryAfter):
        return "Telegram asks to wait"
    cause = error.message if isinstance(error, UnansweredError) else type(error.__cause__ or error).__name__
    return f"Telegram cannot be reached ({cause})"


def _asked_to_wait(error: TelegramError) -> float:
    return seconds_to_wait(error) if isinstance(error, RetryAfter) else 0.0


def seconds_to_wait(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
