"""The funnel and the campaigns in words, for a message in the chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation import layout
from bot.conversation.progress import ANSWERED, STARTED
from bot.figures.arrivals import Arrival, Arrivals
from bot.figures.funnel import Funnel, Rate, Stage
from bot.figures.overviews import Overview
from bot.figures.texts import count_text, duration_text, figure_text
from engine.survey import ALWAYS, Survey

NAME_COLUMNS = 48
"""Of a stage's or a campaign's name: a line and a half on a phone."""
CAMPAIGNS_NAMED = 10
"""Campaigns that the funnel lists, the most frequent first."""
CAMPAIGNS_LISTED = 20
"""Campaigns that the overview lists, and has buttons for, the newest first."""


def funnel_text(funnel: Funnel, survey: Survey, name: str | None, language: str) -> str:
    """Put a funnel into words, one or two short lines a stage.

    Parameters
    ----------
    funnel : Funnel
    survey : Survey
    name : str or None
        Of the campaign; None of all people.
    language : str
    """
    title = figure_text("funnel", language) if name is None else figure_text("funnel_of", language, name=name)
    if funnel.started == 0:
        nobody = figure_text("funnel_none", language)
        return layout.clip(layout.paragraphs(title, nobody, "\n".join(notes(funnel, language))))
    words = ""
    for stage_lines in (_stage, _short_stage):
        stages = (line for stage in funnel.stages for line in stage_lines(stage, survey, language))
        words = layout.paragraphs(
            title,
            "\n".join(stages),
            _leak(funnel, survey, language),
            "\n".join(notes(funnel, language)),
            None if funnel.arrivals is None else "\n".join(_arrivals(funnel.arrivals, language)),
            "\n".join(_legend(survey, language)),
        )
        if layout.length(words) < layout.MESSAGE_LENGTH:
            break
    return layout.clip(words, layout.MESSAGE_LENGTH - 1)


def stage_text(name: str, survey: Survey, language: str) -> str:
    """Return a stage's name as people read it."""
    if name.startswith(ANSWERED):
        return survey.by_id[name.removeprefix(ANSWERED)].name.to(language)
    return figure_text(f"stage_{name}", language)


def rate_text(rate: Rate, language: str) -> str:
    """Return a share with its interval."""
    low, high = rate.interval
    return figure_text("share", language, share=rate.share, low=low, high=high)


def _stage(stage: Stage, survey: Survey, language: str) -> list[str]:
    lines = [_counted(stage, survey, language)]
    if stage.name == STARTED or not stage.of_before.told:
        return lines
    values = {"before": rate_text(stage.of_before, language), "start": f"{stage.of_start.share:.0%}"}
    if stage.told_seconds is None:
        return [*lines, figure_text("funnel_rates", language, **values)]
    time = duration_text(stage.told_seconds, language)
    return [*lines, figure_text("funnel_rates_and_time", language, **values, time=time)]


def _short_stage(stage: Stage, survey: Survey, language: str) -> list[str]:
    if stage.name == STARTED or not stage.of_before.told:
        return [_counted(stage, survey, language)]
    values = {"stage": _name(stage, survey, language), "people": count_text(stage.people, language)}
    return [figure_text("funnel_rate_short", language, **values, before=stage.of_before.share)]


def _counted(stage: Stage, survey: Survey, language: str) -> str:
    people = count_text(stage.people, language)
    return figure_text("funnel_stage", language, stage=_name(stage, survey, language), people=people)


def _name(stage: Stage, survey: Survey, language: str) -> str:
    return layout.shorten(stage_text(stage.name, survey, language), NAME_COLUMNS, layout.columns)


def _legend(survey: Survey, language: str) -> Iterator[str]:
    yield figure_text("funnel_legend", language)
    yield from some(survey, language)


def some(survey: Survey, language: str) -> Iterator[str]:
    """Say that questions are left out which only some are asked, where there are such."""
    if number := sum(question.when != ALWAYS for question in survey.asked):
        yield figure_text("funnel_some", language, number=number)


def _leak(funnel: Funnel, survey: Survey, language: str) -> str | None:
    if not funnel.drawable:
        return None
    if funnel.leak is None:
        return figure_text("funnel_no_leak", language)
    share = rate_text(funnel.leak.of_before.lost, language)
    return figure_text("funnel_leak", language, stage=_name(funnel.leak, survey, language), share=share)


def notes(funnel: Funnel, language: str) -> list[str]:
    """Return who is counted apart from the stages."""
    counts = {"shared": funnel.shared, "ended": funnel.ended, "declined": funnel.declined, "erased": funnel.erased}
    return [
        figure_text(f"funnel_{name}", language, people=count_text(people, language))
        for name, people in counts.items()
        if people
    ]


def _arrivals(arrivals: Arrivals, language: str) -> list[str]:
    named, others = arrivals.campaigns[:CAMPAIGNS_NAMED], arrivals.campaigns[CAMPAIGNS_NAMED:]
    lines = [figure_text("arrivals", language), *(_arrival(arrival, language) for arrival in named)]
    if others:
        people = count_text(sum(arrival.people for arrival in others), language)
        lines.append(figure_text("arrivals_of_others", language, number=len(others), people=people))
    if arrivals.unknown:
        people = count_text(arrivals.unknown_people, language)
        lines.append(figure_text("arrivals_unknown", language, people=people))
        lines += [
            figure_text("arrival_unknown", language, name=each.name, people=count_text(each.people, language))
            for each in arrivals.unknown
        ]
    if arrivals.without_link:
        people = count_text(arrivals.without_link, language)
        lines.append(figure_text("arrivals_without", language, people=people))
    return lines


def _arrival(arrival: Arrival, language: str) -> str:
    name = "arrival_archived" if arrival.archived else "arrival"
    shown = layout.shorten(arrival.name, NAME_COLUMNS, layout.columns)
    return figure_text(name, language, name=shown, people=count_text(arrival.people, language))


def campaigns_text(overviews: Sequence[Overview], language: str) -> str:
    """Put the campaigns into words, two lines each."""
    lines = [figure_text("campaigns", language)]
    for overview in overviews[:CAMPAIGNS_LISTED]:
        lines += ["", *_overview(overview, language)]
    older = len(overviews) - CAMPAIGNS_LISTED
    if older > 0:
        lines += ["", figure_text("campaigns_more", language, number=older)]
    return layout.clip("\n".join(lines))


def _overview(overview: Overview, language: str) -> list[str]:
    name = layout.shorten(overview.name, NAME_COLUMNS, layout.columns)
    title = figure_text("campaign_archived" if overview.archived else "campaign", language, name=name)
    if overview.started == 0:
        return [title, figure_text("campaign_nobody", language)]
    people = {
        name: count_text(getattr(overview, name), language) for name in ("started", "consented", "finished", "stated")
    }
    return [title, figure_text("campaign_people", language, **people)]


def overview_line(overview: Overview, language: str) -> str:
    """Return how many people a campaign brought, in one line."""
    started, finished = (count_text(people, language) for people in (overview.started, overview.finished))
    return figure_text("campaign_line", language, started=started, finished=finished)
