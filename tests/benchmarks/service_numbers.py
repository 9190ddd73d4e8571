"""The bot as a process: time to start, from the last tap to the photo, and memory.

Run ``python -m tests.benchmarks.service_numbers``. It needs a trained version of the home survey (the first
``python -m bot`` makes one).
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time

import aiohttp

from bot.local.person import Person
from bot.local.server import LocalServer
from tests.benchmarks.processes import bot, resident_megabytes
from tests.bot.running import answer_until

STARTS = 5
CONVERSATIONS = 100
TOGETHER = 4


async def start_seconds() -> float:
    """Return the time from the command to an answering page."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        async with bot(folder, "local", "--port", "0") as process, aiohttp.ClientSession() as http:
            assert process.stdout is not None
            async for line in process.stdout:
                if b"http://" in line:
                    url = next(word for word in line.decode().split() if word.startswith("http://"))
                    async with http.get(url) as response:
                        assert response.ok
                    return time.perf_counter() - began
    raise RuntimeError("the page was never announced; is there a trained version?")


async def photo_milliseconds(url: str) -> float:
    """Play one conversation and return the time from its last tap to the photo."""
    async with Person(url) as person:
        await person.start()
        label = await answer_until(person, lambda chat: "your own answer" in chat[-1].text and bool(chat[-1].buttons))
        began = time.perf_counter()
        await person.tap_data(label.id, label.buttons[0].data or "")
        await person.wait_for(lambda chat: chat[-1].file_id is not None)
        return (time.perf_counter() - began) * 1000


async def main() -> None:
    """Measure and print."""
    starts = [await start_seconds() for _ in range(STARTS)]
    print(f"python -m bot to the page answering: median {statistics.median(starts):.2f} s, worst {max(starts):.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        async with LocalServer() as server:
            settings = {"BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "MESSAGES_PER_SECOND": "0"}
            async with bot(folder, "run", **settings) as process:
                first = await photo_milliseconds(server.url)
                alone = [await photo_milliseconds(server.url) for _ in range(20)]
                gate = asyncio.Semaphore(TOGETHER)

                async def gated() -> None:
                    async with gate:
                        await photo_milliseconds(server.url)

                await asyncio.gather(*(gated() for _ in range(CONVERSATIONS - 21)))
                memory = resident_megabytes(process.pid)
    print(f"last tap to the photo: first person {first:.0f} ms, then median {statistics.median(alone):.0f} ms, "
          f"worst of {len(alone)} {max(alone):.0f} ms")  # fmt: skip
    print(f"resident memory after {CONVERSATIONS} conversations: {memory:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main())
