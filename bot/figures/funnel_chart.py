"""The picture of the funnel: its words and numbers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.progress import ANSWERED, STARTED
from bot.figures.funnel import Funnel, Stage
from bot.figures.funnel_text import rate_text, stage_text
from bot.figures.texts import count_text, figure_text
from engine.survey import Survey

MOST_BARS = 14
"""Stages that a phone's picture has room for."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage.

    Attributes
    ----------
    label, count : str
    rate : str
        The share of those who pressed START, in words; empty where too few people stand behind it.
    share : float or None
        The same, from 0 to 1.
    low, high : float
        Its interval.
    leak : str or None
        What is said of the loss before this stage, if that is the largest.
    """

    label: str
    count: str
    rate: str
    share: float | None
    low: float
    high: float
    leak: str | None


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """All words and numbers of the picture."""

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    legend: str

    def png(self) -> bytes:
        """Draw the chart, 720 pixels wide and at most 1,280 tall; the same for the same chart."""
        from bot.figures.funnel_layout import draw

        return draw(self)


def funnel_picture(funnel: Funnel, survey: Survey, name: str | None, language: str) -> bytes:
    """Draw a funnel that is `Funnel.drawable`, and return a PNG file.

    Parameters
    ----------
    funnel : Funnel
    survey : Survey
    name : str or None
        Of the campaign; None of all people.
    language : str
    """
    return funnel_chart(funnel, survey, name, language).png()


def funnel_chart(funnel: Funnel, survey: Survey, name: str | None, language: str) -> FunnelChart:
    """Put a funnel into the words and numbers of its picture."""
    shown = _shown(funnel)
    hidden = len(funnel.stages) - len(shown)
    legend = figure_text("chart_legend", language)
    return FunnelChart(
        title=figure_text("funnel", language) if name is None else figure_text("funnel_of", language, name=name),
        subtitle=figure_text("chart_started", language, people=count_text(funnel.started, language)),
        bars=tuple(_bar(stage, survey, language, leak=stage is funnel.leak) for stage in shown),
        legend=f"{legend} {figure_text('chart_others', language, number=hidden)}" if hidden else legend,
    )


def _shown(funnel: Funnel) -> list[Stage]:
    """Return the stages that are drawn: where there are too many, the questions that lose the most."""
    questions = [stage for stage in funnel.stages if stage.name.startswith(ANSWERED)]
    room = MOST_BARS - (len(funnel.stages) - len(questions))
    kept = sorted(questions, key=lambda stage: -stage.of_before.lost.people)[:room]
    names = {stage.name for stage in kept}
    return [stage for stage in funnel.stages if not stage.name.startswith(ANSWERED) or stage.name in names]


def _bar(stage: Stage, survey: Survey, language: str, *, leak: bool) -> Bar:
    rate, told = stage.of_start, stage.of_start.told
    low, high = (1.0, 1.0) if stage.name == STARTED else rate.interval
    lost = figure_text("chart_leak", language, share=rate_text(stage.of_before.lost, language))
    return Bar(
        label=stage_text(stage.name, survey, language),
        count=count_text(stage.people, language),
        rate=f"{rate.share:.0%}" if told else "",
        share=rate.share if told else None,
        low=low,
        high=high,
        leak=lost if leak else None,
    )
