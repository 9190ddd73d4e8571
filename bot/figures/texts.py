"""What figures say to those who run the bot, by id."""

from __future__ import annotations

from collections.abc import Mapping

from bot.figures.small_cells import is_small
from bot.locales import LOCALES
from engine.translation import Texts

ENGLISH: Mapping[str, str] = {
    # Numbers
    "small": "fewer than 5 so far",
    "seconds": "{number:.0f} s",
    "minutes": "{number:.0f} min",
    "hours": "{number:.0f} h",
    "days": "{number:.0f} days",
    "share": "{share:.0%} ({low:.0%} to {high:.0%})",
    # Stages
    "stage_started": "Pressed START",
    "stage_consented": "Agreed to take part",
    "stage_finished": "Finished",
    "stage_stated": "Gave their own answer at the end",
    # The funnel
    "funnel": "How far people come",
    "funnel_of": 'How far people come by "{name}"',
    "funnel_none": "Nobody has come yet.",
    "funnel_stage": "{stage}: {people}",
    "funnel_rates": "   {before} of those before; {start} of START",
    "funnel_rates_and_time": "   {before} of those before; {start} of START; {time}",
    "funnel_rate_short": "{stage}: {people}, {before:.0%} of those before",
    "funnel_leak": 'Most people are lost right before "{stage}": {share} of those who had come that far.',
    "funnel_no_leak": "No stage loses clearly more people than the others.",
    "funnel_shared": "Came by sharing, that is by a link which somebody passed on after taking part: {people}.",
    "funnel_ended": "Ended early by an answer: {people}. They are left out of the rates after that.",
    "funnel_declined": "Said no to taking part: {people}, counted as having pressed START.",
    "funnel_erased": "Had themselves erased: {people}, counted nowhere here.",
    "funnel_legend": "Each person counts once, with their first round. In brackets: 95 % intervals. Times are "
    "medians since the stage before.",
    "funnel_some": "Questions that only some are asked are left out: {number}.",
    "arrivals": "By which link they came:",
    "arrival": "• {name}: {people}",
    "arrival_archived": "• {name} (archived): {people}",
    "arrivals_of_others": "• {number} other campaigns: {people}",
    "arrivals_unknown": "• links that I don't know: {people}",
    "arrival_unknown": "   {name}: {people}",
    "arrivals_without": "• without a link: {people}",
    # The picture
    "chart_started": "{people} people pressed START",
    "chart_leak": "▲ Most are lost here: {share}",
    "chart_legend": "Bars: the share of those who pressed START. The lines across them: 95 % intervals.",
    "chart_others": "Questions that are not shown: {number}. The text below has them all.",
    # Campaigns
    "campaigns": "Your campaigns, the newest first. Tap one for its link, QR code, poster and funnel.",
    "campaign": "▪ {name}",
    "campaign_archived": "▪ {name} (archived)",
    "campaign_people": "   started {started}, agreed {consented}, finished {finished}, gave their own answer {stated}",
    "campaign_nobody": "   nobody has come yet",
    "campaigns_more": "… and {number} older ones: /campaign NAME shows each.",
    "campaign_line": "started: {started}, finished: {finished}",
}

TEXTS = Texts(LOCALES, "figures", ENGLISH)


def figure_text(name: str, language: str, /, **values: object) -> str:
    """Return one of the figures' texts, in English where the language has none."""
    return TEXTS.text(name, language, **values)


def count_text(people: int, language: str) -> str:
    """Return how many people; of a few only that."""
    return figure_text("small", language) if is_small(people) else f"{people:,}"


def duration_text(seconds: float, language: str) -> str:
    """Return a time that people took, in its largest fitting unit.

    Examples
    --------
    >>> [duration_text(seconds, "en") for seconds in (7, 100, 9000, 200_000)]
    ['7 s', '2 min', '2 h', '2 days']
    """
    units = (("seconds", 1, 90), ("minutes", 60, 5400), ("hours", 3600, 129_600))
    for name, size, below in units:
        if seconds < below:
            return figure_text(name, language, number=seconds / size)
    return figure_text("days", language, number=seconds / 86_400)
