"""How commands tell how far they are: a bar for people, JSON lines for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.evaluation import Progress


def json_line(found: dict[str, Any]) -> None:
    """Print a line of JSON at once."""
    print(json.dumps(found), flush=True)


@contextmanager
def told_as_json() -> Iterator[None]:
    """Say what goes wrong on stdout as well, for the program that reads it."""
    try:
        yield
    except EngineError as error:
        json_line({"error": str(error)})
        raise


@contextmanager
def told_progress() -> Iterator[Progress]:
    """Print how far the work is as JSON lines."""
    yield lambda done, of: json_line({"progress": [done, of]})


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """Show a progress bar on stderr; where that is no terminal, a line every tenth of the way."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        said = 0

        def line(done: int, of: int) -> None:
            nonlocal said
            if done * 10 // of > said:
                said = done * 10 // of
                console.print(f"{title}: {said * 10} %", highlight=False)

        yield line
        return
    with Bar(
        TextColumn(title),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda done, of: bar.update(task, completed=done, total=of)
