"""Results: worked out and drawn when they are sent, long after the transaction that promised them."""

from __future__ import annotations

import logging
from functools import partial
from typing import cast

from bot.assessor import Assessor
from bot.channel import Channel
from bot.clock import utc_now
from bot.conversation import result as wording
from bot.errors import place
from bot.metrics import Metrics
from bot.store import responses
from bot.store.database import Store
from bot.store.letters import Picture, Result
from bot.store.responses import Response
from engine.assessment import Assessment
from engine.errors import AnswerError
from engine.survey import Survey

logger = logging.getLogger(__name__)

RESULT = "result"
"""The view that people get first, with a picture behind it."""
WITHOUT_MODEL = "model"
"""Why results are held back."""


class ResultNotReadyError(Exception):
    """The result cannot be worked out yet."""


class Results:
    """Tells people their results; what was told once is told by the same model ever after, while it is there."""

    def __init__(self, survey: Survey, store: Store, assessor: Assessor, metrics: Metrics | None = None) -> None:
        self._survey = survey
        self._store = store
        self._assessor = assessor
        self._metrics = metrics or Metrics()

    async def tell(self, channel: Channel, chat: str, result: Result) -> str | None:
        """Send one view of a result and return the message's id; nothing where it was erased meanwhile.

        The words of the result itself stand alone; its buttons hang on the picture that follows.
        """
        response = await self._response(result.run)
        if response is None:
            return None
        try:
            assessment = await self._assess(response)
        except ResultNotReadyError:
            await channel.say(chat, wording.pending_text(result.language), ())
            raise
        except AnswerError as error:  # the survey asks something else by now
            logger.warning("answers cannot be assessed: %s", place(error))
            return await channel.say(chat, wording.no_result_text(result.language), ())
        view = cast(wording.View, result.view)
        words = wording.render(view, self._survey, assessment, response.stated, result.language, result.run)
        if view != RESULT:
            return await channel.say(chat, words.text, words.keyboard)
        await self._record(result.run, assessment)
        if response.model_version is None:  # the first time that this run was told anything
            self._metrics.predicted(assessment.grade)
        return await channel.say(chat, words.text, ())

    async def show(self, channel: Channel, chat: str, picture: Picture) -> str | None:
        """Send the picture of a result, or at least what it says, with the result's buttons."""
        response = await self._response(picture.run)
        if response is None:
            return None
        try:
            assessment = await self._assess(response)
        except AnswerError:
            return None  # the words that came before have said so
        caption = wording.caption(self._survey, assessment, picture.language)
        keyboard = wording.result_keyboard(picture.run, picture.language)
        try:
            drawn = await self._assessor.draw(assessment, picture.language)
        except Exception as error:  # without the buttons the person could not go on
            logger.warning("a picture could not be drawn: %s", place(error))
            return await channel.say(chat, caption, keyboard)
        return await channel.show(chat, drawn, caption, keyboard)

    async def _response(self, run: str) -> Response | None:
        return await self._store.step(partial(responses.load, run=run))

    async def _assess(self, response: Response) -> Assessment:
        assessment = await self._assessor.assess(response.answers, response.model_version)
        if assessment is None:
            raise ResultNotReadyError
        return assessment

    async def _record(self, run: str, assessment: Assessment) -> None:
        names = assessment.segment.name
        told = responses.Told(
            grade=assessment.grade,
            probabilities=assessment.probabilities,
            segment=names.get(self._survey.languages[0]) or next(iter(names.values())),
            model_version=assessment.model_version,
        )
        await self._store.step(partial(responses.record_prediction, run=run, told=told, now=utc_now()))
