"""`python -m bot run`, which kills itself: `python -m tests.bot.crashing POINT NUMBER`, at that passing of that point.

The points are put around the program from without, so that the program itself knows nothing of tests.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from bot import __main__ as program
from bot.assessor import Assessor
from bot.service import Service
from bot.telegram.channel import TelegramChannel

Reach = Callable[[], None]
"""Called whenever the point is passed."""

DRAWING_SECONDS = 0.01
"""How long a picture is drawn until the process dies over it."""


def before_an_update_commits(reach: Reach) -> None:
    """The statements of an update's transaction are done, and it is not committed."""
    _around_commits("INSERT INTO seen_updates", before=reach)


def after_an_update_commits(reach: Reach) -> None:
    """An update's transaction is committed, and nobody has been told so."""
    _around_commits("INSERT INTO seen_updates", after=reach)


def before_an_update_is_confirmed(reach: Reach) -> None:
    """The service has taken updates in, and Telegram does not know it."""
    _after(Service, "handle", reach)


def before_a_message_is_sent(reach: Reach) -> None:
    """A message is taken from the outbox, and on its way to the Bot API."""
    for method in ("say", "redraw", "strip", "show"):
        _before(TelegramChannel, method, reach)


def before_a_message_is_noted_as_sent(reach: Reach) -> None:
    """The Bot API has taken a message, and the outbox does not know it."""
    for method in ("say", "redraw", "strip", "show"):
        _after(TelegramChannel, method, reach)


def between_words_and_picture(reach: Reach) -> None:
    """The words of a result are sent and noted, and its picture is not begun."""
    _before(Assessor, "draw", reach)


def while_drawing(reach: Reach) -> None:
    """The picture of a result is being drawn."""

    async def drawing(draw: Callable[..., Any], *arguments: Any) -> Any:
        threading.Timer(DRAWING_SECONDS, reach).start()
        drawn = await draw(*arguments)
        reach()
        return drawn

    _replace(Assessor, "draw", drawing)


def before_a_picture_is_sent(reach: Reach) -> None:
    """The picture of a result is drawn, and not sent."""
    _before(TelegramChannel, "show", reach)


def while_tables_are_made(reach: Reach) -> None:
    """The first start's migrations are done, and not committed."""
    _around_commits("CREATE TABLE", before=reach)


POINTS: Mapping[str, Callable[[Reach], None]] = {
    point.__name__: point
    for point in (
        before_an_update_commits,
        after_an_update_commits,
        before_an_update_is_confirmed,
        before_a_message_is_sent,
        before_a_message_is_noted_as_sent,
        between_words_and_picture,
        while_drawing,
        before_a_picture_is_sent,
        while_tables_are_made,
    )
}


def _around_commits(statement: str, before: Reach | None = None, after: Reach | None = None) -> None:
    """Pass a point at each commit of a transaction in which a statement of that beginning was executed."""
    marked = threading.local()

    @event.listens_for(Engine, "before_cursor_execute")
    def look(_connection: object, _cursor: object, text: str, *_: object) -> None:
        marked.here = getattr(marked, "here", False) or statement in text

    @event.listens_for(Engine, "rollback")
    def forget(_connection: object) -> None:
        marked.here = False

    def commit(original: Callable[..., None], *arguments: Any) -> None:
        is_marked, marked.here = getattr(marked, "here", False), False
        if is_marked and before is not None:
            before()
        original(*arguments)
        if is_marked and after is not None:
            after()

    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        _replace(dialect, "do_commit", commit)


def _before(owner: type, method: str, reach: Reach) -> None:
    async def reached(original: Callable[..., Any], *arguments: Any) -> Any:
        reach()
        return await original(*arguments)

    _replace(owner, method, reached)


def _after(owner: type, method: str, reach: Reach) -> None:
    async def reached(original: Callable[..., Any], *arguments: Any) -> Any:
        result = await original(*arguments)
        reach()
        return result

    _replace(owner, method, reached)


def _replace(owner: type, method: str, replacement: Callable[..., Any]) -> None:
    """Let ``replacement(original, self, *arguments)`` stand for a method."""
    original = getattr(owner, method)

    @functools.wraps(original)
    def wrapped(*arguments: Any) -> Any:
        return replacement(original, *arguments)

    setattr(owner, method, wrapped)


def _dying_at(number: int) -> Reach:
    passings = iter(range(1, number))

    def reach() -> None:
        if next(passings, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)

    return reach


def main() -> None:
    """Arm the point, then be the bot."""
    point, number = sys.argv[1:]
    POINTS[point](_dying_at(int(number)))
    sys.argv = ["bot", "run"]
    program.main()


if __name__ == "__main__":
    main()
