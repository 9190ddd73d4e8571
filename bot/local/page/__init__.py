"""The chat page: one HTML file with its style and scripts; it loads nothing from elsewhere.

Each tab is a person of its own. ``/?as=NAME`` is the same person of that name in every tab of the browser, also after
it was closed: ``/?as=Owner`` and ``/?as=Dara`` side by side play both. ``?start=…`` is a deep link's parameter.
"""

from __future__ import annotations

from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

MEDIA_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SCRIPTS = ("chat.js", "connection.js", "files.js", "identity.js", "messages.js", "scrolling.js", "taps.js")
ASSETS = ("index.html", "chat.css", "icon.svg", *SCRIPTS)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes() -> list[Route]:
    """Return the routes of the page and its assets."""
    return [Route("/", _asset), Route("/page/{name}", _asset)]


async def _asset(request: Request) -> Response:
    name = request.path_params.get("name", "index.html")
    if name not in ASSETS:
        raise HTTPException(404)
    content = files(__package__).joinpath(name).read_bytes()
    return Response(content, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=HEADERS)
