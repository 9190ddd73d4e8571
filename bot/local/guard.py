"""Keeps other web pages out: a server on loopback is reachable from every page that the browser has open."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})


class LoopbackGuard:
    """Refuses foreign Host headers (DNS rebinding) and requests that another page makes (Origin)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from here."""
        if scope["type"] == "http" and not _is_own(Headers(scope=scope)):
            refusal = PlainTextResponse("This server answers only to 127.0.0.1 and localhost.\n", 403)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    host = headers.get("host", "")
    origin = headers.get("origin")
    return host.partition(":")[0] in OWN_HOSTS and origin in (None, f"http://{host}")
