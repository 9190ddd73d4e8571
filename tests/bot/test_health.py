"""/healthz and /metrics as a load balancer and Prometheus ask for them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, insert
from starlette.applications import Starlette

from bot import health as healths
from bot.conversation.effects import Say
from bot.health import Health
from bot.metrics import Metrics
from bot.store import database as databases
from bot.store import outbox, schema
from bot.store.condition import Condition, look
from bot.store.database import Store
from bot.store.letters import Address

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@asynccontextmanager
async def asked(
    store: Store, metrics: Metrics | None = None, model: Callable[[], str | None] = lambda: "v7"
) -> AsyncIterator[httpx.AsyncClient]:
    health = Health(store, metrics or Metrics(), model, clock=lambda: NOON)
    transport = httpx.ASGITransport(Starlette(routes=health.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


async def put(store: Store, chat: str, since: datetime) -> None:
    await store.step(
        partial(outbox.put, address=Address("telegram", chat), messages=[Say("a secret answer")], now=since)
    )


async def test_a_bot_that_works_is_ok(store: Store) -> None:
    await put(store, "5550001", NOON - timedelta(seconds=3))
    seen = {"channel": "telegram", "update_id": 5550002, "seen_at": NOON}
    await store.step(lambda connection: connection.execute(insert(schema.seen_updates).values(seen)))

    async with asked(store) as client:
        response = await client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": True,
        "model": "v7",
        "last_update": "2026-01-02T12:00:00+00:00",
        "outbox": {"waiting": 1, "bulk": 0, "held": 0, "oldest_seconds": 3.0, "stuck_chats": 0},
    }


async def test_a_bot_whose_messages_are_stuck_is_degraded_but_still_there(store: Store) -> None:
    await put(store, "7", NOON - timedelta(minutes=10))

    async with asked(store) as client:
        response = await client.get("/healthz")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")


async def test_a_bot_without_a_model_is_degraded(store: Store) -> None:
    async with asked(store, model=lambda: None) as client:
        response = await client.get("/healthz")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_bot_whose_database_is_away_is_down_until_it_is_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(healths, "PATIENCE_SECONDS", 0.05)
    looks: list[datetime] = []

    def counted(connection: Connection, now: datetime) -> Condition:
        looks.append(now)
        return look(connection, now)

    monkeypatch.setattr(healths, "look", counted)
    other = sqlite3.connect(tmp_path / "answers.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    async with asked(store, metrics := Metrics()) as client:
        while_away = [await client.get("/healthz") for _ in range(3)]
        measured = await client.get("/metrics")
        other.execute("ROLLBACK")
        async with asyncio.timeout(10):
            while (back := await client.get("/healthz")).status_code != 200:
                pass

    other.close()
    assert {response.status_code for response in while_away} == {503}
    assert while_away[0].json() == {
        "status": "down",
        "database": False,
        "model": "v7",
        "last_update": None,
        "outbox": None,
    }
    assert "bot_database_up 0.0" in measured.text
    assert back.json()["status"] == "ok"
    assert len(looks) <= 2, "looks that nobody waits for must not queue up"
    assert metrics.value("bot_database_up") == 0


async def test_what_was_counted_and_what_waits_is_measured(store: Store) -> None:
    metrics = Metrics()
    metrics.step("Tapped", 0.01)
    await put(store, "5550001", NOON - timedelta(seconds=3))

    async with asked(store, metrics) as client:
        response = await client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain; version=")
    assert 'bot_steps_total{kind="Tapped"} 1.0' in response.text
    assert 'bot_outbox_messages{state="waiting"} 1.0' in response.text
    assert "bot_outbox_oldest_seconds 3.0" in response.text
    assert "bot_database_up 1.0" in response.text


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
async def test_nobody_learns_an_answer_or_an_id(store: Store, path: str) -> None:
    await put(store, "5550001", NOON)

    async with asked(store) as client:
        said = (await client.get(path)).text

    assert "5550001" not in said
    assert "secret" not in said
