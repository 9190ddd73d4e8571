"""The trained models: listed with what honest numbers say of them, and going back to one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.channel import Channel
from bot.conversation import layout
from bot.conversation.effects import Button
from bot.desk.texts import desk_text
from bot.desk.visit import PREFIX, Office
from bot.reports.dispatch import Maker
from bot.store import consents, tombstones
from bot.store.database import Store
from bot.store.letters import Report
from engine import registry
from engine.errors import RegistryError
from engine.registry import Version

LISTED = 8
"""Models that are listed, the newest first."""


class ModelReports:
    """Lists models and switches between them.

    Parameters
    ----------
    office : Office
    store : Store
    switched : callable
        Called when another model was activated here, so that it is taken up and told to the other workers at once.
    """

    def __init__(self, office: Office, store: Store, switched: Callable[[], Awaitable[None]]) -> None:
        self._office = office
        self._store = store
        self._switched = switched

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {"models": self._list, "rollback": self._roll_back}

    async def _list(self, channel: Channel, chat: str, report: Report) -> str | None:
        there = await asyncio.to_thread(registry.versions, self._office.versions)
        if not there:
            return await channel.say(chat, desk_text("models_none", report.language), ())
        shown = there[::-1][:LISTED]
        lost = await self._store.step(partial(_lost, versions=shown))
        words = models_text(shown, lost, len(there) - len(shown), report.language)
        use = [
            (Button(desk_text("button_use", report.language, id=version.id), f"{PREFIX}:use:{version.id}"),)
            for version in shown
            if not version.active
        ]
        return await channel.say(chat, words, tuple(use))

    async def _roll_back(self, channel: Channel, chat: str, report: Report) -> str | None:
        words = await asyncio.to_thread(self._activate, str(report.detail["version"]), report.language)
        await self._switched()
        return await channel.say(chat, words, ())

    def _activate(self, given: str, language: str) -> str:
        """Activate the version of a name, or of its unmistakable beginning, and say what came of it."""
        folder, survey = self._office.versions, self._office.survey
        fitting = [identity for identity in registry.stored(folder) if identity.startswith(given)]
        if len(fitting) != 1:
            return desk_text("rollback_many" if fitting else "rollback_unknown", language, id=given)
        try:
            if registry.active_version(folder) == fitting[0]:
                registry.verify(folder, fitting[0], survey)
                return desk_text("rollback_same", language, id=fitting[0])
            registry.activate(folder, fitting[0], survey)
        except RegistryError as error:
            return desk_text("rollback_failed", language, reason=error)
        return desk_text("rollback_done", language, id=fitting[0])


class Lost(NamedTuple):
    """People whom a model may have learnt from and the next one will not: erased since, or no longer allowing it."""

    erased: int = 0
    withdrawn: int = 0


def models_text(shown: Sequence[Version], lost: Mapping[str, Lost], more: int, language: str) -> str:
    """Return the list of models; ``lost`` says whom each may have learnt from too many, ``more`` are not shown."""
    lines = [desk_text("models", language)]
    for version in shown:
        lines += ["", *_lines(version, lost.get(version.id, Lost()), language)]
    if more:
        lines += ["", desk_text("model_more", language, number=more)]
    return layout.clip("\n".join(lines))


def _lines(version: Version, lost: Lost, language: str) -> list[str]:
    data, metrics = version.manifest["data"], version.manifest.get("metrics")
    synthetic = desk_text("model_synthetic", language) if version.synthetic else ""
    values = {"rows": data.get("rows", "?"), "source": data.get("source", "?"), "synthetic": synthetic}
    lines = [desk_text("model_line", language, mark="✅" if version.active else "▫️", id=version.id, **values)]
    if (worth := _worth(metrics, language)) is not None:
        lines.append(worth)
    if lost.erased:
        lines.append(desk_text("model_erased", language, number=lost.erased))
    if lost.withdrawn:
        lines.append(desk_text("model_withdrawn", language, number=lost.withdrawn))
    return lines


def _worth(metrics: Any, language: str) -> str | None:
    """Say how much better than the class shares a model is, by honest numbers; nothing where the manifest has none."""
    try:
        left = metrics["nested"]["log_loss"]["mean"] / metrics["class_shares"]["log_loss"]["mean"]
        gain = {name: f"{metrics['gain'][name]:.3f}" for name in ("mean", "low", "high")}
        name = "model_gain" if metrics["signal"] else "model_no_gain"
    except (KeyError, TypeError, ZeroDivisionError):
        return None
    return desk_text(name, language, left=f"{left:.0%}", gain=gain["mean"], low=gain["low"], high=gain["high"])


def _lost(connection: Connection, versions: Sequence[Version]) -> dict[str, Lost]:
    made = {version.id: _created(version) for version in versions if not version.synthetic}
    return {
        identity: Lost(tombstones.erased_since(connection, moment), consents.withdrawn_since(connection, moment))
        for identity, moment in made.items()
        if moment is not None
    }


def _created(version: Version) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(version.manifest.get("created")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
