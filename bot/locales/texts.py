"""Which texts each folder's catalogues hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.campaigns import wording
from bot.conversation import texts as conversation
from bot.desk import texts as desk
from bot.figures import section_texts as sections
from bot.figures import stats_texts as stats
from bot.figures import texts as figures
from bot.locales import LOCALES
from engine.locales import LOCALES as ENGINE_LOCALES
from engine.locales import texts as engine_texts
from engine.translation import Texts

CATALOGUES: Mapping[Path, tuple[Texts, ...]] = {
    LOCALES: (
        conversation.TEXTS,
        conversation.TYPED_TEXTS,
        figures.TEXTS,
        stats.TEXTS,
        sections.TEXTS,
        desk.TEXTS,
        wording.TEXTS,
    ),
    ENGINE_LOCALES: engine_texts.TEXTS,
}
