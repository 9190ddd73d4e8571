"""Reports: what somebody asked for, made when it is sent, long after the step that promised it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

from bot.channel import Channel, DeliveryError, RefusedError, UnreachableError
from bot.conversation.texts import phrase
from bot.store.database import DATABASE_FAULTS
from bot.store.letters import Report

Maker: TypeAlias = Callable[[Channel, str, Report], Awaitable[str | None]]
"""Makes a report and sends it to a chat; returns the channel's name for the message that may be edited later, if any.

Whatever it does besides must bear being done twice: after a crash it is.
"""


class Reports:
    """Sends reports.

    Parameters
    ----------
    makers : mapping of str to Maker
        By the kind of report.
    """

    def __init__(self, makers: Mapping[str, Maker]) -> None:
        self._makers = makers

    async def send(self, channel: Channel, chat: str, report: Report) -> str | None:
        """Make a report and send it; raises `DeliveryError`."""
        maker = self._makers.get(report.kind)
        if maker is None:
            raise RefusedError(f"this program makes no report of the kind {report.kind}")
        try:
            return await maker(channel, chat, report)
        except DATABASE_FAULTS as error:
            raise UnreachableError(f"the database does not answer: {type(error).__name__}") from None
        except DeliveryError:
            raise
        except Exception:  # whoever asked must not wait for ever; that it is set aside tells the owners
            with suppress(DeliveryError):
                await channel.say(chat, phrase("fault", report.language), ())
            raise
