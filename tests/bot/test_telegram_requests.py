"""Every call is a POST with its parameters in the body: servers that stand in for Telegram may know nothing else."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import TelegramBot
from bot.store.database import Store
from bot.telegram.updates import WANTED
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS

ME = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "some_bot"}


async def test_a_server_that_takes_only_posts_with_a_body_is_enough(home: Survey, store: Store, tmp_path: Path) -> None:
    polled: asyncio.Queue[dict[str, list[str]]] = asyncio.Queue()

    async def answer(request: web.Request) -> web.Response:
        if request.match_info["method"] == "getUpdates":
            assert not request.query_string
            polled.put_nowait(parse_qs(await request.text()))
            await asyncio.sleep(0.05)
            return web.json_response({"ok": True, "result": []})
        return web.json_response({"ok": True, "result": ME if request.match_info["method"] == "getMe" else True})

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", answer)
    async with TestServer(app) as server:
        api_url = str(server.make_url("")).rstrip("/")
        bot = TelegramBot(
            home, tmp_path, store, token="1:x", api_url=api_url, messages_per_second=0, pseudonyms=PSEUDONYMS
        )
        stop = asyncio.Event()
        running = asyncio.create_task(bot.run(stop))
        async with asyncio.timeout(30):
            parameters = await polled.get()
        stop.set()
        await running

    assert parameters["offset"] == ["0"]
    assert [json.loads(kinds) for kinds in parameters["allowed_updates"]] == [list(WANTED)]
