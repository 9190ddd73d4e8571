"""What the bot's own sections of the analysis report say, by id."""

from __future__ import annotations

from collections.abc import Mapping

from bot.locales import LOCALES
from engine.translation import Texts

ENGLISH: Mapping[str, str] = {
    # How far people come
    "funnel_about": "Everybody who pressed START in the chat, by any link or none; each person counts once, with their "
    "first round, and rounds to try the bot out are left out. Times are medians since the stage before.",
    "funnel_alt": "Bars by stage: {people} people pressed START, {finished} finished. The table below has the numbers.",
    "funnel_table": "How many people come how far",
    "stage": "Stage",
    "people": "People",
    "of_before": "Of those before",
    "of_start": "Of START",
    "low": "95 % from",
    "high": "to",
    "time": "Median time",
    "leak": 'Most people are lost right before "{stage}": {lost} of those who had come that far (with 95 % certainty '
    "between {low} and {high}).",
    # By which link
    "arrivals": "By which link people come",
    "arrivals_about": "Each person counts once, with their first round. People who come by a link chose themselves to "
    "answer: what is true of them need not be true of others.",
    "arrivals_table": "How many people come by which link",
    "link": "Link",
    "link_archived": "{name} (archived)",
    "link_unknown": "Links that the bot does not know",
    "link_none": "Without a link",
    "link_small": "{number} campaigns with fewer than 5 people each",
    # Drift
    "drift": "Whether answers drift",
    "drift_about": "The answers of people in the chat who agreed to statistics, since {since} ({answers} people), "
    "beside the answers that the model in use learnt from. Each question is tested for whether chance alone explains "
    "the difference (permutation tests, corrected for their number by Holm's method).",
    "drift_meaning": "Where people answer otherwise than those whom the model learnt from, its guesses hold less: "
    "train it again. The difference alone does not tell why.",
    "drift_no_model": "There is no model in use, so that there is nothing to compare the answers with.",
    "drift_invented": "The model in use learnt from invented answers, so that there is nothing to compare with.",
    "drift_unreadable": "The answers that the model in use learnt from cannot be read, so that there is nothing to "
    "compare with.",
    "drift_few": "Too few people have finished since {since} to tell whether answers drift ({answers}; {needed} are "
    "needed).",
    "drift_none": "No drift was seen: no question is answered so differently that chance does not explain it.",
    "drift_table": "Questions that are answered otherwise than before",
    "question": "Question",
    "answer": "The answer that changed most",
    "before": "Learnt from",
    "now": "In the chat",
    "p": "p (corrected)",
}

TEXTS = Texts(LOCALES, "report_sections", ENGLISH)


def section_text(name: str, language: str, /, **values: object) -> str:
    """Return one of the texts, in English where the language has none."""
    return TEXTS.text(name, language, **values)
