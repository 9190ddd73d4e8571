"""What /stats says, by id."""

from __future__ import annotations

from collections.abc import Mapping

from bot.locales import LOCALES
from engine.translation import Texts

ENGLISH: Mapping[str, str] = {
    "none": "Nobody has finished the survey yet.",
    "finished": "People who finished: {people}\nFinished rounds: {runs}; in the last 7 days: {week}",
    "languages": "Languages: {languages}",
    "grades": "Guessed | stated by the people themselves:",
    "grade": "• {grade} ({answer}): {guessed} | {stated}",
    "lately": "Guessed grades and groups, in the last 30 days | before that:",
    "of_both": "• {name}: {lately} | {before}",
    "agreement": "The guess is what people said themselves for {share} of {people}. Always guessing "
    "{always_grade} would be right for {always}. Agreement (kappa; 0 is chance, 1 is perfect): {kappa}.",
    "agreement_small": "How often the guess is right: too few people have stated their own answer to tell.",
    "labels": "Labelled answers to learn from: {number}.",
    "model": "Model in use: {id}, from {rows} people, since {since}.",
    "model_invented": "Model in use: {id}, from {rows} invented people: for demonstrations only.",
    "model_none": "There is no model in use.",
    "erased": "People who asked to be erased since it was trained: {number}. The next training goes without them.",
    "withdrawn": "People who withdrew their answers from training since it was trained: {number}. The next "
    "training goes without them.",
    "drift_none": "Drift: none seen in {answers} people since {since}, compared with those whom the model learnt from.",
    "drift_invented": "Drift: there is nothing to compare with, since the model's answers are invented.",
    "drift_few": "Drift: too few people since {since} to tell ({answers}; 20 are needed).",
    "drift": "Drift: since {since} ({answers} people) answers differ from otherwise than those whom the model "
    "learnt from:",
    "change": "• {question}: {level} {before} then, {now} now (p {p})",
    # The picture
    "title": "Answers so far",
    "per_day": "Finished rounds per day",
    "per_week": "Finished rounds per week",
    "most": "up to {most}",
    "guessed_and_stated": "Guessed, and what people said",
    "guessed": "guessed",
    "stated": "said",
    "right": "How often the guess is right",
    "interval": "The line is the 95 % interval; the arrow marks what always guessing {grade} would reach.",
}

TEXTS = Texts(LOCALES, "statistics", ENGLISH)


def stats_text_of(name: str, language: str, /, **values: object) -> str:
    """Return one of the texts, in English where the language has none."""
    return TEXTS.text(name, language, **values)
