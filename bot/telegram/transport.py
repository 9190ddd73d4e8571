"""HTTP to the Bot API over aiohttp: a call costs a sixth of the CPU that it costs by the library's own transport.

The address of every call holds the token, and aiohttp's exceptions hold the address: none of them leaves this module.
"""

from __future__ import annotations

import io
import ipaddress
import json
import ssl
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import certifi
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.errors import UserError

POOL_SECONDS = 30.0
"""How long a call waits for a free connection; a full pool is no reason to fail."""
CONNECT_SECONDS = 5.0
WRITE_SECONDS = 20.0
"""How long sending may take; a picture on a slow line takes longest."""
READ_SECONDS = 20.0
"""How long an answer may take; giving up too early on a message that did arrive sends it twice."""
FILE_SECONDS = 300.0
"""How long a file may take on its way, however large it is."""
FILE_PIECE = 64 * 1024

Files: TypeAlias = Mapping[str, tuple[str, bytes | IO[bytes], str]]
"""Parameters that are files: each one's name, content and media type."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class UnansweredError(NetworkError):
    """There was no answer; the message is the kind of what went wrong, and nothing more."""


class InvalidReplyError(NetworkError):
    """There was an answer, but none of the Bot API's; what it was is not told."""

    def __init__(self) -> None:
        super().__init__("not a reply of the Bot API")


class Transport(BaseRequest):
    """Makes the library's requests, as its extension point for that, and our own.

    Parameters
    ----------
    connections : int
        Requests under way at once; further ones wait.
    proxy : URL, optional
        Where requests go through.
    tls : ssl.SSLContext, optional
        Which certificates to trust, for an API behind https.
    """

    def __init__(self, connections: int, proxy: URL | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._connections = connections
        self._proxy = proxy
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take where the request does not say."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the pool; it connects when something is sent."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=self._tls or True),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                # replies are short: unpacking them would cost more than it saves
                skip_auto_headers=("Accept", "Accept-Encoding"),
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close the pool; what is under way fails."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def send(self, url: URL, parameters: Mapping[str, str], files: Files, read: float) -> tuple[int, bytes]:
        """Post a form; return the status and the body of the answer, which may take ``read`` seconds."""
        patience = _patience(read, WRITE_SECONDS, CONNECT_SECONDS, POOL_SECONDS)
        return await self._exchange("POST", url, parameters, files, patience)

    async def download(self, url: URL, target: Path) -> int:
        """Get a file piece by piece into ``target``, and return the status of the answer."""
        if self._session is None:
            raise UnansweredError("closed")
        failure: NetworkError
        patience = aiohttp.ClientTimeout(total=FILE_SECONDS, connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        try:
            async with self._session.get(url, timeout=patience, allow_redirects=False) as response:
                with target.open("wb") as file:
                    async for piece in response.content.iter_chunked(FILE_PIECE):
                        file.write(piece)
                return response.status
        except TimeoutError:
            failure = TimedOut()
        except aiohttp.ClientError as error:
            failure = UnansweredError(type(error).__name__)
        raise failure  # not within the handler: see `_exchange`

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make a request of the library's; see `telegram.request.BaseRequest.do_request`."""
        patience = _patience(
            _seconds(read_timeout, READ_SECONDS),
            _seconds(write_timeout, WRITE_SECONDS),
            _seconds(connect_timeout, CONNECT_SECONDS),
            _seconds(pool_timeout, POOL_SECONDS),
        )
        parameters = request_data.json_parameters if request_data else {}
        files = request_data.multipart_data if request_data else {}
        status, payload = await self._exchange(method, URL(url), parameters, files, patience)
        # the library would quote what is none of the Bot API's, and that may be an echo of the address
        quotable = status < 300 or isinstance(parse_json(payload), dict)
        return status, payload if quotable else b"{}"

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the JSON object of an answer; raises `InvalidReplyError`, which quotes nothing of another one."""
        reply = parse_json(payload)
        if not isinstance(reply, dict):
            raise InvalidReplyError
        return reply

    async def _exchange(
        self,
        method: str,
        url: URL,
        parameters: Mapping[str, str],
        files: Files,
        patience: aiohttp.ClientTimeout,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise UnansweredError("closed")
        body, headers = (_multipart(parameters, files), None) if files else (_form(parameters), _FORM)
        failure: NetworkError
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            failure = TimedOut()
        except (aiohttp.ClientError, OSError) as error:
            failure = UnansweredError(type(error).__name__)
        # not within the handler: the exception there, which holds the token, would stay tied to this one
        raise failure


def parse_json(payload: bytes) -> Any:
    """Return what JSON says, however badly it is encoded; None where it is none at all."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        # half a surrogate pair, or bytes that are no UTF-8: one person's odd text must not hide everybody else's
        return _parse_leniently(payload)


def api_transport(api_url: str, connections: int) -> Transport:
    """Return a way to the Bot API, through the proxy that the environment names.

    Raises
    ------
    UserError
        When that proxy is of a kind that cannot be used.
    """
    scheme = urlsplit(api_url).scheme
    return Transport(connections, _environments_proxy(api_url), _trusted() if scheme == "https" else None)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parse_leniently(payload: bytes) -> Any:
    try:
        return json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _form(parameters: Mapping[str, str]) -> bytes:
    """Encode parameters as every stand-in for Telegram understands them; yarl does so six times faster than urllib."""
    return URL.build(query=parameters).raw_query_string.encode()


def _multipart(parameters: Mapping[str, str], files: Files) -> aiohttp.FormData:
    form = aiohttp.FormData(parameters, default_to_multipart=True)
    for name, (filename, content, media_type) in files.items():
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=media_type)
    return form


@cache
def _patience(
    read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    """Return aiohttp's terms: it times the wait for a connection and each read, and the rest only by the whole."""
    both = None if connect is None or pool is None else connect + pool
    whole = None if both is None or read is None or write is None else both + read + write
    return aiohttp.ClientTimeout(total=whole, connect=both, sock_connect=connect, sock_read=read)


def _seconds(given: object, default: float) -> float | None:
    if given is BaseRequest.DEFAULT_NONE:
        return default
    return float(given) if isinstance(given, int | float) else None


def _environments_proxy(api_url: str) -> URL | None:
    """Return the proxy for an API; one on this very machine is never looked for behind a proxy."""
    parts = urlsplit(api_url)
    if is_loopback(api_url) or proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    name = parts.scheme if parts.scheme in proxies else "all"
    if (named := proxies.get(name)) is None:
        return None
    try:
        proxy = URL(named if "://" in named else f"http://{named}")
    except ValueError:
        proxy = URL()
    if proxy.scheme not in ("http", "https") or not proxy.host:
        raise UserError(f"{name.upper()}_PROXY: must be an address such as http://proxy.example.org:3128")
    return proxy


@cache
def _trusted() -> ssl.SSLContext:
    """Trust what the system trusts, and the well-known authorities where the system has no list of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
