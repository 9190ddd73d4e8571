"""Telling those who run the bot, in the chat, when something needs them: once when it begins, once when it is over."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection, delete, select

from bot.clock import Clock, utc_now
from bot.conversation.effects import Say
from bot.desk.access import Access
from bot.finding import Finding
from bot.owner_texts import owner_text
from bot.store import outbox
from bot.store.condition import GivenUp, look, parked_messages, parked_of_late
from bot.store.database import Store
from bot.store.dialects import Upsert
from bot.store.letters import Address
from bot.store.schema import alerts

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
LOW_BYTES = 500_000_000
LOW_SHARE = 0.05
ENOUGH_BYTES = 2_000_000_000
"""A disk is low with less than 500 MB free, or than 5 % of it; but 2 GB are enough on the largest."""
MARGIN = 1.2
"""How much more must be free for that to be over: a disk at the limit would tell so every minute."""
SHORT_SECONDS = 10.0
"""A database that is away for less is nobody's news."""
SHOWN = 5
"""Kinds of parked updates or messages that are listed."""
LONGEST = 1024
"""Characters of what is stored about an alert."""

SAME_EVENT = timedelta(minutes=10)
"""For how long a worker that tells of the database's absence tells nothing new."""

STUCK, MESSAGES, UPDATES = "stuck", "messages", "updates"
MODEL, TRAINING, AWAY = "model", "training", "away"


class Alerts:
    """Tells the owners about conditions; of several workers that find the same one tells.

    Parameters
    ----------
    store : Store
    access : Access
        Knows the owners, who are told; while there are none, alerts are log lines only.
    notify : callable
        Called with the owners' addresses once something for them is in the outbox.
    clock : Clock
    """

    def __init__(
        self,
        store: Store,
        access: Access,
        notify: Callable[[Iterable[Address]], None],
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._access = access
        self._notify = notify
        self._clock = clock

    async def settle(self, findings: Sequence[Finding]) -> None:
        """Tell the owners of what began or ended by these findings, in one transaction with noting it."""
        told, owners = await self._store.step(partial(_settle, findings, self._access, self._clock()))
        if told:
            self._notify(owners)
        for text in told:
            logger.warning("%s", text, extra={"fields": {"code": "alert"}})

    async def model_refused(self, reason: str) -> None:
        """Tell that the active version cannot be used, and why."""
        await self.settle([_model(reason)])

    async def model_in_use(self) -> None:
        """Note that there is a version that makes predictions; whatever was wrong with models is over."""
        await self.settle([_model(None), _training(None)])

    async def training_ended(self, code: int) -> None:
        """Tell of a training that failed, with its exit code; 0 is the end of that."""
        await self.settle([_training(code or None)])

    async def database_was_away(self, seconds: float) -> None:
        """Tell that the database answers again; each worker that waited says so, and one of them is heard."""
        if seconds >= SHORT_SECONDS:
            await self.settle([Finding(AWAY, owner_text("database_away", seconds=round(seconds)), None)])


class Watch:
    """Looks at what can be looked at, again and again.

    Parameters
    ----------
    alerts : Alerts
    store : Store
    folders : mapping of str to Path
        What must not run out of disk: where it is, by what it is called.
    clock : Clock
    others : sequence of callable
        Look at what this module need not know.
    """

    def __init__(
        self,
        alerts: Alerts,
        store: Store,
        folders: Mapping[str, Path],
        clock: Clock = utc_now,
        others: Sequence[Callable[[], Awaitable[Finding]]] = (),
    ) -> None:
        self._others = others
        self._alerts = alerts
        self._store = store
        self._folders = folders
        self._clock = clock

    async def run(self) -> None:
        """Look once a minute, for ever."""
        while True:
            try:
                await self.look()
            except Exception:
                logger.exception("looking after the bot broke off; the next look follows")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once, and tell what began or ended."""
        disks = await asyncio.to_thread(_disks, self._folders)
        found = await self._store.step(partial(_found_in_database, now=self._clock()))
        more = [await look_at() for look_at in self._others]
        await self._alerts.settle([*disks, *found, *more])


def watched_folders(database: Path | None, versions: Path) -> dict[str, Path]:
    """Return what must not run out of disk: an SQLite file's folder and that of the trained versions."""
    folders = {"the trained models": versions}
    return folders if database is None else {"the database": database.parent, **folders}


# -- findings -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Disk:
    free: int
    total: int
    holds: list[str] = field(default_factory=list)


def _existing(folder: Path) -> Path:
    """Return a folder, or the nearest around it that is there: before the first training there are no versions."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _disks(folders: Mapping[str, Path]) -> list[Finding]:
    disks: dict[int, _Disk] = {}
    for name, folder in folders.items():
        there = _existing(folder.absolute())
        usage = shutil.disk_usage(there)
        disks.setdefault(there.stat().st_dev, _Disk(usage.free, usage.total)).holds.append(name)
    return [finding for disk in disks.values() if (finding := _disk(disk)) is not None]


def _disk(disk: _Disk) -> Finding | None:
    """Return whether a disk is low, or None where it is neither that nor clearly over it."""
    limit, machine = max(LOW_BYTES, min(int(LOW_SHARE * disk.total), ENOUGH_BYTES)), socket.gethostname()
    if limit <= disk.free < MARGIN * limit:
        return None
    what = " and ".join(disk.holds)
    kind = "disk-" + blake2b(f"{machine}:{what}".encode(), digest_size=8).hexdigest()
    values = {"machine": machine, "free": f"{disk.free / 1e6:,.0f} MB", "what": what}
    trouble = owner_text("disk_low", **values) if disk.free < limit else None
    return Finding(kind, trouble, owner_text("disk_again", **values))


def _found_in_database(connection: Connection, now: datetime) -> list[Finding]:
    stuck = look(connection, now).stuck_chats
    messages, updates = parked_messages(connection, now), parked_of_late(connection, now)
    return [
        Finding(STUCK, owner_text("stuck", chats=stuck) if stuck else None, owner_text("stuck_no_longer")),
        Finding(MESSAGES, _given_up("messages_parked", messages), owner_text("messages_no_longer")),
        Finding(UPDATES, _given_up("updates_parked", updates), owner_text("updates_no_longer")),
        *_old_news(connection, now),
    ]


def _old_news(connection: Connection, now: datetime) -> list[Finding]:
    """Forget that the database was away: the next time is another event."""
    told = connection.scalar(select(alerts.c.raised_at).where(alerts.c.kind == AWAY))
    return [] if told is None or told > now - SAME_EVENT else [Finding(AWAY, None, None)]


def _given_up(text: str, given_up: Sequence[GivenUp]) -> str | None:
    if not given_up:
        return None
    lines = [f"{each.number} × {each.kind}: {each.reason}" for each in given_up[:SHOWN]]
    if len(given_up) > SHOWN:
        lines.append(owner_text("more_kinds", count=len(given_up) - SHOWN))
    return owner_text(text, number=sum(each.number for each in given_up), list="\n".join(lines))


def _model(reason: str | None) -> Finding:
    return Finding(MODEL, owner_text("model_refused", reason=reason) if reason else None, owner_text("model_again"))


def _training(code: int | None) -> Finding:
    trouble = owner_text("training_failed", code=code) if code is not None else None
    return Finding(TRAINING, trouble, owner_text("training_again"))


# -- telling once ---------------------------------------------------------------------------------------------


def _settle(
    findings: Sequence[Finding], access: Access, now: datetime, connection: Connection
) -> tuple[list[str], list[Address]]:
    """Note what began and what ended, promise the owners a message about each, and return those messages and whom."""
    standing = set(connection.scalars(select(alerts.c.kind)))
    texts = [
        text
        for finding in findings
        if (finding.trouble is None) is (finding.kind in standing)  # else nothing is new
        and (text := _note(connection, finding, now)) is not None
    ]
    owners = access.owners(connection) if texts else []
    for owner in owners:
        outbox.put(connection, owner, [Say(text) for text in texts], now)
    return texts, owners


def _note(connection: Connection, finding: Finding, now: datetime) -> str | None:
    """Note a condition's begin or end and return what is to be said of it; nothing where another worker was faster."""
    if finding.trouble is None:
        ended = connection.execute(delete(alerts).where(alerts.c.kind == finding.kind)).rowcount
        return finding.relief if ended else None
    values = {"kind": finding.kind, "detail": finding.trouble[:LONGEST], "raised_at": now}
    return None if _RAISE.execute(connection, [values]).first() is None else finding.trouble


_RAISE = Upsert(alerts, ("kind",), returning=("kind",))
