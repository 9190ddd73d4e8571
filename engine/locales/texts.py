"""Which texts the engine's catalogues hold."""

from __future__ import annotations

from engine import charts, confusion_chart, segment_names
from engine.reporting import (
    associations,
    calibrations,
    components,
    confusions,
    discrimination,
    distributions,
    drivers,
    groups,
    importances,
    models,
    outcomes,
    profiles,
    quality,
    reach,
    spread,
)
from engine.reporting import texts as report
from engine.reporting.painting import paper
from engine.translation import Texts

TEXTS: tuple[Texts, ...] = (
    charts.TEXTS,
    confusion_chart.TEXTS,
    segment_names.TEXTS,
    report.TEXTS,
    paper.TEXTS,
    quality.TEXTS,
    distributions.TEXTS,
    spread.TEXTS,
    associations.TEXTS,
    groups.TEXTS,
    components.TEXTS,
    profiles.TEXTS,
    outcomes.TEXTS,
    models.TEXTS,
    confusions.TEXTS,
    discrimination.TEXTS,
    calibrations.TEXTS,
    importances.TEXTS,
    drivers.TEXTS,
    reach.TEXTS,
)
