"""The chat page: one HTML file with its style and scripts; it loads nothing from elsewhere.

Each tab is a person of its own. ``/?as=NAME`` is the same person of that name in every tab of the browser, also after
it was closed: ``/?as=Dara`` and ``/?as=Sokha`` side by side play both. ``?start=…`` is a deep link's parameter, and
``/?owner`` whoever owns the bot.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

MEDIA_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".ogg": "audio/ogg",
}
ASSETS = {file.name: file for file in files(__package__).iterdir() if Path(file.name).suffix in MEDIA_TYPES}
FONT = "khmer.ttf"
"""Khmer's letters, for machines that have none: a browser asks for them only where it needs them."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes() -> list[Route]:
    """Return the routes of the page and its assets."""
    return [Route("/", _asset), Route(f"/page/{FONT}", _font), Route("/page/{name}", _asset)]


async def _asset(request: Request) -> Response:
    name = request.path_params.get("name", "index.html")
    if name not in ASSETS:
        raise HTTPException(404)
    return _served(ASSETS[name], MEDIA_TYPES[Path(name).suffix])


async def _font(request: Request) -> Response:
    import fontpkg  # only those who need its letters pay for it

    return _served(
        fontpkg.select_file(fontpkg.families()["noto-sans-khmer"], 400, "normal", nearest=True).path, "font/ttf"
    )


def _served(file: Traversable, media_type: str) -> Response:
    return Response(file.read_bytes(), media_type=media_type, headers=HEADERS)
