"""HTTP to the Bot API: one pool, every fault a NetworkError, and the token nowhere but in the address."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TypeAlias
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from yarl import URL

from bot.errors import UserError
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.telegram import transport as transports
from bot.telegram.api import CONNECTIONS, BotApi
from bot.telegram.connection import describe
from bot.telegram.transport import Transport, api_transport, parse_json
from tests.bot.local.wire import picture

TOKEN = "123456:" + "x" * 35
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}'

Handler: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """Serve bare connections, and give the address."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def calling(url: str) -> AsyncIterator[BotApi]:
    """Give the Bot API at an address, without asking there who the bot is."""
    api = BotApi(TOKEN, url)
    await api.bot.request.initialize()
    try:
        yield api
    finally:
        await api.close()


@asynccontextmanager
async def answering(status: int, **reply: object) -> AsyncIterator[BotApi]:
    """Give a Bot API that answers every call in the same way."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"ok": status == 200, **reply}, status=status)

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", answer)
    async with TestServer(app) as server, calling(str(server.make_url("")).rstrip("/")) as api:
        yield api


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return a request's head; its body, if it has one, is read too."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
    await reader.readexactly(int(length.partition(b":")[2]))
    return head


# -- what is sent ----------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text("abc_", min_size=1), st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_form_holds_the_parameters_as_they_are(parameters: dict[str, str]) -> None:
    body = transports._form(parameters).decode("ascii")

    assert dict(parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body))) == parameters


async def test_the_librarys_own_calls_with_and_without_files_go_through_it() -> None:
    async with LocalServer() as server, Person(server.url) as person:
        api = BotApi(server.token, server.url)
        await api.open()
        said = await api.bot.send_message(person.chat_id, "100 % sûr & certain? ភាសា")
        shown = await api.bot.send_photo(person.chat_id, picture(), caption="chart")
        file = await shown.photo[-1].get_file()
        fetched = bytes(await file.download_as_bytearray())
        await api.close()

    assert said.text == "100 % sûr & certain? ភាសា"
    assert fetched == picture()


async def test_calls_one_after_the_other_share_a_connection() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while not reader.at_eof():
            try:
                await read_request(reader)
            except asyncio.IncompleteReadError:
                break
            writer.write(OK)
        writer.close()

    async with listening(serve) as url, calling(url) as api:
        assert [await api.call("getMe", {}) for _ in range(5)] == [True] * 5

    assert connections == 1


async def test_no_more_calls_are_under_way_than_there_are_connections() -> None:
    under_way = most = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return web.json_response({"ok": True, "result": True})

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", answer)
    async with TestServer(app) as server, calling(str(server.make_url("")).rstrip("/")) as api:
        await asyncio.gather(*(api.call("getMe", {}) for _ in range(3 * CONNECTIONS)))

    assert most == CONNECTIONS


# -- what goes wrong -------------------------------------------------------------------------------------------


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.close()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.transport.abort()


async def talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"220 mail.example.org ESMTP\r\n\r\n")
    writer.close()


async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(OK[:-5])
    writer.close()


async def echo_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await read_request(reader)
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%b" % (len(head), head))
    writer.close()


async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")
    writer.close()


FAULTS = [hang_up, reset, talk_nonsense, break_off, echo_the_request, redirect]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_a_fault_of_the_network_is_a_network_error_that_tells_no_token(fault: Handler) -> None:
    async with listening(fault) as url, calling(url) as api:
        with pytest.raises(NetworkError) as ours:
            await api.call("sendMessage", {"chat_id": 1, "text": "hello"})
        with pytest.raises(NetworkError) as librarys:
            await api.bot.send_message(1, "hello")

    for error in (ours.value, librarys.value):
        assert not isinstance(error, BadRequest)
        assert TOKEN not in everything_about(error)


async def test_a_server_that_is_not_there_is_a_network_error_that_tells_no_token() -> None:
    async with listening(hang_up) as url:
        pass

    async with calling(url) as api:
        with pytest.raises(NetworkError) as raised:
            await api.call("getMe", {})

    assert "ClientConnectorError" in describe(raised.value)
    assert TOKEN not in everything_about(raised.value)


async def test_a_connection_that_was_closed_just_as_it_is_used_again_is_a_network_error() -> None:
    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK)
        await read_request(reader)
        writer.close()

    async with listening(answer_once) as url, calling(url) as api:
        assert await api.call("getMe", {}) is True
        with pytest.raises(NetworkError, match="ServerDisconnectedError") as raised:
            await api.call("sendMessage", {"chat_id": 1, "text": "hello"})
        assert await api.call("getMe", {}) is True

    assert TOKEN not in everything_about(raised.value)


async def test_an_answer_that_does_not_come_in_time_has_timed_out() -> None:
    let_go = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await let_go.wait()
        writer.close()

    async with listening(say_nothing) as url, calling(url) as api:
        with pytest.raises(TimedOut) as ours:
            await api.bot.get_me(read_timeout=0.05)
        let_go.set()

    assert TOKEN not in everything_about(ours.value)


async def test_a_call_that_finds_no_free_connection_has_timed_out() -> None:
    let_go = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await let_go.wait()
        writer.close()

    async with listening(say_nothing) as url, Transport(1) as transport:
        first = asyncio.create_task(transport.do_request(f"{url}/bot{TOKEN}/getMe", "POST"))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut):
            await transport.do_request(f"{url}/bot{TOKEN}/getMe", "POST", connect_timeout=0.02, pool_timeout=0.03)
        let_go.set()
        with pytest.raises(NetworkError):
            await first


async def test_a_closed_transport_is_a_network_error() -> None:
    async with answering(200, result=True) as api:
        await api.close()

        with pytest.raises(NetworkError, match="closed"):
            await api.call("getMe", {})


async def test_a_token_that_telegram_refuses_is_not_quoted() -> None:
    async with answering(401, error_code=401, description="Unauthorized") as api:
        with pytest.raises(InvalidToken) as raised:
            await api.open()

    assert TOKEN not in everything_about(raised.value)


def everything_about(error: BaseException) -> str:
    """Return all that a log could tell of an error: its words and those of every error behind it."""
    return "\n".join([repr(each) + str(each) for each in behind(error)] + traceback.format_exception(error))


def behind(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


# -- what the Bot API refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (400, "Bad Request: message is not modified", BadRequest),
        (401, "Unauthorized", InvalidToken),
        (403, "Forbidden: bot was blocked by the user", Forbidden),
        (404, "Not Found", InvalidToken),
        (409, "Conflict: terminated by other getUpdates request", Conflict),
        (500, "Internal Server Error", NetworkError),
        (502, "Bad Gateway", NetworkError),
    ],
)
async def test_a_refusal_is_what_the_library_makes_of_it(
    status: int, description: str, kind: type[TelegramError]
) -> None:
    async with answering(status, error_code=status, description=description) as api:
        with pytest.raises(kind) as ours:
            await api.call("sendMessage", {"chat_id": 1, "text": "hello"})
        with pytest.raises(kind) as librarys:
            await api.bot.send_message(1, "hello")

    assert type(ours.value) is type(librarys.value)
    assert ours.value.message == librarys.value.message


async def test_being_told_to_wait_names_the_seconds() -> None:
    parameters = {"retry_after": 7}
    async with answering(429, description="Too Many Requests: retry after 7", parameters=parameters) as api:
        with pytest.raises(RetryAfter) as raised:
            await api.call("sendMessage", {"chat_id": 1, "text": "hello"})

    assert str(raised.value) == str(RetryAfter(7))


@pytest.mark.parametrize("payload", [b'{"text": "\\ud800"}', b'{"text": "\xff"}'])
def test_one_odd_text_hides_nothing_else(payload: bytes) -> None:
    assert set(parse_json(payload)) == {"text"}


@pytest.mark.parametrize("payload", [b"", b"<html>", b"[" * 100_000])
def test_what_is_no_json_is_nothing(payload: bytes) -> None:
    assert parse_json(payload) is None


# -- proxies ---------------------------------------------------------------------------------------------------


async def test_the_environments_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await read_request(reader)).split(b" ")[1].decode())
        writer.write(OK)
        writer.close()

    async with listening(forward) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        async with calling("http://api.telegram.test") as api:
            assert await api.call("getMe", {}) is True

    assert asked == [f"http://api.telegram.test/bot{TOKEN}/getMe"]


async def test_a_server_on_this_machine_is_never_looked_for_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with answering(200, result=True) as api:
        assert await api.call("getMe", {}) is True


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({"https_proxy": "http://proxy.test:3128"}, "http://proxy.test:3128"),
        ({"https_proxy": "proxy.test:3128"}, "http://proxy.test:3128"),
        ({"all_proxy": "http://proxy.test:3128"}, "http://proxy.test:3128"),
        ({"https_proxy": "http://proxy.test:3128", "no_proxy": "telegram.org"}, None),
        ({"http_proxy": "http://proxy.test:3128"}, None),
    ],
)
def test_the_proxy_is_the_one_for_the_api(
    variables: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    found = api_transport("https://api.telegram.org", 1)._proxy

    assert found == (None if proxy is None else URL(proxy))


def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://proxy.test:1080")

    with pytest.raises(UserError, match="HTTPS_PROXY: must be an address such as http://"):
        api_transport("https://api.telegram.org", 1)
