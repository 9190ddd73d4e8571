"""What was made for a report on its way: after a restart, past faults, once, to who may have it, and no longer kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.analysis import ALBUM, PAGE
from bot.clock import utc_now
from bot.conversation import layout
from bot.jobs import FILES_KEPT, purge_files
from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import ApiError
from bot.store import jobs, outbox, schema
from bot.store.database import Store
from bot.store.letters import MESSAGES, Address, Message, Report, places
from engine.survey import Survey
from tests.bot.desk.staff import heard, owner_of
from tests.bot.house import address_of
from tests.bot.running import RunningBot
from tests.bot.test_telegram_channel import PIXEL

CONTENT = b"<!doctype html><title>Report</title>"
CAPTION = "ក" * 2000
"""Longer than Telegram takes."""


class Once:
    """Lets Telegram want a moment at the first album and at the first file."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        self.calls[call.method] += 1
        if call.method in ("sendMediaGroup", "sendDocument") and self.calls[call.method] == 1:
            raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
        return await proceed()


@pytest.fixture
def once() -> Once:
    return Once()


@pytest.fixture
async def throttled(home: Survey, trained: Path, database: str, once: Once) -> AsyncIterator[RunningBot]:
    async with RunningBot(home, trained, database, once) as bot:
        yield bot


def finished(connection: Connection, chat: Address, pictures: int = 3) -> int:
    """Let somebody's report be made, and return its number."""
    album = [{"file": f"{place}.png", "caption": CAPTION} for place in range(pictures)]
    job = jobs.add(connection, chat, "en", utc_now(), kind=jobs.ANALYSIS)
    jobs.end(connection, job.id, jobs.DONE, utc_now(), {"album": album})
    jobs.keep_files(connection, job.id, {"report.html": CONTENT, **{one["file"]: PIXEL for one in album}})
    return job.id


def letters(number: int, pictures: int = 3) -> list[Message]:
    return [
        Report(ALBUM, "en", {"job": number, MESSAGES: pictures}),
        Report(PAGE, "en", {"job": number}),
    ]


async def send(database: str, chat: Address, *, pictures: int = 3, lost: bool = False) -> int:
    """Put a report's files into a chat's outbox, as another worker that has ended since."""
    store = Store.open(database)

    def work(connection: Connection) -> int:
        number = finished(connection, chat, pictures)
        if lost:
            jobs.drop_files(connection, utc_now() + timedelta(days=1), ())
        outbox.put(connection, chat, letters(number, pictures), utc_now())
        return number

    try:
        return await store.step(work)
    finally:
        store.close()


async def test_where_telegram_wants_a_moment_each_part_still_comes_once(throttled: RunningBot, once: Once) -> None:
    async with owner_of(throttled) as owner:
        await send(throttled.database, address_of(owner.chat_id))
        page = await heard(owner, "open it in the browser")
        content = await owner.file(page)
        album = [seen for seen in owner.messages if seen.album]

    assert content == CONTENT
    assert len(album) == 3
    assert all(len(seen.text) == layout.CAPTION_LENGTH for seen in album)
    assert (once.calls["sendMediaGroup"], once.calls["sendDocument"]) == (2, 2)


async def test_one_picture_alone_is_no_album(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        await send(running.database, address_of(owner.chat_id), pictures=1)
        await heard(owner, "open it in the browser")
        pictures = [seen for seen in owner.messages if "photo" in seen.raw]

    assert [seen.album for seen in pictures] == [None]


async def test_files_that_are_no_longer_kept_are_said_to_be(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        await send(running.database, address_of(owner.chat_id), lost=True)
        await heard(owner, "The report's files are no longer kept; /report makes it anew")

    assert not [seen for seen in owner.messages if seen.file_id]


async def test_who_no_longer_runs_the_bot_gets_nothing_of_it(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as dismissed:
        await dismissed.start()
        await dismissed.next_message()
        await send(running.database, address_of(dismissed.chat_id))
        await send(running.database, address_of(owner.chat_id))
        await heard(owner, "open it in the browser")
        await dismissed.say("/help")
        await heard(dismissed, "What I can do")

    assert not [seen for seen in dismissed.messages if seen.file_id]


def test_an_album_counts_as_its_pictures() -> None:
    album, page = letters(1, 7)

    assert (places(album), places(page)) == (7, 1)


async def test_files_are_kept_until_they_are_sent_and_an_hour_at_least(store: Store) -> None:
    chat = address_of(1)
    waiting, sent = [await store.step(partial(finished, chat=chat)) for _ in range(2)]
    await store.step(partial(outbox.put, address=chat, messages=letters(waiting), now=utc_now()))

    async def kept(later: timedelta) -> set[int]:
        await store.step(partial(purge_files, now=utc_now() + later))
        return set(await store.look(lambda connection: connection.scalars(select(schema.job_files.c.job)).all()))

    assert await kept(FILES_KEPT / 2) == {waiting, sent}
    assert await kept(2 * FILES_KEPT) == {waiting}


async def test_files_go_with_their_job(store: Store) -> None:
    await store.step(partial(finished, chat=address_of(1)))
    await store.step(partial(jobs.forget_old, before=utc_now() + timedelta(days=1), spared=()))

    assert await store.look(lambda connection: connection.scalars(select(schema.job_files.c.job)).all()) == []
