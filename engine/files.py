"""Files that are written whole or not at all, and a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ASIDE = ".new-"
"""How the name of everything begins that is not whole yet."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a file beside ``path`` to write to, which takes its place once the block has ended well.

    A full disk or any other exception leaves ``path`` as it was and nothing beside it; a crash leaves the file aside.

    Raises
    ------
    OSError
        Where the folder cannot be written, before anything else is done.
    """
    target = path.resolve()
    aside = target.with_name(f"{ASIDE}{secrets.token_hex(8)}")
    aside.touch(exist_ok=False)
    try:
        yield aside
        sync(aside)
        aside.replace(target)
        sync(target.parent)
    finally:
        aside.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, would outlast a power cut."""
    if path.is_dir() and sys.platform == "win32":
        return  # Windows opens no folders, and keeps their lists by itself
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that ``path`` stands for, waiting while another thread or process holds it.

    The operating system keeps it and lets go of it however its holder ends. The file stays: whoever removed it would
    take it from under those who wait.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # gives up after ten seconds; ours are held for less than one
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
