"""The floor of a durable step: what no bot in Python can leave out, and nothing else.

``python -m tests.benchmarks.floor`` with BOT_TOKEN and TELEGRAM_API_URL set, in a folder for its database. It decodes
each update, shares one transaction among those of a batch (update seen, session saved, message in the outbox; and the
messages delivered since marked as sent), and makes the step's two calls once that is committed.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvloop

from tests.benchmarks.bare_bot import ANSWERS, question
from tests.benchmarks.raw_http import Calling

CONNECTIONS = 32

TABLES = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE seen (id INTEGER PRIMARY KEY);
    CREATE TABLE sessions (chat INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE outbox (id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, payload TEXT NOT NULL, sent_at REAL);
"""


class Floor:
    """A bot of a hundred lines that would survive a crash."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._path = f"/bot{token}/".encode()
        self._polling = Calling(parts.hostname or "", parts.port or 80, 1)
        self._calling = Calling(parts.hostname or "", parts.port or 80, CONNECTIONS)
        self._database = sqlite3.connect("floor.db", isolation_level=None)
        self._database.executescript(TABLES)
        self._sent: list[tuple[float, int]] = []
        self._numbers: dict[int, int] = {}

    async def run(self) -> None:
        """Poll until the process is ended."""
        offset = 0
        while True:
            batch = await self._updates(offset)
            if batch:
                self._take_in(batch)
                offset = batch[-1]["update_id"] + 1

    def _updates(self, offset: int) -> asyncio.Future[list[dict[str, Any]]]:
        answer: asyncio.Future[list[dict[str, Any]]] = asyncio.get_running_loop().create_future()
        body = orjson.dumps({"offset": offset, "timeout": 30})
        self._polling.post(
            self._path + b"getUpdates", body, lambda _, answered: answer.set_result(orjson.loads(answered)["result"])
        )
        return answer

    def _take_in(self, batch: list[dict[str, Any]]) -> None:
        messages = [(update, self._next_card(update)) for update in batch]
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        self._database.executemany("UPDATE outbox SET sent_at = ? WHERE id = ?", self._sent)
        self._sent.clear()
        rows = []
        for update, message in messages:
            seen = execute("INSERT OR IGNORE INTO seen VALUES (?)", (update["update_id"],)).rowcount
            if seen:
                payload = orjson.dumps(message).decode()
                execute("INSERT OR REPLACE INTO sessions VALUES (?, ?)", (message["chat_id"], payload))
                put = execute("INSERT INTO outbox (chat, payload) VALUES (?, ?)", (message["chat_id"], payload))
                rows.append((put.lastrowid or 0, update, message))
        execute("COMMIT")
        for row, update, message in rows:
            self._send(row, update, message)

    def _next_card(self, update: dict[str, Any]) -> dict[str, Any]:
        tap = update.get("callback_query")
        shown = (tap or update)["message"]
        chat = shown["chat"]["id"]
        number = self._numbers[chat] = self._numbers.get(chat, -1) + 1
        rows = [[{"text": text, "callback_data": f"{number}:{place}"}] for place, text in enumerate(ANSWERS)]
        text = question(number, ANSWERS[0] if tap else None)
        message = {"chat_id": chat, "text": text, "reply_markup": {"inline_keyboard": rows}}
        return message | {"message_id": shown["message_id"]} if tap else message

    def _send(self, row: int, update: dict[str, Any], message: dict[str, Any]) -> None:
        if tap := update.get("callback_query"):
            answer = orjson.dumps({"callback_query_id": tap["id"]})
            self._calling.post(self._path + b"answerCallbackQuery", answer, lambda *_: None)
        method = b"editMessageText" if "message_id" in message else b"sendMessage"
        self._calling.post(self._path + method, orjson.dumps(message), lambda *_: self._sent.append((time.time(), row)))


if __name__ == "__main__":
    uvloop.run(Floor(os.environ["TELEGRAM_API_URL"], os.environ["BOT_TOKEN"]).run())
