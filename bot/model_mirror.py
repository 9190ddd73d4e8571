"""The trained versions of all workers: each worker's folder mirrors the `models` table, and what it makes goes there.

Both sides may move: the table when a version is activated on another worker, the folder when somebody trains or
activates here. The file `synced` in the folder names the version that both agreed on last; the side that names another
one is the side that moved.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.clock import utc_now
from bot.model_archive import ArchiveError, pack, unpack
from bot.store import models
from bot.store.database import Store
from bot.store.models import Known
from engine import files, registry, succession
from engine.errors import RegistryError
from engine.survey import Survey

logger = logging.getLogger(__name__)

T = TypeVar("T")

SYNCED, LOCK = "synced", ".synced.lock"


@dataclass(frozen=True, slots=True)
class _Folder:
    """Which version the folder serves, and on which it last agreed with the table."""

    active: str | None
    synced: str | None


class ModelMirror:
    """Keeps one worker's folder of versions in line with the database that it shares with others.

    All versions travel, not only the active one: people's results are explained by the version that told them, an
    operator may go back to any of them on any worker, and one has about a tenth of a megabyte. The active one comes at
    once, the others one a round or when they are asked for. Several workers on one machine may share a folder.

    Parameters
    ----------
    store : Store
    versions : Path
        The folder, as `engine.registry` keeps it.
    survey : Survey
    """

    def __init__(self, store: Store, versions: Path, survey: Survey) -> None:
        self._store = store
        self._versions = versions
        self._survey = survey
        self._alone = asyncio.Lock()
        self._agreed: str | None = None
        self._refused_here: set[str] = set()
        self._refused_there: set[str] = set()
        self._said: set[str] = set()

    async def sync(self) -> None:
        """Bring folder and table in line; one small query where they are.

        What is wrong with a version or with the folder is logged once, and the worker goes on with what it has.
        """
        async with self._alone:
            there = await self._attempt(self._agree_on_active())
            if there is not None:
                await self._attempt(self._complete(there))

    async def fetch(self, identity: str) -> None:
        """Bring a version into the folder at once, where it is missing there and known to the table."""
        if self._is_here(identity):
            return
        async with self._alone:
            if not self._is_here(identity) and identity not in self._refused_there:
                await self._attempt(self._receive(identity))

    async def known(self) -> Known:
        """Return what the table knows, whether this worker can use it or not."""
        return await self._store.step(models.known)

    async def _agree_on_active(self) -> Known:
        # the folder first: what the table says afterwards is never older than that
        here = await asyncio.to_thread(self._look)
        there = await self.known()
        if here == _Folder(self._agreed, self._agreed) and there.active == self._agreed and self._is_whole(there):
            return there
        if not (await self._is_ahead(here, there) and await self._attempt(self._publish(here, there))):
            await self._attempt(self._follow(here, there))
        return there

    async def _complete(self, there: Known) -> None:
        """Let one version more travel, either way."""
        stored = set(await asyncio.to_thread(registry.stored, self._versions))
        if missing_here := there.ids - stored - self._refused_there:
            await self._receive(max(missing_here))
        elif missing_there := stored - there.ids - self._refused_here:
            await self._share(max(missing_there), there)

    # -- the folder moved ---------------------------------------------------------------------------------------

    async def _is_ahead(self, here: _Folder, there: Known) -> bool:
        """Whether the folder's active version is to become everybody's."""
        if here.active is None or here.active == there.active:
            return False
        if there.active is None:
            return True
        if here.synced is not None:
            return here.active != here.synced
        # The two never met. A folder that comes with an image must not roll everybody back at each start; what was
        # trained for this database before the first start takes its place as it would after any training.
        if here.active in there.ids or here.active < there.active or not await self._is_usable(here.active):
            return False
        active = await self._store.step(partial(models.manifest, identity=there.active))
        ours = await asyncio.to_thread(registry.get, self._versions, here.active)
        return succession.objection(active, ours.manifest) is None

    async def _publish(self, here: _Folder, there: Known) -> bool:
        """Make the folder's active version everybody's; where the table moves meanwhile the next round decides."""
        identity = str(here.active)
        await self._share(identity, there)
        if await self._store.step(partial(models.activate, identity=identity, instead_of=there.active)):
            await asyncio.to_thread(self._settle, identity, here)
            logger.info("version %s was activated here and is the active one of all workers now", identity)
        return True

    async def _share(self, identity: str, there: Known) -> None:
        """Store a version of the folder in the table; one that is refused here is of no use to others either."""
        self._refused_here.add(identity)
        version = await asyncio.to_thread(registry.verify, self._versions, identity, self._survey)
        if identity not in there.ids:
            packed = await asyncio.to_thread(pack, version.folder)
            add = partial(models.add, identity=identity, manifest=version.manifest, archive=packed, now=utc_now())
            await self._store.step(add)
        self._refused_here.discard(identity)

    # -- the table moved ----------------------------------------------------------------------------------------

    async def _follow(self, here: _Folder, there: Known) -> None:
        """Serve the table's active version, if this worker can."""
        identity = there.active
        if identity is None:
            return
        if identity not in self._refused_there and not await self._is_usable(identity):
            await self._receive(identity)
            if not await self._is_usable(identity):
                self._refused_there.add(identity)
        await asyncio.to_thread(self._settle, identity, here)
        self._agreed = identity

    async def _receive(self, identity: str) -> None:
        """Bring a version from the table into the folder; of one that is damaged there nothing gets in."""
        packed = await self._store.step(partial(models.archive, identity=identity))
        if packed is None:
            return
        write = partial(unpack, packed)
        try:
            await asyncio.to_thread(registry.receive, self._versions, identity, write, self._survey)
        except ArchiveError as error:
            self._refused_there.add(identity)
            raise ArchiveError(f"version {identity} in the database is refused: {error}") from None

    # -- the folder ---------------------------------------------------------------------------------------------

    def _look(self) -> _Folder:
        if not self._versions.is_dir():
            return _Folder(None, None)
        with files.locked(self._versions / LOCK):
            return self._read()

    def _read(self) -> _Folder:
        try:
            synced = (self._versions / SYNCED).read_text(encoding="utf-8", errors="replace").strip() or None
        except FileNotFoundError:
            synced = None
        return _Folder(registry.active_version(self._versions), synced)

    def _settle(self, identity: str, seen: _Folder) -> None:
        """Have the folder serve a version and note the agreement, unless somebody moved the folder meanwhile."""
        with files.locked(self._versions / LOCK):
            if self._read() != seen:
                return
            if seen.active != identity:
                registry.activate(self._versions, identity, self._survey)
            with files.replacing(self._versions / SYNCED) as aside:
                aside.write_text(f"{identity}\n", encoding="utf-8")

    def _is_here(self, identity: str) -> bool:
        return (self._versions / identity).is_dir()

    def _is_whole(self, there: Known) -> bool:
        return there.active is None or self._is_here(there.active)

    async def _is_usable(self, identity: str) -> bool:
        try:
            await asyncio.to_thread(registry.verify, self._versions, identity, self._survey)
        except RegistryError:
            return False
        return True

    # -- what people are told -----------------------------------------------------------------------------------

    async def _attempt(self, work: Coroutine[object, object, T]) -> T | None:
        """Do what may be refused; say so once, since the next round may meet the same again."""
        try:
            return await work
        except (RegistryError, ArchiveError) as error:
            fault = str(error)
        except OSError as error:
            fault = f"MODELS_DIR: {self._versions} cannot be kept in line with the database: {error}"
        if fault not in self._said:
            self._said.add(fault)
            logger.warning("%s", fault)
        return None
