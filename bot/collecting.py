"""Collecting: while nobody is told a result, or there is no model, the owners are told how many labels are missing."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.desk.visit import Office
from bot.figures.labels import Labels, count_labels
from bot.finding import Finding
from bot.owner_texts import owner_text
from bot.store.database import Store
from engine import registry

LABELS = "labels"


class Collecting:
    """Looks whether answers are only collected, and how far that is."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store

    async def look(self) -> Finding:
        """Return what the owners should know: that labels are missing, and later that there are enough."""
        in_use = await asyncio.to_thread(registry.active_version, self._office.versions)
        if in_use is not None and not self._office.collect_only:
            return Finding(LABELS, None, None)
        count = partial(count_labels, survey=self._office.survey, pseudonyms=self._office.pseudonyms)
        return finding(await self._store.look(count))  # not a step: with many answers people would wait for it


def finding(labels: Labels) -> Finding:
    """Put the count into words."""
    missing = " ".join(labels.shortfall)
    trouble = owner_text("labels_missing", number=labels.n, missing=missing) if missing else None
    return Finding(LABELS, trouble, owner_text("labels_enough", number=labels.n))
