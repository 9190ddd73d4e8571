"""Which texts the engine's catalogues hold."""

from __future__ import annotations

from engine import charts, confusion_chart, segment_names
from engine.reporting import texts as report
from engine.reporting.painting import paper
from engine.reporting.report import CONTENTS
from engine.translation import Texts

TEXTS: tuple[Texts, ...] = (
    charts.TEXTS,
    confusion_chart.TEXTS,
    segment_names.TEXTS,
    report.TEXTS,
    paper.TEXTS,
    *(topic.TEXTS for topic in CONTENTS),
)
