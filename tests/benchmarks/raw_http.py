"""HTTP/1.1 as cheap as it can be in Python: what plays Telegram must never be slower than the bots it measures."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import httptools

Handle: TypeAlias = Callable[[bytes, bytes, "Answering"], None]
"""Takes a request's path and body; answers at once or later."""
Done: TypeAlias = Callable[[int, bytes], None]
"""Takes the status (0: the connection broke) and the body of an answer."""


class Answering(asyncio.Protocol):
    """The server's side of one kept-alive connection."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._parser = httptools.HttpRequestParser(self)
        self._path = self._body = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a stream's transport, uvloop's or asyncio's

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self.transport is not None:
                self.transport.close()

    def on_message_begin(self) -> None:
        self._path = self._body = b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._handle(self._path, self._body, self)

    def answer(self, body: bytes, status: bytes = b"200 OK") -> None:
        """Answer the request; one whose caller has gone gets nothing."""
        if self.transport is not None:
            self.transport.write(
                b"HTTP/1.1 %b\r\nServer: nginx\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (status, len(body), body)
            )


class Calling:
    """The client's side: at most ``limit`` kept-alive connections to one server, one call at a time on each."""

    def __init__(self, host: str, port: int, limit: int) -> None:
        self._host, self._port, self._limit = host, port, limit
        self._head = b" HTTP/1.1\r\nHost: %b:%d\r\nContent-Type: application/json\r\n" % (host.encode(), port)
        self._waiting: deque[tuple[bytes, Done]] = deque()
        self._idle: list[_Connection] = []
        self._open = 0
        self._opening: set[asyncio.Task[None]] = set()

    def post(self, path: bytes, body: bytes, done: Done, headers: Mapping[str, str] | None = None) -> None:
        """Post JSON; ``done`` is called once, also where it fails."""
        more = b"".join(f"{name}: {value}\r\n".encode() for name, value in (headers or {}).items())
        request = b"POST %b%b%bContent-Length: %d\r\n\r\n%b" % (path, self._head, more, len(body), body)
        if self._idle:
            self._idle.pop().send(request, done)
            return
        self._waiting.append((request, done))
        self._open_another()

    def freed(self, connection: _Connection) -> None:
        """Take a connection back whose call is over."""
        if self._waiting:
            connection.send(*self._waiting.popleft())
        else:
            self._idle.append(connection)

    def lost(self, connection: _Connection) -> None:
        """Forget a connection that the server closed."""
        self._open -= 1
        if connection in self._idle:
            self._idle.remove(connection)
        if self._waiting:
            self._open_another()

    def _open_another(self) -> None:
        if self._open < self._limit:
            self._open += 1
            task = asyncio.get_running_loop().create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _connect(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(lambda: _Connection(self), self._host, self._port)
        except OSError:
            self._open -= 1
            refused, self._waiting = self._waiting, deque()
            for _, done in refused:
                done(0, b"")
        else:
            self.freed(connection)


class _Connection(asyncio.Protocol):
    def __init__(self, pool: Calling) -> None:
        self._pool = pool
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._done: Done | None = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._pool.lost(self)
        self._finish(0)

    def send(self, request: bytes, done: Done) -> None:
        self._body, self._done = b"", done
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        done, self._done = self._done, None
        if self._parser.should_keep_alive():
            self._pool.freed(self)
        else:
            self._transport.close()
        if done is not None:
            done(status, self._body)

    def _finish(self, status: int) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(status, b"")
