"""The active model in a thread of its own: it assesses and draws without holding up the conversations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from engine import registry
from engine.assessment import Assessment, Model, WhatIf
from engine.errors import RegistryError
from engine.survey import Question, Survey

logger = logging.getLogger(__name__)

T = TypeVar("T")

BARS = 6
"""Answers with a bar of their own in a person's picture: with the words above it, it is to fit two screens of a phone.
All of them stand in the details."""


class Assessor:
    """Assesses answers with whatever version is active now; a new one is taken up without a restart.

    Parameters
    ----------
    survey : Survey
    versions : Path
        Where the trained versions are.
    fetch : callable, optional
        Brings an earlier version there that may be elsewhere.
    """

    def __init__(self, survey: Survey, versions: Path, fetch: Callable[[str], Awaitable[None]] | None = None) -> None:
        self._survey = survey
        self._versions = versions
        self._fetch = fetch
        self._model: Model | None = None
        self._retired: Model | None = None
        self._looked_at: object = ()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="assessor")
        self._refusal: str | None = None

    async def assess(self, answers: Mapping[str, Any], version: str | None = None) -> Assessment | None:
        """Assess one person's answers; None while there is no usable model.

        With a ``version`` by that one, so that a result told in parts or again stays the same; by the active one where
        it is gone.
        """
        if version is not None and self._fetch is not None:
            await self._fetch(version)
        return await self._run(partial(self._assess, answers, version))

    async def try_answers(self, answers: Mapping[str, Any], changed: Mapping[str, str], version: str) -> WhatIf | None:
        """Say what would come of some answers changed, by that version; None where it has gone this very moment."""
        return await self._run(partial(self._try, answers, changed, version))

    async def draw(self, assessment: Assessment, language: str) -> bytes:
        """Draw a person's chart."""
        return await self._run(partial(self._draw, assessment, language))

    async def refresh(self) -> Model | None:
        """Look whether another version is active by now and return the one to use, if any."""
        return await self._run(self._current)

    async def warm_up(self) -> None:
        """Load, import and draw once what the first person's result will need."""
        await self._run(self._rehearse)

    @property
    def active_version(self) -> str | None:
        """The version in use, as it was last looked at."""
        return None if self._model is None else self._model.version

    @property
    def refusal(self) -> str | None:
        """Why no version is in use, where one was ever trained."""
        return self._refusal

    def close(self) -> None:
        """Let what is being worked out finish."""
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _assess(self, answers: Mapping[str, Any], version: str | None = None) -> Assessment | None:
        model = self._of(version)
        return None if model is None else model.assess(answers)

    def _try(self, answers: Mapping[str, Any], changed: Mapping[str, str], version: str) -> WhatIf | None:
        model = self._of(version)
        return None if model is None or model.version != version else model.try_answers(answers, changed)

    def _of(self, version: str | None) -> Model | None:
        """Return the model of a version, or the active one where it is gone."""
        model = self._current()
        if model is not None and version is not None and version != model.version:
            return self._earlier(version) or model
        return model

    def _earlier(self, version: str) -> Model | None:
        if self._retired is None or self._retired.version != version:
            try:
                self._retired = registry.load(self._versions, version, self._survey)
            except RegistryError:
                return None
        return self._retired

    def _draw(self, assessment: Assessment, language: str) -> bytes:
        from engine.charts import impact_chart  # matplotlib takes a moment: see warm_up

        return impact_chart(self._survey, assessment, language, most=BARS).png()

    def _rehearse(self) -> None:
        assessment = self._assess(example_answers(self._survey))
        if assessment is not None:
            self._draw(assessment, self._survey.languages[0])

    def _current(self) -> Model | None:
        pointer = _stamp(self._versions)
        if pointer != self._looked_at:
            self._looked_at = pointer
            self._model = self._load()
        return self._model

    def _load(self) -> Model | None:
        try:
            model = registry.load_active(self._versions, self._survey)
        except RegistryError as error:
            logger.warning("no results for now: %s", error)
            self._refusal = str(error) if registry.ever_trained(self._versions) else None
            return None
        self._refusal = None
        logger.info("model %s is active", model.version)
        if model.synthetic:
            logger.warning("demonstration: this model learnt from invented data, and every result says so")
        return model


def _stamp(versions: Path) -> object:
    """Return what changes when a version is activated: its name, and the folder's time when it is the same again."""
    try:
        return registry.active_version(versions), versions.stat().st_mtime_ns
    except (OSError, RegistryError):
        return None


def example_answers(survey: Survey) -> dict[str, Any]:
    """Make up complete answers: the first choice, no boxes, the smallest number."""
    return {column: _example(question) for question in survey.asked for column in question.columns}


def _example(question: Question) -> str | float:
    if question.kind == "single":
        return next(choice.value for choice in question.choices if choice.ends is None)
    return question.minimum or 0
