"""Models that the bot has made for itself: the first one, and one anew for a version that cannot be used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from bot.background import engine
from bot.model_mirror import ModelMirror
from bot.store.turn import Turn
from engine import registry
from engine.errors import RegistryError
from engine.survey import Survey

SAMPLE = "sample.xlsx"

Say: TypeAlias = Callable[[str], None]
"""Writes a line to the person at the console."""


async def ensure_model(survey: Survey, versions: Path, stop: asyncio.Event, say: Say) -> int | None:
    """Train on the survey's sample where nothing was ever trained; return the training's exit code, if there was one.

    Where that fails the bot starts all the same: it stores the answers, and the results follow.
    """
    if registry.ever_trained(versions):
        return None
    sample = survey.folder / SAMPLE
    if not sample.exists():
        say(f"There is no {sample} to learn from; `python -m engine train --data FILE` trains.")
        return None
    say("First start: training on the sample, once.")
    code = await _engine(survey, versions, stop, "train")
    if code:
        say(f"Training failed (exit code {code}); `python -m engine train` tries again.")
    return None if stop.is_set() else code


async def repair_model(survey: Survey, versions: Path, stop: asyncio.Event, say: Say) -> int | None:
    """Make the active version anew from its own rows where it is refused; a running bot takes the new one up.

    Returns the training's exit code, if there was one.

    Never from the sample: where there was a model of real answers, invented ones must not slip in.
    """
    identity = registry.active_version(versions)
    return None if identity is None else await _remake_refused(survey, versions, identity, stop, say)


async def provide_model(
    survey: Survey, versions: Path, mirror: ModelMirror, turn: Turn, stop: asyncio.Event, say: Say
) -> int | None:
    """See to it that the workers on one database have a model: one of them makes it, the others wait.

    Meanwhile all of them talk to people, and the results follow. Returns the training's exit code, if there was one.
    """
    await mirror.sync()
    if await _has_usable(survey, versions):
        return None
    async with turn.taken(stop) as ours:
        if not ours:
            return None
        await mirror.sync()  # to what the worker before made in its turn
        if await _has_usable(survey, versions):
            return None
        known = await mirror.known()
        wanted = known.active or registry.active_version(versions)
        code = None
        if wanted is not None:
            code = await _remake_refused(survey, versions, wanted, stop, say)
        elif not known.ids:
            code = await ensure_model(survey, versions, stop, say)
        await mirror.sync()  # before the next one's turn
        return code


async def _has_usable(survey: Survey, versions: Path) -> bool:
    """Whether this worker can tell results, be it by a version that is not the newest."""
    identity = registry.active_version(versions)
    return identity is not None and await _fault(survey, versions, identity) is None


async def _remake_refused(survey: Survey, versions: Path, identity: str, stop: asyncio.Event, say: Say) -> int | None:
    fault = await _fault(survey, versions, identity)
    if fault is None:
        return None
    say(fault)
    say(f"Making {identity} anew from its own rows; meanwhile answers are stored, and the results follow.")
    code = await _engine(survey, versions, stop, "models", "refit", identity)
    if code and not stop.is_set():
        say(f"That failed (exit code {code}); `python -m engine train --data FILE` trains a new one.")
    return None if stop.is_set() else code


async def _fault(survey: Survey, versions: Path, identity: str) -> str | None:
    try:
        await asyncio.to_thread(registry.verify, versions, identity, survey)
    except RegistryError as error:
        return str(error)
    return None


async def _engine(survey: Survey, versions: Path, stop: asyncio.Event, *command: str) -> int:
    """Run a command of the engine to its end and return its exit code; whoever stops the bot stops it too."""
    async with engine(*command, survey=survey.folder, versions=versions, quiet=False) as process:
        ending, stopping = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
        await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            process.terminate()
        return await ending
