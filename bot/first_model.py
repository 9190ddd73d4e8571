"""The first trained version: made from the survey's sample by the engine, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from engine import registry

SAMPLE = "sample.xlsx"


async def ensure_model(survey_dir: Path, versions: Path, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Train on the survey's sample where nothing was ever trained.

    Where that fails the bot starts all the same: it stores the answers, and the results follow. Training runs in a
    process of its own, because its libraries take more memory than all the rest of the bot.
    """
    if registry.versions(versions):
        return
    if not (survey_dir / SAMPLE).exists():
        say(f"There is no {survey_dir / SAMPLE} to learn from; `python -m engine train --data FILE` trains.")
        return
    say("First start: training on the sample, once.")
    training = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine", "train", "--survey", str(survey_dir)),
        env={**os.environ, "MODELS_DIR": str(versions)},
    )
    code = await _ended(training, stop)
    if code:
        say(f"Training failed (exit code {code}); `python -m engine train` tries again.")


async def _ended(training: asyncio.subprocess.Process, stop: asyncio.Event) -> int:
    """Return the exit code; whoever stops the bot stops the training too."""
    ending, stopping = asyncio.create_task(training.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not ending.done():
        training.terminate()
    stopping.cancel()
    return await ending
