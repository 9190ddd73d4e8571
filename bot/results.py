"""Results: worked out and drawn when they are sent, long after the transaction that promised them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from bot.assessor import Assessor
from bot.campaigns.sharing import shared_payload, shared_picture
from bot.channel import Channel, put_in_place
from bot.clock import utc_now
from bot.conversation import result as wording
from bot.conversation.cards import Card
from bot.conversation.trying import Trying
from bot.conversation.what_if import possible
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

RESULT, SHARE = "result", "share"
"""The view that people get first, with a picture behind it; and what they pass on, which rests on no model."""
WITHOUT_MODEL = "model"
"""Why results are held back."""


class ResultNotReadyError(Exception):
    """The result cannot be worked out yet."""


class Results:
    """Tells people their results; what was told once is told by the same model ever after, while it is there.

    Parameters
    ----------
    survey : Survey
    store : Store
    assessor : Assessor
    metrics : Metrics, optional
    link : callable, optional
        Returns, within a transaction, the link that starts the bot with a payload, once that is known.
    printable : bool, default True
        Whether such links work anywhere else than on this machine.
    """

    def __init__(
        self,
        survey: Survey,
        store: Store,
        assessor: Assessor,
        metrics: Metrics | None = None,
        link: Callable[[Connection, str], str | None] = lambda connection, payload: None,
        *,
        printable: bool = True,
    ) -> None:
        self._survey = survey
        self._store = store
        self._assessor = assessor
        self._metrics = metrics or Metrics()
        self._link = link
        self._printable = printable

    async def tell(self, channel: Channel, chat: str, result: Result, message_id: str | None = None) -> str | None:
        """Send one view of a result, in place of the message if one is given, and return its id; of the erased nothing.

        The words of the result itself stand alone; its buttons hang on the picture that follows.
        """
        response = await self._response(result.run)
        if response is None:
            return None
        if result.view == SHARE:
            return await self._share(channel, chat, result, response)
        try:
            assessment = await self._assess(response)
        except ResultNotReadyError:
            await channel.say(chat, wording.pending_text(result.language), ())
            raise
        except AnswerError as error:  # the survey asks something else by now
            logger.warning("answers cannot be assessed: %s", place(error))
            return await channel.say(chat, wording.no_result_text(result.language), ())
        card = await self._render(result, response, assessment)
        if result.view == RESULT:
            await self._record(result.run, assessment)
            if response.model_version is None:  # the first time that this run was told anything
                self._metrics.predicted(assessment.grade)
        return await put_in_place(channel, chat, message_id, card.text, card.keyboard)

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

    async def _share(self, channel: Channel, chat: str, result: Result, response: Response) -> str:
        """Send what can be passed on: the survey's own words with a link that names nobody, and its QR code."""
        keyboard = wording.result_keyboard(result.run, result.language, shown=SHARE)
        link = await self._store.step(partial(self._shared_link, came_by=response.campaign))
        if link is None:
            return await channel.say(chat, wording.no_link_text(result.language), keyboard)
        title = self._survey.title.to(result.language)
        draw = partial(shared_picture, link, title, printable=self._printable, language=result.language)
        words = wording.share_text(self._survey, link, result.language)
        return await channel.show(chat, await asyncio.to_thread(draw), words, keyboard)

    def _shared_link(self, connection: Connection, came_by: str | None) -> str | None:
        return self._link(connection, shared_payload(connection, came_by))

    async def _render(self, result: Result, response: Response, assessment: Assessment) -> Card:
        trying = possible(assessment, Trying(result.changes, result.picking))
        tried = None
        if trying.changes:
            version = assessment.model_version
            tried = await self._assessor.try_answers(response.answers, trying.changes, version)
        if tried is None:
            trying = Trying(picking=trying.picking)
        return wording.render(
            result.view,
            self._survey,
            assessment,
            response.stated,
            result.language,
            result.run,
            trying=trying,
            tried=tried,
            anew=response.model_version not in (None, assessment.model_version),
        )

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
